import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Turns } from './turns.ts';

const groupOf = (key: string): string => key.split('/')[0] ?? '';

function turnsOf(...keys: string[]): Turns {
  const turns = new Turns(groupOf);
  for (const [sinceMs, key] of keys.entries()) turns.add({ key, sinceMs });
  return turns;
}

function served(turns: Turns): string[] {
  const all: string[] = [];
  for (let next = turns.next(); next !== undefined; next = turns.next()) all.push(next.key);
  return all;
}

describe('Turns', () => {
  it('serves one key of each group in turn, and within a group the eldest first', () => {
    expect(served(turnsOf('a/1', 'a/2', 'a/3', 'b/1', 'c/1', 'b/2'))).toEqual([
      'a/1',
      'b/1',
      'c/1',
      'a/2',
      'b/2',
      'a/3',
    ]);
  });

  it('tells since when a key has waited, and which has waited longest', () => {
    const turns = turnsOf('a/1', 'b/1');
    expect(turns.eldest).toEqual({ key: 'a/1', sinceMs: 0 });
    expect(turns.remove('a/1')).toEqual({ key: 'a/1', sinceMs: 0 });
    expect(turns.eldest).toEqual({ key: 'b/1', sinceMs: 1 });
    expect(turns.next()).toEqual({ key: 'b/1', sinceMs: 1 });
    expect(turns.eldest).toBeUndefined();
  });

  it('knows nothing of a key that does not wait', () => {
    const turns = turnsOf('a/1');
    expect([turns.remove('a/2'), turns.has('a/2'), turns.size]).toEqual([undefined, false, 1]);
  });

  it('is empty once it is cleared', () => {
    const turns = turnsOf('a/1', 'b/1');
    turns.clear();
    expect([turns.size, turns.eldest, turns.next()]).toEqual([0, undefined, undefined]);
  });

  it('gives each key once, and each group its turn before any other has a second one', () => {
    const keys = fc.uniqueArray(
      fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat(9)).map(([group, n]) => `${group}/${n}`),
    );
    fc.assert(
      fc.property(keys, (all) => {
        const order = served(turnsOf(...all));
        expect([...order].sort()).toEqual([...all].sort());
        for (const [index, key] of order.entries()) {
          const since = order.slice(0, index).findLastIndex((former) => groupOf(former) === groupOf(key));
          const waiting = new Set(order.slice(index).map(groupOf));
          if (since === -1) continue;
          const between = order.slice(since + 1, index).map(groupOf);
          for (const group of waiting) if (group !== groupOf(key)) expect(between).toContain(group);
        }
      }),
    );
  });
});

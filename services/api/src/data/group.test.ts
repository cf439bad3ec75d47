import { describe, expect, it } from 'vitest';
import { Group } from './group.ts';

const KEPT_MS = 5_000;

function group() {
  const state = { nowMs: 0, values: new Map<string, number>(), fault: undefined as Error | undefined };
  const loads: string[][] = [];
  /** Waited for by each load. */
  const held: Promise<unknown>[] = [];
  const members = new Group<string>({
    load: async (asked) => {
      loads.push([...asked].sort());
      await held.shift();
      if (state.fault !== undefined) throw state.fault;
      return new Map([...state.values].filter(([key]) => asked.includes(key)));
    },
    keyOf: (member) => member,
    keptMs: KEPT_MS,
    nowMs: () => state.nowMs,
  });
  const pass = (ms: number) => void (state.nowMs += ms);
  const kept = async (member: string) => members.kept(member);
  const fresh = async (member: string) => members.fresh(member);
  return { kept, fresh, state, loads, held, pass };
}

describe('a group', () => {
  it('loads those who ask at once together, and keeps what it is told', async () => {
    const { kept, state, loads } = group();
    state.values = new Map([
      ['a', 1],
      ['b', 2],
    ]);
    expect(await Promise.all([kept('a'), kept('b'), kept('c')])).toEqual([1, 2, undefined]);
    expect(await Promise.all([kept('a'), kept('b'), kept('c')])).toEqual([1, 2, undefined]);
    expect(loads).toEqual([['a', 'b', 'c']]);
  });

  it('loads whoever was asked for lately with the next one, and nobody else', async () => {
    const { kept, loads, pass } = group();
    await kept('gone');
    pass(55_000);
    await kept('a');
    pass(KEPT_MS);
    await kept('b');
    await kept('a');
    expect(loads).toEqual([['gone'], ['a', 'gone'], ['a', 'b']]);
  });

  it('gives what it knows no longer than it may', async () => {
    const { kept, state, pass } = group();
    state.values.set('a', 1);
    await kept('a');
    state.values.set('a', 2);
    pass(KEPT_MS - 1);
    expect(await kept('a')).toBe(1);
    pass(1);
    expect(await kept('a')).toBe(2);
  });

  it('looks anew for who wants it fresh, and not in a load that began before', async () => {
    const { kept, fresh, state, loads, held } = group();
    const slow = Promise.withResolvers<undefined>();
    held.push(slow.promise);
    const first = kept('a');
    await Promise.resolve();
    const second = fresh('b');
    state.values.set('b', 7);
    slow.resolve(undefined);
    expect(await Promise.all([first, second])).toEqual([undefined, 7]);
    expect(loads).toEqual([['a'], ['a', 'b']]);
  });

  it('gives what it knew while nothing can be loaded, and fails where it knew nothing', async () => {
    const { kept, fresh, state, pass } = group();
    state.values.set('a', 1);
    await kept('a');
    await kept('none');
    pass(KEPT_MS);
    state.fault = new Error('the database is away');
    expect(await kept('a')).toBe(1);
    expect(await kept('none')).toBeUndefined();
    await expect(kept('b')).rejects.toThrow('away');
    await expect(fresh('a')).rejects.toThrow('away');
    state.fault = undefined;
    expect(await kept('b')).toBeUndefined();
  });
});

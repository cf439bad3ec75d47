import { describe, expect, it } from 'vitest';
import { dueMigrations } from './due.ts';
import { MIGRATIONS, RELEASES } from './migrations.ts';

const NAMES = Object.keys(MIGRATIONS);
const until = (last: string): string[] => NAMES.filter((name) => name <= last);
const contracts = NAMES.filter((name) => MIGRATIONS[name]?.phase === 'contract');

describe('the migrations', () => {
  it('are in order, and each says its phase', () => {
    expect([...NAMES].sort()).toEqual(NAMES);
    for (const [name, { phase }] of Object.entries(MIGRATIONS)) expect(['expand', 'contract'], name).toContain(phase);
  });

  it('of a release have those that contract last', () => {
    const lasts = Object.values(RELEASES).sort();
    for (const [index, last] of lasts.entries()) {
      const ofRelease = until(last).filter((name) => name > (lasts[index - 1] ?? ''));
      const phases = ofRelease.map((name) => MIGRATIONS[name]?.phase);
      expect([...phases].sort().reverse(), last).toEqual(phases);
    }
  });

  it('all belong to a release', () => {
    expect(Object.values(RELEASES).sort().at(-1)).toBe(NAMES.at(-1));
  });
});

describe('what is due', () => {
  it('is all of an empty database', () => {
    expect(dueMigrations([], 'expand')).toEqual(NAMES);
  });

  it('is nothing when all were run', () => {
    expect(dueMigrations(NAMES, 'expand')).toEqual([]);
    expect(dueMigrations(NAMES, 'contract')).toEqual([]);
  });

  it.each(Object.entries(RELEASES).slice(0, -1))(
    'after %s is what expands, and then what contracts',
    (_release, last) => {
      const executed = until(last);
      const expand = dueMigrations(executed, 'expand');
      expect(expand.map((name) => MIGRATIONS[name]?.phase)).toEqual(expand.map(() => 'expand'));
      const contract = dueMigrations([...executed, ...expand], 'contract');
      expect(contract).toEqual(contracts.filter((name) => name > last));
      expect([...executed, ...expand, ...contract].sort()).toEqual(NAMES);
    },
  );

  it('cannot pass over a release that has yet to contract', () => {
    const all = { ...MIGRATIONS, '9999-later': { phase: 'expand' } } as const;
    const waiting = contracts.at(-1) ?? '';
    expect(() => dueMigrations(until('0010-who-acts'), 'expand', all)).toThrow(
      `9999-later cannot be run before ${waiting}, which is run once all pods are of 0.2.0: set release.version to 0.2.0 first`,
    );
    expect(dueMigrations(NAMES, 'expand', all)).toEqual(['9999-later']);
  });
});

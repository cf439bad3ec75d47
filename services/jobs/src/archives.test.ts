import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { archiveName, surplus } from './archives.ts';

const at = (day: number): string => archiveName(new Date(Date.UTC(2026, 0, day, 2, 30)));
const good = (day: number): string[] => [at(day), `${at(day)}.sha256`];

describe('archives', () => {
  it('are named by their time, in UTC', () => {
    expect(archiveName(new Date('2026-11-24T02:30:05.123Z'))).toBe('heroes-20261124T023005Z.dump');
  });

  it('keeps the newest good ones', () => {
    expect(surplus([...good(1), ...good(2), ...good(3)], 2).sort()).toEqual(good(1));
  });

  it('never removes the last good one for the sake of what was not proven', () => {
    const files = [...good(1), at(2), `${at(3)}.partial`];
    expect(surplus(files, 1)).toEqual([`${at(3)}.partial`, at(2)]);
  });

  it('leaves alone what it is writing, and what is not its own', () => {
    const files = [`${at(3)}.partial`, 'notes.txt', 'lost+found', 'heroes-latest.dump'];
    expect(surplus(files, 1, `${at(3)}.partial`)).toEqual([]);
  });

  it('always keeps the newest good archive, whatever else there is', () => {
    const days = fc.uniqueArray(fc.integer({ min: 1, max: 28 }), { minLength: 1 });
    fc.assert(
      fc.property(days, fc.integer({ min: -3, max: 40 }), (each, retain) => {
        const removed = surplus(each.flatMap(good), retain);
        expect(removed).not.toContain(at(Math.max(...each)));
        expect(each.length - removed.length / 2).toBe(Math.min(each.length, Math.max(1, retain)));
      }),
    );
  });
});

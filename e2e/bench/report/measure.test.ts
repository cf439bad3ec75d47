import { describe, expect, it } from 'vitest';
import { atMost, exactly, percentile, table, told } from './measure.ts';

describe('percentile', () => {
  it.each([
    [0.5, [3, 1, 2], 2],
    [0.5, [1, 2, 3, 4], 2],
    [0.99, Array.from({ length: 200 }, (_, index) => index + 1), 198],
    [1, [5, 9], 9],
    [0, [5, 9], 5],
  ])('takes the nearest rank: %d of %j is %d', (fraction, sample, expected) => {
    expect(percentile(sample, fraction)).toBe(expected);
  });

  it('is no number when nothing was measured, and so holds no bar', () => {
    expect(percentile([], 0.99)).toBeNaN();
    expect(atMost(1, 'x', percentile([], 0.99), 'ms').holds).toBe(false);
  });
});

describe('table', () => {
  it('tells which bars hold', () => {
    const measures = [told('a', 1.23456, 's'), atMost(2, 'longer', 3, 'ms'), exactly(0, 'b', 0, 'writes')];
    expect(table(measures).split('\n')).toEqual([
      '       a       1.235 s',
      'FAILS  longer  3 ms      <= 2',
      'ok     b       0 writes  = 0',
    ]);
  });
});

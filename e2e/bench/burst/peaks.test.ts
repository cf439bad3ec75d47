import { expect, it } from 'vitest';
import { peaksOf } from './peaks.ts';

it('is the most there ever were, each at a time of its own', () => {
  const seen = [
    { atMs: 0, all: 9, api: { a: 5 } },
    { atMs: 1, all: 8, api: { a: 3, b: 3 } },
    { atMs: 2, all: 4, api: {} },
  ];
  expect(peaksOf(seen)).toEqual({ all: 9, api: 6, ofOnePod: 5, pods: 2 });
});

it('is no number when nothing was seen, and so holds no bar', () => {
  expect(peaksOf([])).toEqual({ all: NaN, api: NaN, ofOnePod: NaN, pods: NaN });
});

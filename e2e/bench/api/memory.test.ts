import { expect, it } from 'vitest';
import { driftOf } from './memory.ts';

it.each([
  [[50, 100, 120, 110], 0.1],
  [[300, 100, 100, 90], 0.1],
  [[10, 100, 500, 100], 0],
])('of %j the last differs from the second by %d', (quarters, drift) => {
  expect(driftOf(quarters)).toBeCloseTo(drift);
});

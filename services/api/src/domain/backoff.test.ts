import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs, MOST_ATTEMPTS } from './backoff.ts';

const HOUR_MS = 3_600_000;

describe('the wait after a failed delivery', () => {
  it('begins with seconds and never exceeds half an hour', () => {
    expect(backoffMs(1, 0)).toBe(2_500);
    expect(backoffMs(1, 0.999)).toBeLessThan(5_000);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempts, random) => {
        const wait = backoffMs(attempts, random);
        expect(wait).toBeGreaterThanOrEqual(2_500);
        expect(wait).toBeLessThanOrEqual(HOUR_MS / 2);
        expect(backoffMs(attempts + 1, random)).toBeGreaterThanOrEqual(wait);
      }),
    );
  });

  it('gives up only after an outage of a night', () => {
    const waits = Array.from({ length: MOST_ATTEMPTS - 1 }, (_, index) => backoffMs(index + 1, 0));
    expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThan(3.5 * HOUR_MS);
  });
});

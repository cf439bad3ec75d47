import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { take } from './bucket.ts';

const BUCKET = { perSecond: 10, burst: 20 };

/** @returns which of the calls at those times were admitted. */
function admitted(times: readonly number[]): number[] {
  let fullAtMs = 0;
  return times.filter((nowMs) => {
    const taken = take(BUCKET, fullAtMs, nowMs);
    ({ fullAtMs } = taken);
    return taken.waitMs === 0;
  });
}

describe('a bucket of 10 a second and a burst of 20', () => {
  it('gives 20 at once, and then one each 100 ms', () => {
    expect(admitted(Array.from({ length: 30 }, () => 1000))).toHaveLength(20);
    expect(take(BUCKET, 1000 + 2000, 1000)).toEqual({ fullAtMs: 3000, waitMs: 100 });
  });

  it('never gives more than the rate and the burst in any window, and always what it owes', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(gaps, (each) => {
        const times = each.map(
          (
            (at) => (gap: number) =>
              (at += gap)
          )(5000),
        );
        const taken = admitted(times);
        for (const from of taken) {
          const window = taken.filter((at) => at >= from && at < from + 1000);
          expect(window.length).toBeLessThanOrEqual(BUCKET.burst + BUCKET.perSecond);
        }
        // Whoever keeps to the rate is never refused.
        if (each.every((gap) => gap >= 100)) expect(taken).toHaveLength(times.length);
      }),
    );
  });
});

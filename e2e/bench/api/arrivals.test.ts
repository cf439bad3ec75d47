import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drive, dueTimes, scattered } from './arrivals.ts';

/** Uniform, by the fractional parts of multiples of the golden ratio. */
function even(seed: number): () => number {
  let state = (Math.abs(seed) % 1000) / 1000;
  return () => (state = (state + 0.6180339887498949) % 1);
}

const ascending = (times: readonly number[]): number[] => [...times].sort((a, b) => a - b);

describe('dueTimes', () => {
  it('are within the time, ascending, and about as many as the rate says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 500 }), fc.integer(), (perSecond, seed) => {
        const times = [...dueTimes({ perSecond, seconds: 10, random: even(seed) })];
        expect(times).toEqual(ascending(times));
        expect(times.every((ms) => ms >= 0 && ms < 10_000)).toBe(true);
        expect(Math.abs(times.length - 10 * perSecond)).toBeLessThanOrEqual(perSecond);
      }),
    );
  });
});

describe('scattered', () => {
  it('are just so many, within the time, ascending', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }), fc.integer(), (count, seed) => {
        const times = scattered({ count, seconds: 60, random: even(seed) });
        expect(times).toHaveLength(count);
        expect(times).toEqual(ascending(times));
        expect(times.every((ms) => ms >= 0 && ms < 60_000)).toBe(true);
      }),
    );
  });
});

describe('drive', () => {
  it('does not wait for answers, and counts what is waited for', async () => {
    const gates: ((gone: undefined) => void)[] = [];
    const samples = await drive({
      due: Array.from({ length: 9 }, (_, index) => index / 10),
      next: async () => {
        const { promise, resolve } = Promise.withResolvers<undefined>();
        // Whoever comes last lets all go.
        if (gates.push(resolve) === 9) for (const each of gates) each(undefined);
        await promise;
        return { name: 'x', status: 200 };
      },
    });
    expect(samples).toHaveLength(9);
    for (const { latencyMs, lateMs, dueMs } of samples) {
      expect(lateMs).toBeGreaterThanOrEqual(0);
      // Nobody was answered before the last one was due.
      expect(latencyMs + dueMs).toBeGreaterThanOrEqual(0.8);
    }
  });
});

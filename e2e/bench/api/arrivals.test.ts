import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drive, dueTimes } from './arrivals.ts';

describe('dueTimes', () => {
  it('are within the time, ascending, and about as many as the rate says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 500 }), fc.integer(), (perSecond, seed) => {
        // Uniform, by the fractional parts of multiples of the golden ratio.
        let state = (Math.abs(seed) % 1000) / 1000;
        const random = (): number => (state = (state + 0.6180339887498949) % 1);
        const times = [...dueTimes({ perSecond, seconds: 10, random })];
        expect(times).toEqual([...times].sort((a, b) => a - b));
        expect(times.every((ms) => ms >= 0 && ms < 10_000)).toBe(true);
        expect(Math.abs(times.length - 10 * perSecond)).toBeLessThanOrEqual(perSecond);
      }),
    );
  });
});

describe('drive', () => {
  it('does not wait for answers, and counts what is waited for', async () => {
    const gates: ((gone: undefined) => void)[] = [];
    const random = (): number => 1 - Math.exp(-1 / 10);
    const driven = drive({
      perSecond: 1_000,
      seconds: 0.001,
      random,
      next: async () => {
        const { promise, resolve } = Promise.withResolvers<undefined>();
        // Whoever comes last lets all go.
        if (gates.push(resolve) === 9) for (const each of gates) each(undefined);
        await promise;
        return { name: 'x', status: 200 };
      },
    });
    const samples = await driven;
    expect(samples).toHaveLength(9);
    expect(samples.every(({ latencyMs, dueMs }) => latencyMs + dueMs >= 0.9 - 1e-6)).toBe(true);
  });
});

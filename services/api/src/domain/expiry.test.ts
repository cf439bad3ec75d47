import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jittered } from './expiry.ts';

describe('jittered', () => {
  it('is never longer, and at most a tenth shorter, rounded up', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (seconds, random) => {
          const expiry = jittered(seconds, random);
          expect(Number.isInteger(expiry)).toBe(true);
          expect(expiry).toBeLessThanOrEqual(seconds);
          expect(expiry).toBeGreaterThanOrEqual(Math.max(1, seconds * 0.9));
        },
      ),
    );
  });

  it('spreads what was loaded together', () => {
    const expiries = Array.from({ length: 100 }, (_, index) => jittered(3600, index / 100));
    expect(new Set(expiries).size).toBe(100);
  });
});

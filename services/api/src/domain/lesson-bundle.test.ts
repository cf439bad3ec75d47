import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bundleExpiry } from './lesson-bundle.ts';

const DAY_MS = 86_400_000;

describe('bundleExpiry', () => {
  it('is the same all day, and at the end of the seventh day after', () => {
    expect(bundleExpiry(Date.UTC(2026, 10, 25))).toBe('2026-12-03T00:00:00.000Z');
    expect(bundleExpiry(Date.UTC(2026, 10, 25, 23, 59, 59, 999))).toBe('2026-12-03T00:00:00.000Z');
    expect(bundleExpiry(Date.UTC(2026, 10, 26))).toBe('2026-12-04T00:00:00.000Z');
  });

  it('leaves at least seven days, and at most eight', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), (nowMs) => {
        const leftMs = Date.parse(bundleExpiry(nowMs)) - nowMs;
        expect(leftMs).toBeGreaterThan(7 * DAY_MS);
        expect(leftMs).toBeLessThanOrEqual(8 * DAY_MS);
      }),
    );
  });
});

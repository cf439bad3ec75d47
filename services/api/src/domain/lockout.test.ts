import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterFailure, FORGOTTEN_MS, holdMs, isHeld, LONGEST_MS, type Failures } from './lockout.ts';

const START_MS = 1_800_000_000_000;

describe('the hold after failures to sign in', () => {
  it('costs nothing four times, then 30 s, and doubles up to 15 minutes', () => {
    expect([0, 1, 4, 5, 6, 7, 8, 9, 10, 11].map((failures) => holdMs(failures) / 1000)).toEqual([
      0, 0, 0, 30, 60, 120, 240, 480, 900, 900,
    ]);
  });

  it('never gets shorter with more failures, and never longer than 15 minutes', () => {
    fc.assert(
      fc.property(fc.nat(5000), fc.nat(5000), (some, more) => {
        expect(holdMs(some + more)).toBeGreaterThanOrEqual(holdMs(some));
        expect(holdMs(some + more)).toBeLessThanOrEqual(LONGEST_MS);
      }),
    );
  });

  it('holds from a failure until its time, and not a moment longer', () => {
    const five = Array.from({ length: 5 }).reduce<Failures | undefined>(
      (before) => afterFailure(before, START_MS),
      undefined,
    );
    expect(isHeld(undefined, START_MS)).toBe(false);
    expect(isHeld(five, START_MS)).toBe(true);
    expect(isHeld(five, START_MS + 29_999)).toBe(true);
    expect(isHeld(five, START_MS + 30_000)).toBe(false);
  });

  it('forgets after a day without failures', () => {
    const before = { failures: 12, failedAtMs: START_MS, heldUntilMs: START_MS + LONGEST_MS };
    expect(afterFailure(before, START_MS + FORGOTTEN_MS).failures).toBe(1);
    expect(afterFailure(before, START_MS + FORGOTTEN_MS - 1).failures).toBe(13);
  });

  it('lets through whoever guesses as fast as they may at most a hundred or so times a day', () => {
    let before: Failures | undefined;
    let guesses = 0;
    for (let nowMs = START_MS; nowMs < START_MS + FORGOTTEN_MS; guesses++) {
      before = afterFailure(before, nowMs);
      nowMs = Math.max(nowMs + 1, before.heldUntilMs);
    }
    expect(guesses).toBeLessThan(110);
  });
});

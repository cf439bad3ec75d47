/** How long an address of mail is held back after failures to sign in: guessing gets nowhere, a mistyped password soon does. */

const MINUTE_MS = 60_000;
/** Failures that cost nothing. */
const FREE = 5;
const FIRST_MS = MINUTE_MS / 2;
/** Four guesses an hour; longer would let anybody keep a teacher out by failing for them. */
export const LONGEST_MS = 15 * MINUTE_MS;
/** Failures older than this no longer count. */
export const FORGOTTEN_MS = 24 * 60 * MINUTE_MS;
/** Beyond it nothing changes, so nothing is counted. */
const MOST = 1000;

export interface Failures {
  readonly failures: number;
  readonly failedAtMs: number;
  /** Until when nothing that is tried is looked at. */
  readonly heldUntilMs: number;
}

/** @returns how long to hold back after so many failures in a row, milliseconds: doubling from 30 s to 15 minutes. */
export const holdMs = (failures: number): number =>
  failures < FREE ? 0 : Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - FREE));

/** @returns whether an attempt is refused unseen. It is then no failure: who keeps trying is not held for longer. */
export const isHeld = (failures: Failures | undefined, nowMs: number): boolean =>
  failures !== undefined && nowMs < failures.heldUntilMs;

/** @returns how it stands after one more failure. */
export function afterFailure(before: Failures | undefined, nowMs: number): Failures {
  const counts = before !== undefined && nowMs - before.failedAtMs < FORGOTTEN_MS;
  const failures = Math.min(MOST, (counts ? before.failures : 0) + 1);
  return { failures, failedAtMs: nowMs, heldUntilMs: nowMs + holdMs(failures) };
}

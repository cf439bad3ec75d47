/**
 * Notices that the wall clock was set, forward or back, or stood still with the machine: timers run on the monotonic clock, and
 * what is to happen at a time of day would come late by as much.
 */
import { pause } from './wait.ts';

/** How often the clocks are compared; it costs nothing. */
const EVERY_MS = 1_000;
/** By less than this a clock is set without anybody noticing, as a daemon does that keeps it right. */
const TOLERANCE_MS = 1_000;

export interface Clocks {
  /** The wall clock, epoch milliseconds. */
  readonly wallMs: () => number;
  /** A clock that nobody sets, milliseconds. */
  readonly monotonicMs: () => number;
}

export const CLOCKS: Clocks = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };

/**
 * Compares the clocks until the signal is given.
 * @param onSet - told by how much the wall clock was set, milliseconds, however slowly it came about
 */
export async function watchClock(
  onSet: (byMs: number) => void,
  signal: AbortSignal,
  { clocks = CLOCKS, everyMs = EVERY_MS }: { readonly clocks?: Clocks; readonly everyMs?: number } = {},
): Promise<void> {
  const offset = (): number => clocks.wallMs() - clocks.monotonicMs();
  let knownMs = offset();
  for (;;) {
    await pause(everyMs, signal);
    if (signal.aborted) return;
    const nowMs = offset();
    if (Math.abs(nowMs - knownMs) < TOLERANCE_MS) continue;
    onSet(nowMs - knownMs);
    knownMs = nowMs;
  }
}

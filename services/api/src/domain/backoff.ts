/** How long what could not be delivered waits before it is tried again. */

/** A night and a bit, with the waits below. */
export const MOST_ATTEMPTS = 24;

const FIRST_MS = 5_000;
const LONGEST_MS = 30 * 60_000;

/**
 * @param attempts - how many have failed, 1 or more
 * @param random - in [0, 1)
 * @returns milliseconds: twice as long from attempt to attempt up to half an hour, and of that at least half, so that what
 * failed together is not tried together ("equal jitter", https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/)
 */
export function backoffMs(attempts: number, random: number): number {
  const whole = Math.min(FIRST_MS * 2 ** (attempts - 1), LONGEST_MS);
  return Math.round((whole / 2) * (1 + random));
}

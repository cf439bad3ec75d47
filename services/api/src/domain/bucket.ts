/** A bucket of tokens, as the generic cell rate algorithm keeps it: one time instead of a count (ITU-T I.371). */

export interface Bucket {
  /** Calls a second in the long run. */
  readonly perSecond: number;
  /** Calls at once after a rest. */
  readonly burst: number;
}

export interface Taken {
  /** When the bucket will be full again, milliseconds: all that must be kept of it. */
  readonly fullAtMs: number;
  /** How long until there is one to take, milliseconds; 0 when one was taken. */
  readonly waitMs: number;
}

/** @returns what taking one from a bucket comes to. */
export function take({ perSecond, burst }: Bucket, fullAtMs: number, nowMs: number): Taken {
  const each = 1000 / perSecond;
  const after = Math.max(fullAtMs, nowMs) + each;
  const waitMs = Math.max(0, after - nowMs - burst * each);
  return waitMs > 0 ? { fullAtMs: Math.max(fullAtMs, nowMs), waitMs } : { fullAtMs: after, waitMs: 0 };
}

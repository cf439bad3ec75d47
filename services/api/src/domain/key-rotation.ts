/** When the keys that sign tokens follow one another. */

const DAY_MS = 86_400_000;
/** A key signs for a month; a class or a lesson is shorter by far, so that a key that leaked does not serve for long. */
export const SIGNS_MS = 30 * DAY_MS;
/** Every verifier must know a key before the first token that it signed. */
export const PUBLISHED_BEFORE_MS = 2 * DAY_MS;
/** The longest that a token is good for: a key is known for so long after the last one that it signed. */
export const LONGEST_TOKEN_MS = DAY_MS;

export interface KeyTimes {
  readonly signsFromMs: number;
  readonly retiresAtMs: number;
}

const signsUntilMs = ({ retiresAtMs }: KeyTimes): number => retiresAtMs - LONGEST_TOKEN_MS;

/** @returns the times of the key that must be made now, or undefined when the ones there are do for the time being. */
export function nextKey(keys: readonly KeyTimes[], nowMs: number): KeyTimes | undefined {
  const coveredMs = Math.max(...keys.map(signsUntilMs), -Infinity);
  if (coveredMs > nowMs + PUBLISHED_BEFORE_MS) return undefined;
  // The first key of all, or one after a long rest, has nobody to be announced to.
  const signsFromMs = Math.max(coveredMs, nowMs);
  return { signsFromMs, retiresAtMs: signsFromMs + SIGNS_MS + LONGEST_TOKEN_MS };
}

/** @returns the key that signs at a time: the youngest that may. */
export function signingKey<K extends KeyTimes>(keys: readonly K[], nowMs: number): K | undefined {
  return keys
    .filter((key) => key.signsFromMs <= nowMs && nowMs < signsUntilMs(key))
    .sort((a, b) => b.signsFromMs - a.signsFromMs)[0];
}

/** How long a device keeps a lesson that it has taken along. */

const DAY_MS = 86_400_000;
/** A week at home; a device that is online at school asks again each day. */
const DAYS = 7;

/**
 * @returns when a bundle that is fetched now expires, ISO 8601: the same for all of a day (UTC), so that whoever asks again
 * within it has what it would get.
 */
export const bundleExpiry = (nowMs: number): string =>
  new Date((Math.floor(nowMs / DAY_MS) + 1 + DAYS) * DAY_MS).toISOString();

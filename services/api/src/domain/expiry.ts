/** When what is kept expires. */

/** Expiries spread over this share of their time, so that what was loaded together does not expire together. */
const SPREAD = 0.1;

/** @param random - from 0 to below 1. @returns whole seconds, at least one, at most those that were asked for. */
export const jittered = (seconds: number, random: number): number =>
  Math.max(1, Math.ceil(seconds * (1 - SPREAD * random)));

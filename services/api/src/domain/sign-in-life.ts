/** How long a sign-in lasts, and what becomes of a refresh token that is sent: each is good once (RFC 9700, 4.14.2). */

const HOUR_MS = 3_600_000;
/** A school day with its preparation; then a person shows anew who they are (NIST SP 800-63B-4, AAL2: within 24 hours). */
export const SIGN_IN_MS = 12 * HOUR_MS;
/** Longer than any break of a school day; a sign-in that nobody has used for so long ends. */
export const IDLE_MS = 3 * HOUR_MS;

/** What is known of a refresh token that is sent, and of the sign-in that it came of. */
export interface SentToken {
  readonly usedAtMs: number | undefined;
  readonly expiresAtMs: number;
  readonly signIn: { readonly endedAtMs: number | undefined; readonly expiresAtMs: number };
}

/**
 * - `rotate`: it is good; it is used now, and another takes its place.
 * - `reuse`: it was used before, by its holder or by a thief; nobody can tell who asks now, so the whole sign-in ends.
 * - `ended`: its sign-in or its time is over.
 */
export type Rotation = 'rotate' | 'reuse' | 'ended';

/** @returns what becomes of a refresh token. */
export function rotationOf({ usedAtMs, expiresAtMs, signIn }: SentToken, nowMs: number): Rotation {
  if (signIn.endedAtMs !== undefined || nowMs >= signIn.expiresAtMs) return 'ended';
  if (usedAtMs !== undefined) return 'reuse';
  return nowMs < expiresAtMs ? 'rotate' : 'ended';
}

/** @returns when a refresh token that is given now expires: not after its sign-in. */
export const refreshExpiryMs = (signInExpiresAtMs: number, nowMs: number): number =>
  Math.min(signInExpiresAtMs, nowMs + IDLE_MS);

/**
 * The second factor: codes of an authenticator (TOTP, RFC 6238), each good once, and recovery codes for whoever has lost it,
 * each good once as well.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';

const STEP_MS = 30_000;
/** Steps before and after now of which a code is taken: clocks differ, and typing takes a while. */
const DRIFT = 1;
/** RFC 4226, 4: at least 128 bits, 160 recommended. */
export const SECRET_BYTES = 20;
export const RECOVERY_CODES = 10;
/** 120 bits: from 112 on a plain digest may keep what is looked up (OWASP ASVS 5.0, 6.5.2). */
export const RECOVERY_BYTES = 15;
/** Crockford's Base32, see codes.ts. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const RECOVERY = new RegExp(`^[${ALPHABET}]{24}$`);
const TOTP_CODE = /^\d{6}$/;

/** What an account has of it. */
export interface SecondFactor {
  /** Undefined when it cannot be read any more: then recovery codes are taken alone. */
  readonly secret: Uint8Array | undefined;
  /** The step of the last code that was taken. */
  readonly lastStep: number;
  /** Digests of the recovery codes that are left. */
  readonly recovery: readonly Buffer[];
}

/** What must be kept when a code was taken: that it was. */
export type Taken =
  { readonly kind: 'totp'; readonly step: number } | { readonly kind: 'recovery'; readonly left: readonly Buffer[] };

/** @returns what a code was taken as, or undefined when it is not good. */
export function takeCode(factor: SecondFactor, typed: string, nowMs: number): Taken | undefined {
  const code = typed.replaceAll(/[\s-]/g, '').toUpperCase();
  if (TOTP_CODE.test(code)) {
    const step = stepOf(factor, code, nowMs);
    return step === undefined ? undefined : { kind: 'totp', step };
  }
  const recoveryCode = code.replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  if (!RECOVERY.test(recoveryCode)) return undefined;
  const digest = recoveryDigest(recoveryCode);
  const left = factor.recovery.filter((each) => !timingSafeEqual(each, digest));
  return left.length < factor.recovery.length ? { kind: 'recovery', left } : undefined;
}

/** @returns the step that a code of an authenticator is of, if it is one whose code was not taken yet. */
export function stepOf(
  { secret, lastStep }: Pick<SecondFactor, 'secret' | 'lastStep'>,
  code: string,
  nowMs: number,
): number | undefined {
  if (secret === undefined) return undefined;
  const now = Math.floor(nowMs / STEP_MS);
  const steps = Array.from({ length: 2 * DRIFT + 1 }, (_, index) => now - DRIFT + index);
  const totp = totpOf(secret);
  return steps.find(
    (step) => step > lastStep && totp.validate({ token: code, timestamp: step * STEP_MS, window: 0 }) !== null,
  );
}

/** @param label - says whose it is, in the authenticator. @returns `otpauth://…`, as authenticators read it from a picture. */
export const enrolmentUri = (secret: Uint8Array, label: string): string => totpOf(secret, label).toString();

/** @returns a secret as it is typed in: Base32. */
export const typedSecret = (secret: Uint8Array): string => secretOf(secret).base32;

/** @param random - {@link RECOVERY_BYTES} random bytes. @returns a recovery code as it is shown. */
export function recoveryCode(random: Uint8Array): string {
  const bits = Array.from(random, (byte) => byte.toString(2).padStart(8, '0')).join('');
  const letters = (bits.match(/.{5}/g) ?? []).map((five) => ALPHABET[Number.parseInt(five, 2)] ?? '').join('');
  return (letters.match(/.{6}/g) ?? []).join('-');
}

/** @returns what is kept of a recovery code. */
export const recoveryDigest = (code: string): Buffer => createHash('sha256').update(code.replaceAll('-', '')).digest();

const secretOf = (secret: Uint8Array): Secret => new Secret({ buffer: Uint8Array.from(secret).buffer });

const totpOf = (secret: Uint8Array, label = ''): TOTP =>
  new TOTP({ issuer: 'Heroes in Waiting', label, secret: secretOf(secret), algorithm: 'SHA1', digits: 6, period: 30 });

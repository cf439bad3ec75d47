import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { Secret, TOTP } from 'otpauth';
import { describe, expect, it } from 'vitest';
import {
  enrolmentUri,
  recoveryCode,
  recoveryDigest,
  RECOVERY_BYTES,
  stepOf,
  takeCode,
  typedSecret,
  type SecondFactor,
} from './second-factor.ts';

const SECRET = Buffer.from('12345678901234567890');
/** RFC 6238, appendix B, the last six of eight digits. */
const VECTORS = [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
] as const;

const codeAt = (secret: Uint8Array, ms: number): string =>
  new TOTP({ secret: new Secret({ buffer: Uint8Array.from(secret).buffer }) }).generate({ timestamp: ms });
const fresh = (over: Partial<SecondFactor> = {}): SecondFactor => ({
  secret: SECRET,
  lastStep: 0,
  recovery: [],
  ...over,
});

describe('a code of an authenticator', () => {
  it.each(VECTORS)('at %i s is %s (RFC 6238)', (seconds, code) => {
    expect(takeCode(fresh(), code, seconds * 1000)).toEqual({ kind: 'totp', step: Math.floor(seconds / 30) });
  });

  it('is good once: neither it nor an older one afterwards', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 2 ** 33 }), fc.integer({ min: -3, max: 3 }), (now, drift) => {
        const nowMs = now * 30_000;
        const code = codeAt(SECRET, nowMs + drift * 30_000);
        const step = stepOf(fresh(), code, nowMs);
        // Another step within reach may have the same code, one time in 300,000.
        if (Math.abs(drift) > 1) fc.pre(step === undefined);
        expect(step === undefined).toBe(Math.abs(drift) > 1);
        if (step === undefined) return;
        expect(stepOf(fresh({ lastStep: now + 1 }), code, nowMs)).toBeUndefined();
        const again = stepOf({ secret: SECRET, lastStep: step }, code, nowMs);
        expect(again ?? step + 1).toBeGreaterThan(step);
      }),
    );
  });

  it('may be typed in two halves, and is nothing else', () => {
    expect(takeCode(fresh(), '287 082', 59_000)).toBeDefined();
    for (const code of ['', '28708', '2870822', '287083', '28708a', '２８７０８２'])
      expect(takeCode(fresh(), code, 59_000)).toBeUndefined();
  });
});

describe('a recovery code', () => {
  const codes = Array.from({ length: 10 }, () => recoveryCode(randomBytes(RECOVERY_BYTES)));
  const recovery = codes.map(recoveryDigest);

  it('is 120 bits in an alphabet that can be read aloud', () => {
    for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{6}-){3}[0-9A-HJKMNP-TV-Z]{6}$/);
    expect(recoveryCode(Buffer.alloc(RECOVERY_BYTES, 255))).toBe('ZZZZZZ-ZZZZZZ-ZZZZZZ-ZZZZZZ');
  });

  it('is good once, however it is typed', () => {
    const [, second = ''] = codes;
    const taken = takeCode(fresh({ recovery }), ` ${second.toLowerCase().replaceAll('-', ' ')} `, 0);
    expect(taken).toEqual({ kind: 'recovery', left: recovery.toSpliced(1, 1) });
    expect(takeCode(fresh({ recovery: recovery.toSpliced(1, 1) }), second, 0)).toBeUndefined();
  });

  it('is not good when it is another account’s', () => {
    expect(takeCode(fresh({ recovery }), recoveryCode(randomBytes(RECOVERY_BYTES)), 0)).toBeUndefined();
  });
});

describe('an enrolment', () => {
  it('is read by authenticators: issuer, whose it is, secret', () => {
    const uri = new URL(enrolmentUri(SECRET, 'dana@example.org'));
    expect(uri.protocol).toBe('otpauth:');
    expect(decodeURIComponent(uri.pathname)).toContain('Heroes in Waiting:dana@example.org');
    expect(Object.fromEntries(uri.searchParams)).toMatchObject({
      issuer: 'Heroes in Waiting',
      secret: typedSecret(SECRET),
      algorithm: 'SHA1',
      digits: '6',
      period: '30',
    });
  });
});

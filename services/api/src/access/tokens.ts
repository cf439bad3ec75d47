/**
 * Access tokens: JWTs (RFC 9068's type), EdDSA, short. A student's names one enrolment in one classroom; an account's names
 * the sign-in that it came of. Both carry the epoch of what they are for, by whose raising they end before their time.
 */
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../http/problems.ts';
import type { Epochs } from './epochs.ts';
import type { KeyRing } from './keys.ts';
import type { Account, Actor, Grant, Student } from './roles.ts';

const ISSUER = 'heroes-in-waiting';
/** Those of students are of no use where accounts' are asked for, and the other way round. */
const AUDIENCES = { student: 'heroes-students', account: 'heroes-accounts' } as const;
const TYPE = 'at+jwt';
/** A school day. The class's epoch ends it earlier. */
const STUDENT_SECONDS = 10 * 3600;
/** As long as it takes for a role that was taken away to be gone where the epoch cannot be read. */
export const ACCOUNT_SECONDS = 15 * 60;
const CLOCK_TOLERANCE_SECONDS = 5;
/** Tokens of a pod whose signature is not looked at again: those of some hundred classes. */
const MOST_VERIFIED = 10_000;

export interface SignedToken {
  readonly token: string;
  readonly expiresInSeconds: number;
}

export interface Tokens {
  readonly forStudent: (student: Omit<Student, 'kind'>, epoch: number) => Promise<SignedToken>;
  readonly forAccount: (account: Omit<Account, 'kind'>, epoch: number) => Promise<SignedToken>;
  /** @returns who sends a request. @throws Problem 401 without a token, or with one that is not good; EndedToken where it was. */
  readonly actor: (request: FastifyRequest) => Promise<Actor>;
}

/** A token that we signed, and that has expired or was ended since: nobody made it up. */
export class EndedToken extends Problem {
  constructor(detail: string) {
    super({ status: 401, detail });
  }
}

const BEARER = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/;

/** @returns tokens signed by a key ring and ended by epochs. */
export function createTokens(keys: KeyRing, epochs: Epochs): Tokens {
  const sign = async (audience: string, seconds: number, { sub = '', ...claims }: JWTPayload): Promise<SignedToken> => {
    const key = await keys.signing();
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'EdDSA', kid: key.kid, typ: TYPE })
      .setIssuer(ISSUER)
      .setAudience(audience)
      .setSubject(sub)
      .setIssuedAt()
      .setExpirationTime(`${seconds} s`)
      .sign(key.privateKey);
    return { token, expiresInSeconds: seconds };
  };
  const verify = verifier(keys);
  return {
    forStudent: async ({ enrolmentId, classroomId }, epoch) =>
      sign(AUDIENCES.student, STUDENT_SECONDS, { sub: enrolmentId, class: classroomId, epoch }),
    forAccount: async ({ accountId, signInId, grants }, epoch) =>
      sign(AUDIENCES.account, ACCOUNT_SECONDS, { sub: accountId, sid: signInId, epoch, grants }),
    actor: async (request) => {
      const [, token] = BEARER.exec(authorizationOf(request.headers)) ?? [];
      if (token === undefined) throw unauthorized('Send a token as "Authorization: Bearer …".');
      const { actor, epoch } = actorOf(await verify(token));
      if (!(await epochs.isCurrent(actor, epoch))) throw new EndedToken('The token was ended. Join or sign in anew.');
      return actor;
    },
  };
}

/**
 * @returns what a request says of who sends it. A proxy that takes Authorization for its own, as the Kubernetes API server does,
 *   lets X-Heroes-Authorization through.
 */
export function authorizationOf(headers: FastifyRequest['headers']): string {
  const other = headers['x-heroes-authorization'];
  return headers.authorization ?? (typeof other === 'string' ? other : '');
}

export interface TokenTimes {
  readonly epoch: number;
  readonly expiresAtMs: number;
}

/** @returns until when the token of a request is good, which has been found to be: for what stays open as long as that. */
export function timesOf(authorization: unknown): TokenTimes {
  const [, token = ''] = BEARER.exec(String(authorization)) ?? [];
  const { epoch, exp } = decodeJwt<{ readonly epoch: number }>(token);
  return { epoch, expiresAtMs: (exp ?? 0) * 1000 };
}

const NOT_GOOD = 'The token is not valid or has expired. Join or sign in anew.';

const unauthorized = (detail: string): Problem => new Problem({ status: 401, detail });

interface Verified {
  readonly kid: string;
  readonly payload: JWTPayload;
}

/**
 * @returns what gives the claims of a token that is good, or throws Problem 401. To verify a signature takes as long as most of
 *   what a request is asked, and it stays true: of a token that comes again its key and its time are looked at, no more; also of
 *   one that has expired, which costs its address as little as a good one.
 */
function verifier(keys: KeyRing): (token: string) => Promise<JWTPayload> {
  const known = new LRUCache<string, Verified>({ max: MOST_VERIFIED });
  const signed = async (token: string): Promise<Verified> => {
    const before = known.get(token);
    if (before !== undefined && (await keys.verifying(before.kid)) !== undefined) return before;
    const verified = await verify(keys, token);
    known.set(token, verified);
    return verified;
  };
  return async (token) => {
    const { payload } = await signed(token);
    if ((payload.exp ?? 0) + CLOCK_TOLERANCE_SECONDS <= Date.now() / 1000) throw new EndedToken(NOT_GOOD);
    return payload;
  };
}

/** @returns the claims of a token that we signed, also of one that has expired. @throws Problem 401 for any other. */
async function verify(keys: KeyRing, token: string): Promise<Verified> {
  try {
    const { payload, protectedHeader } = await jwtVerify(
      token,
      async ({ kid = '' }) => {
        const key = await keys.verifying(kid);
        if (key === undefined) throw new errors.JWKSNoMatchingKey();
        return key;
      },
      {
        algorithms: ['EdDSA'],
        issuer: ISSUER,
        audience: Object.values(AUDIENCES),
        typ: TYPE,
        requiredClaims: ['exp', 'iat', 'sub', 'aud', 'epoch'],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
      },
    );
    return { kid: protectedHeader.kid ?? '', payload };
  } catch (error) {
    // Its signature and all else were good: the time is what is looked at last.
    if (error instanceof errors.JWTExpired)
      return { kid: decodeProtectedHeader(token).kid ?? '', payload: error.payload };
    if (!(error instanceof errors.JOSEError)) throw error;
    throw unauthorized(NOT_GOOD);
  }
}

/** What we signed holds what we put into it. */
function actorOf(payload: JWTPayload): { readonly actor: Student | Account; readonly epoch: number } {
  const { sub = '', aud } = payload;
  const epoch = payload.epoch as number;
  if (aud === AUDIENCES.student)
    return { actor: { kind: 'student', enrolmentId: sub, classroomId: payload.class as string }, epoch };
  const { sid, grants } = payload as { readonly sid: string; readonly grants: readonly Grant[] };
  return { actor: { kind: 'account', accountId: sub, signInId: sid, grants }, epoch };
}

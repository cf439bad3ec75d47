/** Signed tokens (JWT, HS256): who may act in a classroom, without an account. */
import { createSigner, createVerifier } from 'fast-jwt';
import type { FastifyRequest } from 'fastify';
import { Problem } from './problems.ts';

const ISSUER = 'heroes-in-waiting';
/** A school day; a student who comes back joins again. */
const STUDENT_MS = 12 * 3_600_000;
/** As long as a classroom lives. */
export const CLASSROOM_MS = 180 * 24 * 3_600_000;

export type Role = 'student' | 'facilitator';

export interface Bearer {
  readonly role: Role;
  /** Session of a student, classroom of a facilitator. */
  readonly id: string;
}

export interface Tokens {
  readonly sign: (bearer: Bearer) => string;
  /** @returns who sends the request. @throws Problem 401 without a good token, 403 for the other role. */
  readonly require: (request: FastifyRequest, role: Role) => Bearer;
}

/** @returns tokens signed with a secret that all pods of a platform share. */
export function createTokens(secret: string): Tokens {
  const signers = {
    student: createSigner({ key: secret, algorithm: 'HS256', iss: ISSUER, expiresIn: STUDENT_MS }),
    facilitator: createSigner({ key: secret, algorithm: 'HS256', iss: ISSUER, expiresIn: CLASSROOM_MS }),
  };
  const verify = createVerifier({
    key: secret,
    algorithms: ['HS256'],
    allowedIss: ISSUER,
    requiredClaims: ['sub', 'exp'],
  });
  return {
    sign: ({ role, id }) => signers[role]({ sub: id, role }),
    require: (request, role) => {
      const [, token] = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/.exec(request.headers.authorization ?? '') ?? [];
      if (token === undefined)
        throw new Problem({ status: 401, detail: 'Send the token as "Authorization: Bearer …".' });
      let claims: { readonly sub: string; readonly role: Role };
      try {
        claims = verify(token) as typeof claims;
      } catch {
        throw new Problem({
          status: 401,
          detail: 'The token is not valid or has expired. Join or create the class anew.',
        });
      }
      if (claims.role !== role)
        throw new Problem({ status: 403, detail: `This address is for a ${role}; the token is a ${claims.role}'s.` });
      return { role, id: claims.sub };
    },
  };
}

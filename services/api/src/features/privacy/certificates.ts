/** Certificates of deletions, signed with the key ring. They are proved for as long as the public keys are kept, which is for ever. */
import { decodeProtectedHeader, errors, importJWK, jwtVerify, SignJWT, type JWK } from 'jose';
import type { Kysely } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import type { KeyRing } from '../../access/keys.ts';
import type { CertificateClaims } from '../../domain/certificate.ts';

const ISSUER = 'heroes-in-waiting';
/** Of no use where a token is asked for, and the other way round. */
const TYPE = 'heroes-certificate+jwt';

/** @returns a JWS of claims. */
export async function signCertificate(keys: KeyRing, claims: CertificateClaims): Promise<string> {
  const { kid, privateKey } = await keys.signing();
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'EdDSA', kid, typ: TYPE })
    .setIssuer(ISSUER)
    .setIssuedAt()
    .sign(privateKey);
}

export interface ProvedCertificate extends CertificateClaims {
  readonly issuedAt: string;
}

/** @returns what a certificate claims, or undefined when it is not one of ours. */
export async function proveCertificate(db: Kysely<DB>, certificate: string): Promise<ProvedCertificate | undefined> {
  try {
    const { kid = '' } = decodeProtectedHeader(certificate);
    const key = await db.selectFrom('signing_keys').select('public_jwk').where('kid', '=', kid).executeTakeFirst();
    if (key === undefined) return undefined;
    const publicKey = await importJWK(key.public_jwk as JWK, 'EdDSA');
    const { payload } = await jwtVerify(certificate, publicKey, {
      algorithms: ['EdDSA'],
      issuer: ISSUER,
      typ: TYPE,
      requiredClaims: ['jti', 'sub', 'iat'],
    });
    const { jti = '', sub = '', iat = 0 } = payload;
    const { deleted, cleared, policy, archives } = payload as unknown as CertificateClaims;
    return { jti, sub, deleted, cleared, policy, archives, issuedAt: new Date(iat * 1000).toISOString() };
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined;
    throw error;
  }
}

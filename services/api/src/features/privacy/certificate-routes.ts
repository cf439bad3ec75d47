/** Whoever was given a certificate can prove it, long after the key that signed it has gone out of use. */
import { Type } from 'typebox';
import { route, type Route } from '../../http/route.ts';
import { closed, Time } from '../../http/schemas.ts';
import { proveCertificate } from './certificates.ts';

const Rows = Type.Array(closed({ class: Type.String(), rows: Type.Integer() }), {
  description: 'Rows, by class of data.',
});

const prove = route(
  {
    method: 'POST',
    path: '/v1/privacy/certificates/verify',
    tag: 'Privacy',
    summary: 'Prove that a certificate of deletion is one of ours, and read it',
    access: 'public',
    data: 'Operational',
    retention: 'None',
    rate: 'signIn',
    priority: 'deferrable',
    schemas: {
      body: closed({ certificate: Type.String({ maxLength: 8192, pattern: '^[\\w-]+\\.[\\w-]+\\.[\\w-]+$' }) }),
    },
    answers: {
      200: {
        description: 'Whether it is, and what it says if so.',
        schema: closed({
          isOurs: Type.Boolean(),
          claims: Type.Union([
            closed({
              request: Type.String({ description: 'Id of the rights request.' }),
              subject: Type.String({ description: 'Whose data it was.' }),
              deleted: Rows,
              cleared: { ...Rows, description: 'Rows that stay without what was of the subject.' },
              policyVersion: Type.String(),
              archives: Type.String(),
              issuedAt: Time,
            }),
            Type.Null(),
          ]),
        }),
      },
    },
  },
  async ({ body: { certificate }, tx }) => {
    const proved = await tx(async (db) => proveCertificate(db, certificate));
    if (proved === undefined) return { status: 200, body: { isOurs: false, claims: null } };
    const { jti: request, sub: subject, policy: policyVersion, ...rest } = proved;
    return { status: 200, body: { isOurs: true, claims: { request, subject, policyVersion, ...rest } } };
  },
);

export const CERTIFICATE_ROUTES: readonly Route[] = [prove];

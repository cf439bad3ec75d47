/** Signing in by the district's identity provider. */
import { Type } from 'typebox';
import type { IdentityProvider } from '../../access/identity-provider.ts';
import type { Context } from '../../context.ts';
import { Problem } from '../../http/problems.ts';
import { route, type Declaration, type Route } from '../../http/route.ts';
import { admit } from './oidc-admission.ts';
import { browserSecret, cookieOf, keepRequest, takeRequest } from './oidc-requests.ts';
import { asGate } from './gate.ts';
import { beginSignIn } from './sessions.ts';
import { TokenSet } from './shapes.ts';

const declared = {
  method: 'GET',
  tag: 'Accounts',
  access: 'public',
  data: 'Staff',
  retention: 'Account',
  rate: 'signIn',
} as const satisfies Partial<Declaration>;

const start = route(
  {
    ...declared,
    path: '/v1/auth/oidc/start',
    summary: 'Begin to sign in at the district’s identity provider: a browser is sent there',
    schemas: {},
    answers: {
      302: { description: 'To the identity provider.' },
      404: { description: 'Nobody signs in by one here.' },
    },
  },
  async (call, context) => {
    const provider = providerOf(context);
    const checks = provider.newChecks();
    const location = await provider.start(checks);
    const browser = browserSecret(call.headers.cookie as string | undefined);
    await asGate(call, async (db) => keepRequest(db, context, { checks, browser }));
    const headers = { location: location.href, 'set-cookie': cookieOf(browser), 'cache-control': 'no-store' };
    return { status: 302, headers };
  },
);

const LONGEST = 4096;

const callback = route(
  {
    ...declared,
    path: '/v1/auth/oidc/callback',
    summary: 'Come back from the identity provider, with its code or its refusal',
    schemas: {
      // Providers add what they like; what is not known is handed to the library, which checks what it must.
      query: Type.Object(
        { state: Type.String({ minLength: 1, maxLength: 128, description: 'As it was sent with.' }) },
        { additionalProperties: Type.String({ maxLength: LONGEST }), maxProperties: 20 },
      ),
    },
    answers: {
      200: { description: 'Tokens of the sign-in.', schema: TokenSet },
      401: { description: 'It was not begun here, or not by this browser, or the provider did not let the person in.' },
      403: { description: 'The person is not invited, or suspended.' },
      404: { description: 'Nobody signs in by one here.' },
    },
  },
  async (call, context) => {
    const provider = providerOf(context);
    const { query, headers } = call;
    const cookies = headers.cookie as string | undefined;
    const checks = await asGate(call, async (db) => takeRequest(db, context, { state: query.state, cookies }));
    if (checks === undefined) throw new Problem({ status: 401, detail: NOT_BEGUN });
    const identity = await provider.finish(new URLSearchParams(query), checks);
    const tokens = await asGate(call, async (db) => {
      const accountId = await admit(db, identity);
      return accountId === undefined ? undefined : beginSignIn(db, context, { accountId, method: 'oidc' });
    });
    if (tokens === undefined) throw new Problem({ status: 403, detail: NOT_INVITED });
    return { status: 200, body: tokens, headers: { 'cache-control': 'no-store' } };
  },
);

const NOT_BEGUN = 'This sign-in was not begun in this browser, or too long ago, or is over. Begin anew.';
const NOT_INVITED = 'There is no account for you. Ask your school’s or district’s administrator for an invitation.';

function providerOf({ identityProvider }: Context): IdentityProvider {
  if (identityProvider !== undefined) return identityProvider;
  throw new Problem({ status: 404, detail: 'Nobody signs in by an identity provider here. Sign in by password.' });
}

export const OIDC_ROUTES: readonly Route[] = [start, callback];

/** The API beside a real identity provider, and people who sign in by it. */
import { randomUUID } from 'node:crypto';
import type { LightMyRequestResponse } from 'fastify';
import { CALLBACK_PATH } from '@heroes/api/access/identity-provider.ts';
import { send, startAdults } from './adults.ts';
import { Browser, CLIENT, startIssuer, type Issuer } from './issuer.ts';
import { makePerson, makeSchool } from './people.ts';
import type { Stack } from './stack.ts';

export const PUBLIC_URL = 'https://heroes.example.org';

export interface Begun {
  /** Where the browser is sent. */
  readonly location: string;
  /** What it sends back of the cookie that it was given. */
  readonly cookie: string;
  /** How the cookie was given. */
  readonly set: string;
}

export interface Told {
  readonly email?: string;
  readonly verified?: boolean;
  readonly name?: string;
}

export interface OidcScene extends AsyncDisposable {
  readonly issuer: Issuer;
  readonly stack: Stack;
  readonly school: string;
  /** Somebody whom the issuer knows. */
  readonly personOf: (told?: Told) => { readonly login: string; readonly email: string };
  readonly invite: (email: string, grant?: object) => Promise<void>;
  readonly begin: (cookie?: string) => Promise<Begun>;
  readonly comeBack: (back: Pick<URL, 'search'>, cookie?: string) => Promise<LightMyRequestResponse>;
  /** The whole way there and back. */
  readonly wayOf: (login: string) => Promise<LightMyRequestResponse>;
}

/** Starts both. Dispose of it afterwards. */
export async function startOidcScene(): Promise<OidcScene> {
  await using opened = new AsyncDisposableStack();
  const issuer = opened.use(await startIssuer({ redirectUri: `${PUBLIC_URL}${CALLBACK_PATH}` }));
  const settings = {
    PUBLIC_URL,
    OIDC_ISSUER: issuer.url,
    OIDC_CLIENT_ID: CLIENT.id,
    OIDC_CLIENT_SECRET: CLIENT.secret,
  };
  const stack = opened.use(await startAdults({ settings }));
  const school = await makeSchool(stack);
  const { token } = await makePerson(stack, 'district_admin');
  const sending = (cookie: string | undefined) => (cookie === undefined ? {} : { headers: { cookie } });
  const begin: OidcScene['begin'] = async (cookie) => {
    const answer = await send(stack, '/v1/auth/oidc/start', { method: 'GET', ...sending(cookie) });
    if (answer.statusCode !== 302) throw new Error(`start: ${answer.statusCode} ${answer.body}`);
    const set = String(answer.headers['set-cookie']);
    const [pair = ''] = set.split(';');
    return { location: String(answer.headers.location), cookie: pair, set };
  };
  const comeBack: OidcScene['comeBack'] = async ({ search }, cookie) =>
    send(stack, `${CALLBACK_PATH}${search}`, { method: 'GET', ...sending(cookie) });
  const parts = opened.move();
  return {
    issuer,
    stack,
    school,
    begin,
    comeBack,
    personOf: ({ email = `${randomUUID()}@example.org`, verified = true, name = 'Dana' } = {}) => {
      const login = randomUUID();
      issuer.people.set(login, { email, email_verified: verified, name });
      return { login, email };
    },
    invite: async (email, grant = { role: 'facilitator', schoolId: school }) => {
      const answer = await send(stack, '/v1/invitations', { body: { email, ...grant }, token });
      if (answer.statusCode !== 201) throw new Error(`invite: ${answer.statusCode} ${answer.body}`);
    },
    wayOf: async (login) => {
      const { location, cookie } = await begin();
      return comeBack(await new Browser().signIn(location, login), cookie);
    },
    [Symbol.asyncDispose]: async () => parts.disposeAsync(),
  };
}

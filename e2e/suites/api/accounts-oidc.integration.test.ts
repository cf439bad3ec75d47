import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CALLBACK_PATH, createIdentityProvider } from '@heroes/api/access/identity-provider.ts';
import { createLogger } from '@heroes/runtime/logger.ts';
import { Circuits } from '@heroes/api/resilience/outgoing.ts';
import { startAdults, makeAdult, PASSWORD, attempt, refresh, send, signIn, type TokenSet } from './adults.ts';
import { Browser, CLIENT, startIssuer, type Issuer, type IssuerOptions } from './issuer.ts';
import { makePerson, makeSchool, type Person } from './people.ts';
import type { Stack } from './stack.ts';

const PUBLIC_URL = 'https://heroes.example.org';
const REDIRECT = { redirectUri: `${PUBLIC_URL}${CALLBACK_PATH}` };

let issuer: Issuer;
let stack: Stack;
let school: string;
let admin: Person;
beforeAll(async () => {
  issuer = await startIssuer(REDIRECT);
  const oidc = { OIDC_ISSUER: issuer.url, OIDC_CLIENT_ID: CLIENT.id, OIDC_CLIENT_SECRET: CLIENT.secret };
  stack = await startAdults({ settings: { PUBLIC_URL, ...oidc } });
  school = await makeSchool(stack);
  admin = await makePerson(stack, 'district_admin');
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

/** Somebody whom the issuer knows. */
function personOf(claims: { readonly email?: string; readonly verified?: boolean; readonly name?: string } = {}) {
  const { email = `${randomUUID()}@example.org`, verified = true, name = 'Dana' } = claims;
  const login = randomUUID();
  issuer.people.set(login, { email, email_verified: verified, name });
  return { login, email };
}

/** Begins to sign in, as a browser does. @returns where it is sent, and the cookie that it got. */
async function begin(cookie?: string) {
  const answer = await send(stack, '/v1/auth/oidc/start', {
    method: 'GET',
    ...(cookie === undefined ? {} : { headers: { cookie } }),
  });
  expect(answer.statusCode).toBe(302);
  const [pair = ''] = String(answer.headers['set-cookie']).split(';');
  return { location: String(answer.headers.location), cookie: pair, set: String(answer.headers['set-cookie']) };
}

const comeBack = async ({ search }: Pick<URL, 'search'>, cookie?: string) =>
  send(stack, `${CALLBACK_PATH}${search}`, { method: 'GET', ...(cookie === undefined ? {} : { headers: { cookie } }) });

/** The whole way there and back. */
async function wayOf(login: string) {
  const { location, cookie } = await begin();
  return comeBack(await new Browser().signIn(location, login), cookie);
}

const invite = async (email: string, grant: object = { role: 'facilitator', schoolId: school }) => {
  const answer = await send(stack, '/v1/invitations', { body: { email, ...grant }, token: admin.token });
  expect(answer.statusCode).toBe(201);
};
const accountsOf = async (email: string) =>
  stack.db.selectFrom('accounts').selectAll().where('email', '=', email).execute();
const meOf = async ({ accessToken: token }: TokenSet) => send(stack, '/v1/me/account', { method: 'GET', token });

describe('the way to the identity provider', () => {
  it('is taken with state, nonce and a challenge, and a cookie for this browser alone', async () => {
    const { location, set } = await begin();
    const asked = new URL(location);
    expect(asked.origin).toBe(issuer.url);
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: CLIENT.id,
      redirect_uri: REDIRECT.redirectUri,
      scope: 'openid email profile',
      code_challenge_method: 'S256',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(set).toMatch(/^__Host-heroes-oidc=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=600$/);
  });

  it('may be taken in two windows at once', async () => {
    const { email, login } = personOf();
    await invite(email);
    const first = await begin();
    const second = await begin(first.cookie);
    expect(second.cookie).toBe(first.cookie);
    for (const { location } of [second, first])
      expect((await comeBack(await new Browser().signIn(location, login), first.cookie)).statusCode).toBe(200);
  });
});

describe('whoever comes back from it', () => {
  it('and is invited gets an account with the roles of the invitations, once', async () => {
    const { email, login } = personOf({ email: `${randomUUID()}@Example.ORG`, name: '  Dana Teacher ' });
    await invite(email);
    await invite(email.toUpperCase(), { role: 'content_editor' });
    const first = await wayOf(login);
    expect(first.statusCode).toBe(200);
    expect(first.headers['cache-control']).toBe('no-store');
    const me = (await meOf(first.json())).json<{ id: string }>();
    expect(me).toMatchObject({
      email: email.toLowerCase(),
      displayName: 'Dana Teacher',
      roles: [
        { role: 'content_editor', schoolId: null },
        { role: 'facilitator', schoolId: school },
      ],
      hasPassword: false,
    });
    const again = await wayOf(login);
    expect((await meOf(again.json())).json()).toEqual(me);
    expect((await refresh(stack, again.json<TokenSet>().refreshToken)).statusCode).toBe(200);
  });

  it('and is not invited gets nothing', async () => {
    const { email, login } = personOf();
    expect((await wayOf(login)).statusCode).toBe(403);
    expect(await accountsOf(email)).toEqual([]);
  });

  it.each([
    ['has not verified the address', { verified: false }],
    ['has no address', { email: '' }],
    ['has an address that is none', { email: 'dana at school' }],
  ])('and %s is not who was invited', async (_title, claims) => {
    const { email, login } = personOf(claims);
    if (email.includes('@')) await invite(email);
    expect((await wayOf(login)).statusCode).toBe(403);
    expect(await accountsOf(email)).toEqual([]);
  });

  it('and has an account of that address is it from now on; a password that nobody verified goes', async () => {
    const adult = await makeAdult(stack, 'facilitator', school);
    const before = await signIn(stack, adult);
    const { login } = personOf({ email: adult.email });
    const answer = await wayOf(login);
    expect((await meOf(answer.json())).json()).toMatchObject({ id: adult.accountId, hasPassword: false });
    expect((await attempt(stack, adult)).statusCode).toBe(401);
    expect((await refresh(stack, before.refreshToken)).statusCode).toBe(401);
    const body = { password: 'lantern gravel October' };
    const { accessToken: token } = answer.json<TokenSet>();
    expect((await send(stack, '/v1/me/account/password', { method: 'PUT', body, token })).statusCode).toBe(204);
    await signIn(stack, { ...adult, ...body });
    expect((await wayOf(login)).statusCode).toBe(200);
    await signIn(stack, { ...adult, ...body });
  });

  it('and has the address of somebody who left is not that person', async () => {
    const { email, login } = personOf();
    await invite(email);
    await wayOf(login);
    const successor = personOf({ email });
    expect((await wayOf(successor.login)).statusCode).toBe(403);
    expect((await wayOf(login)).statusCode).toBe(200);
  });

  it('and is suspended stays out, answered as the uninvited', async () => {
    const { email, login } = personOf();
    await invite(email);
    await wayOf(login);
    await stack.db.updateTable('accounts').set({ suspended_at: new Date() }).where('email', '=', email).execute();
    const { requestId: _, ...suspended } = (await wayOf(login)).json<Record<string, unknown>>();
    const { requestId: __, ...uninvited } = (await wayOf(personOf().login)).json<Record<string, unknown>>();
    expect(suspended).toEqual(uninvited);
  });

  it('twice at once is one account', async () => {
    const { email, login } = personOf();
    await invite(email);
    const ways = await Promise.all(
      [1, 2, 3].map(async () => {
        const { location, cookie } = await begin();
        return { back: await new Browser().signIn(location, login), cookie };
      }),
    );
    const answers = await Promise.all(ways.map(async ({ back, cookie }) => comeBack(back, cookie)));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    expect(await accountsOf(email)).toHaveLength(1);
  });

  it('and turned back there is told to begin anew', async () => {
    const { location, cookie } = await begin();
    const back = await new Browser().signIn(location, 'anybody', { turnsBack: true });
    expect(back.searchParams.get('error')).toBe('access_denied');
    expect((await comeBack(back, cookie)).statusCode).toBe(401);
  });
});

describe('an answer of the identity provider', () => {
  const invited = async () => {
    const person = personOf();
    await invite(person.email);
    const { location, cookie } = await begin();
    return { back: await new Browser().signIn(location, person.login), cookie };
  };
  const changed = ({ search }: URL, change: (query: URLSearchParams) => void): Pick<URL, 'search'> => {
    const query = new URLSearchParams(search);
    change(query);
    return { search: `?${query.toString()}` };
  };

  it('is good once, and only in the browser that asked for it', async () => {
    const { back, cookie } = await invited();
    expect((await comeBack(back, cookie)).statusCode).toBe(200);
    expect((await comeBack(back, cookie)).statusCode).toBe(401);
    for (const other of [undefined, (await begin()).cookie]) {
      const victim = await invited();
      expect((await comeBack(victim.back, other)).statusCode).toBe(401);
      // Whoever tried has used it up.
      expect((await comeBack(victim.back, victim.cookie)).statusCode).toBe(401);
    }
  });

  it('is not good when it took too long', async () => {
    const { back, cookie } = await invited();
    await stack.db
      .updateTable('oidc_requests')
      .set({ expires_at: new Date(0) })
      .execute();
    expect((await comeBack(back, cookie)).statusCode).toBe(401);
    await begin();
    expect(
      await stack.db.selectFrom('oidc_requests').select('expires_at').where('expires_at', '=', new Date(0)).execute(),
    ).toEqual([]);
  });

  it('with another’s code is not good: the code was asked for with another challenge', async () => {
    const [mine, other] = [await invited(), await invited()];
    const code = other.back.searchParams.get('code') ?? '';
    const injected = changed(mine.back, (query) => {
      query.set('code', code);
    });
    expect((await comeBack(injected, mine.cookie)).statusCode).toBe(401);
  });

  it.each<[string, (query: URLSearchParams) => void]>([
    [
      'of another issuer',
      (query) => {
        query.set('iss', 'https://evil.example.org');
      },
    ],
    [
      'without an issuer',
      (query) => {
        query.delete('iss');
      },
    ],
    [
      'with a code that was never given',
      (query) => {
        query.set('code', 'made-up');
      },
    ],
    [
      'without a code',
      (query) => {
        query.delete('code');
      },
    ],
    [
      'with an error',
      (query) => {
        query.set('error', 'server_error');
      },
    ],
  ])('%s is not good', async (_title, change) => {
    const { back, cookie } = await invited();
    const answer = await comeBack(changed(back, change), cookie);
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });

  it.each([['?state=made-up&code=x'], ['?code=x'], ['?state=a&state=b&code=x'], [`?state=${'x'.repeat(200)}`], ['']])(
    'that was never asked for is refused: %s',
    async (search) => {
      const answer = await comeBack({ search }, (await begin()).cookie);
      expect([400, 401]).toContain(answer.statusCode);
    },
  );

  it('leaves no trace of the person, the code or the state in what is written down', async () => {
    const person = personOf({ name: 'Somebody With A Name' });
    await invite(person.email);
    const { location, cookie } = await begin();
    const back = await new Browser().signIn(location, person.login);
    await comeBack(back, cookie);
    await comeBack(back, cookie);
    const secrets = [
      person.email,
      person.login,
      'Somebody With',
      CLIENT.secret,
      ...back.searchParams.values(),
      cookie.split('=')[1] ?? '',
    ];
    const requests = JSON.stringify(await stack.db.selectFrom('oidc_requests').selectAll().execute());
    for (const secret of secrets.filter((each) => each !== issuer.url)) {
      expect(stack.logged.join('\n')).not.toContain(secret);
      expect(requests).not.toContain(secret);
    }
  });
});

describe('the identity provider', () => {
  const providerFor = (
    options: { readonly url: string; readonly secret?: string },
    log = createLogger({ service: 't', version: 't', level: 'silent' }),
  ) => {
    const settings = {
      PUBLIC_URL,
      OIDC_ISSUER: options.url,
      OIDC_CLIENT_ID: CLIENT.id,
      OIDC_CLIENT_SECRET: options.secret ?? CLIENT.secret,
    };
    const provider = createIdentityProvider(settings, {
      outgoing: new Circuits({ firstWaitMs: 1, longestWaitMs: 1 }).call,
      log,
    });
    if (provider === undefined) throw new Error('no provider');
    return provider;
  };
  const PERSON = { email: 'dana@example.org', email_verified: true, name: 'Dana' };

  it.each<[string, Partial<IssuerOptions>, string]>([
    ['a secret in the body', { method: 'client_secret_post' }, CLIENT.secret],
    ['no secret', { method: 'none' }, ''],
    ['all that it knows in the token', { saysAllInToken: true }, CLIENT.secret],
  ])('may be one that takes, or gives, %s', async (_title, options, secret) => {
    await using other = await startIssuer({ ...REDIRECT, ...options });
    other.people.set('dana', PERSON);
    const provider = providerFor({ url: other.url, secret });
    const checks = provider.newChecks();
    const back = await new Browser().signIn((await provider.start(checks)).href, 'dana');
    expect(await provider.finish(back.searchParams, checks)).toEqual({
      issuer: other.url,
      subject: 'dana',
      email: PERSON.email,
      name: PERSON.name,
    });
  });

  it.each(['state', 'nonce', 'codeVerifier'] as const)(
    'is not believed when the %s is not the one that was sent',
    async (name) => {
      issuer.people.set('dana', PERSON);
      const provider = providerFor(issuer);
      const checks = provider.newChecks();
      const back = await new Browser().signIn((await provider.start(checks)).href, 'dana');
      const others = { ...checks, [name]: provider.newChecks()[name] };
      await expect(provider.finish(back.searchParams, others)).rejects.toMatchObject({ parts: { status: 401 } });
    },
  );

  it('is not believed when it is not who it says', async () => {
    const { port } = new URL(issuer.url);
    const provider = providerFor({ url: `https://localhost:${port}` });
    await expect(provider.start(provider.newChecks())).rejects.toMatchObject({ parts: { status: 503 } });
  });

  it('that is down is answered 503, on the way there and on the way back', async () => {
    const other = await startIssuer(REDIRECT);
    other.people.set('dana', PERSON);
    const provider = providerFor(other);
    const checks = provider.newChecks();
    const back = await new Browser().signIn((await provider.start(checks)).href, 'dana');
    await other.stop();
    await expect(provider.finish(back.searchParams, checks)).rejects.toMatchObject({ parts: { status: 503 } });
    const late = providerFor(other);
    await expect(late.start(late.newChecks())).rejects.toMatchObject({ parts: { status: 503 } });
  });

  it('is set up wholly or not at all', () => {
    const settings = { PUBLIC_URL: '', OIDC_ISSUER: '', OIDC_CLIENT_ID: '', OIDC_CLIENT_SECRET: '' };
    const parts = { outgoing: new Circuits().call, log: createLogger({ service: 't', version: 't', level: 'silent' }) };
    expect(createIdentityProvider(settings, parts)).toBeUndefined();
    expect(() => createIdentityProvider({ ...settings, OIDC_ISSUER: issuer.url }, parts)).toThrow(
      'needs OIDC_CLIENT_ID',
    );
  });
});

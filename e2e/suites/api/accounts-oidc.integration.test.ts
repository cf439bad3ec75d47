import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attempt, makeAdult, refresh, send, signIn, type TokenSet } from './adults.ts';
import { Browser, CLIENT } from './issuer.ts';
import { PUBLIC_URL, startOidcScene, type OidcScene } from './oidc-scene.ts';

let scene: OidcScene;
beforeAll(async () => {
  scene = await startOidcScene();
});
afterAll(async () => scene[Symbol.asyncDispose]());

const accountsOf = async (email: string) =>
  scene.stack.db.selectFrom('accounts').selectAll().where('email', '=', email).execute();
const meOf = async ({ accessToken: token }: TokenSet) => send(scene.stack, '/v1/me/account', { method: 'GET', token });

describe('the way to the identity provider', () => {
  it('is taken with state, nonce and a challenge, and a cookie for this browser alone', async () => {
    const { location, set } = await scene.begin();
    const asked = new URL(location);
    expect(asked.origin).toBe(scene.issuer.url);
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: CLIENT.id,
      redirect_uri: `${PUBLIC_URL}/v1/auth/oidc/callback`,
      scope: 'openid email profile',
      code_challenge_method: 'S256',
      state: expect.stringMatching(/^[\w-]{43}$/) as string,
      nonce: expect.stringMatching(/^[\w-]{43}$/) as string,
      code_challenge: expect.stringMatching(/^[\w-]{43}$/) as string,
    });
    expect(set).toMatch(/^__Host-heroes-oidc=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=600$/);
  });

  it('may be taken in two windows at once', async () => {
    const { email, login } = scene.personOf();
    await scene.invite(email);
    const first = await scene.begin();
    const second = await scene.begin(first.cookie);
    expect(second.cookie).toBe(first.cookie);
    for (const { location } of [second, first])
      expect((await scene.comeBack(await new Browser().signIn(location, login), first.cookie)).statusCode).toBe(200);
  });
});

describe('whoever comes back from it', () => {
  it('and is invited gets an account with the roles of the invitations, once', async () => {
    const { email, login } = scene.personOf({ email: `${randomUUID()}@Example.ORG`, name: '  Dana Teacher ' });
    await scene.invite(email);
    await scene.invite(email.toUpperCase(), { role: 'content_editor' });
    const first = await scene.wayOf(login);
    expect(first.statusCode).toBe(200);
    expect(first.headers['cache-control']).toBe('no-store');
    const me = (await meOf(first.json())).json<{ id: string }>();
    expect(me).toMatchObject({
      email: email.toLowerCase(),
      displayName: 'Dana Teacher',
      roles: [
        { role: 'content_editor', schoolId: null },
        { role: 'facilitator', schoolId: scene.school },
      ],
      hasPassword: false,
    });
    const again = await scene.wayOf(login);
    expect((await meOf(again.json())).json()).toEqual(me);
    expect((await refresh(scene.stack, again.json<TokenSet>().refreshToken)).statusCode).toBe(200);
  });

  it('and is not invited gets nothing', async () => {
    const { email, login } = scene.personOf();
    expect((await scene.wayOf(login)).statusCode).toBe(403);
    expect(await accountsOf(email)).toEqual([]);
  });

  it.each([
    ['has not verified the address', { verified: false }],
    ['has no address', { email: '' }],
    ['has an address that is none', { email: 'dana at school' }],
  ])('and %s is not who was invited', async (_title, claims) => {
    const { email, login } = scene.personOf(claims);
    if (email.includes('@')) await scene.invite(email);
    expect((await scene.wayOf(login)).statusCode).toBe(403);
    expect(await accountsOf(email)).toEqual([]);
  });

  it('and has an account of that address is it from now on; a password that nobody verified goes', async () => {
    const adult = await makeAdult(scene.stack, 'facilitator', scene.school);
    const before = await signIn(scene.stack, adult);
    const { login } = scene.personOf({ email: adult.email });
    const answer = await scene.wayOf(login);
    expect((await meOf(answer.json())).json()).toMatchObject({ id: adult.accountId, hasPassword: false });
    expect((await attempt(scene.stack, adult)).statusCode).toBe(401);
    expect((await refresh(scene.stack, before.refreshToken)).statusCode).toBe(401);
    const body = { password: 'lantern gravel October' };
    const { accessToken: token } = answer.json<TokenSet>();
    expect((await send(scene.stack, '/v1/me/account/password', { method: 'PUT', body, token })).statusCode).toBe(204);
    await signIn(scene.stack, { ...adult, ...body });
    expect((await scene.wayOf(login)).statusCode).toBe(200);
    await signIn(scene.stack, { ...adult, ...body });
  });

  it('and has the address of somebody who left is not that person', async () => {
    const { email, login } = scene.personOf();
    await scene.invite(email);
    await scene.wayOf(login);
    const successor = scene.personOf({ email });
    expect((await scene.wayOf(successor.login)).statusCode).toBe(403);
    expect((await scene.wayOf(login)).statusCode).toBe(200);
  });

  it('and is suspended stays out, answered as the uninvited', async () => {
    const { email, login } = scene.personOf();
    await scene.invite(email);
    await scene.wayOf(login);
    await scene.stack.db.updateTable('accounts').set({ suspended_at: new Date() }).where('email', '=', email).execute();
    const { requestId: _, ...suspended } = (await scene.wayOf(login)).json<Record<string, unknown>>();
    const { requestId: __, ...uninvited } = (await scene.wayOf(scene.personOf().login)).json<Record<string, unknown>>();
    expect(suspended).toEqual(uninvited);
  });

  it('twice at once is one account', async () => {
    const { email, login } = scene.personOf();
    await scene.invite(email);
    const ways = await Promise.all(
      [1, 2, 3].map(async () => {
        const { location, cookie } = await scene.begin();
        return { back: await new Browser().signIn(location, login), cookie };
      }),
    );
    const answers = await Promise.all(ways.map(async ({ back, cookie }) => scene.comeBack(back, cookie)));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    expect(await accountsOf(email)).toHaveLength(1);
  });

  it('and turned back there is told to begin anew', async () => {
    const { location, cookie } = await scene.begin();
    const back = await new Browser().signIn(location, 'anybody', { turnsBack: true });
    expect(back.searchParams.get('error')).toBe('access_denied');
    expect((await scene.comeBack(back, cookie)).statusCode).toBe(401);
  });
});

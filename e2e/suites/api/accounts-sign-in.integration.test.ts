import { argon2Sync, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Passwords } from '@heroes/api/access/password-hashing.ts';
import { digestOf, isOutdated, phcOf } from '@heroes/api/domain/passwords.ts';
import {
  startAdults,
  addSecondFactor,
  attempt,
  codeAt,
  makeAdult,
  PASSWORD,
  refresh,
  send,
  signIn,
  waitOutHolds,
  type Adult,
} from './adults.ts';
import { makeSchool } from './people.ts';
import type { Stack } from './stack.ts';

let stack: Stack;
let school: string;
/** Stored passwords that were compared with, undefined where there was none. */
const verified: (string | undefined)[] = [];

/** Does what the API does, and notes for whom. */
const noting = (passwords: Passwords): Passwords => ({
  ...passwords,
  verify: async (stored, password) => {
    verified.push(stored);
    return passwords.verify(stored, password);
  },
});

beforeAll(async () => {
  stack = await startAdults({ adapt: (context) => ({ ...context, passwords: noting(context.passwords) }) });
  school = await makeSchool(stack);
});
afterAll(async () => stack[Symbol.asyncDispose]());
beforeEach(() => {
  verified.length = 0;
});

const facilitator = async (): Promise<Adult> => makeAdult(stack, 'facilitator', school);
const meOf = async (token: string) => send(stack, '/v1/me/account', { method: 'GET', token });
const shapeOf = ({ statusCode, headers, body }: Awaited<ReturnType<typeof attempt>>) => {
  const { requestId, ...problem } = JSON.parse(body) as Record<string, unknown>;
  expect(requestId).toBe(headers['x-request-id']);
  return { statusCode, problem, headers: Object.keys(headers).sort(), length: headers['content-length'] };
};

describe('signing in by password', () => {
  it('gives tokens that say who it is, kept by nobody on the way', async () => {
    const adult = await facilitator();
    const answer = await attempt(stack, { ...adult, email: adult.email.toUpperCase() });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['cache-control']).toBe('no-store');
    const { accessToken, ...rest } = answer.json<Record<string, unknown>>();
    expect(rest).toEqual({
      expiresInSeconds: 900,
      refreshToken: expect.stringMatching(/^[\w-]{43}$/),
      refreshExpiresInSeconds: expect.toSatisfy((seconds: number) => seconds > 10_700 && seconds <= 10_800),
    });
    const me = await meOf(String(accessToken));
    expect(me.json()).toMatchObject({
      id: adult.accountId,
      email: adult.email,
      roles: [{ role: 'facilitator', schoolId: school }],
      hasPassword: true,
      hasSecondFactor: false,
    });
  });

  it('answers every failure alike: the same words, the same headers, the same work', async () => {
    const [known, suspended, noPassword, guarded, wrongCode] = await Promise.all([
      facilitator(),
      facilitator(),
      facilitator(),
      facilitator(),
      facilitator(),
    ]);
    await stack.db
      .updateTable('accounts')
      .set({ suspended_at: new Date() })
      .where('id', '=', suspended.accountId)
      .execute();
    await stack.db
      .updateTable('accounts')
      .set({ password_hash: null })
      .where('id', '=', noPassword.accountId)
      .execute();
    for (const adult of [guarded, wrongCode]) {
      const { accessToken } = await signIn(stack, adult);
      await addSecondFactor(stack, adult, accessToken);
    }
    verified.length = 0;
    const shapes = [
      shapeOf(await attempt(stack, { ...known, password: 'not the right password' })),
      shapeOf(await attempt(stack, { email: 'nobody@example.org', password: PASSWORD })),
      shapeOf(await attempt(stack, suspended)),
      shapeOf(await attempt(stack, noPassword)),
      shapeOf(await attempt(stack, guarded)),
      shapeOf(await attempt(stack, wrongCode, { code: '000000' })),
    ];
    expect(shapes[0]?.statusCode).toBe(401);
    expect(new Set(shapes.map((shape) => JSON.stringify(shape))).size).toBe(1);
    expect(verified).toHaveLength(shapes.length);
  });

  it.each([
    ['no address', { email: 'nobody', password: PASSWORD }],
    ['no password', { email: 'a@example.org' }],
    ['more than it takes', { email: 'a@example.org', password: PASSWORD, role: 'district_admin' }],
    ['a password of a megabyte', { email: 'a@example.org', password: 'x'.repeat(10_000) }],
    ['a code that is a number', { email: 'a@example.org', password: PASSWORD, code: 123456 }],
  ])('refuses %s before it looks at anybody', async (_title, body) => {
    const answer = await send(stack, '/v1/auth/sign-in', { body });
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.body).not.toContain(PASSWORD);
    expect(verified).toEqual([]);
  });

  it('digests a password anew when the costs have changed', async () => {
    const adult = await facilitator();
    const salt = Buffer.from('a salt of 16 B..');
    const cheap = { memoryKiB: 64, passes: 1, lanes: 1 };
    const hash = argon2Sync('argon2id', {
      message: PASSWORD,
      nonce: salt,
      parallelism: 1,
      tagLength: 32,
      memory: 64,
      passes: 1,
    });
    const stored = async (): Promise<string> => {
      const row = await stack.db
        .selectFrom('accounts')
        .select('password_hash')
        .where('id', '=', adult.accountId)
        .executeTakeFirstOrThrow();
      return row.password_hash ?? '';
    };
    await stack.db
      .updateTable('accounts')
      .set({ password_hash: phcOf({ ...cheap, salt, hash }) })
      .where('id', '=', adult.accountId)
      .execute();
    expect((await attempt(stack, { ...adult, password: 'not the right password' })).statusCode).toBe(401);
    expect(isOutdated(digestOf(await stored()))).toBe(true);
    await signIn(stack, adult);
    expect(isOutdated(digestOf(await stored()))).toBe(false);
    await signIn(stack, adult);
  });
});

describe('failures to sign in', () => {
  const failTimes = async (times: number, adult: Pick<Adult, 'email'>): Promise<void> => {
    for (let each = 0; each < times; each++) {
      const answer = await attempt(stack, { ...adult, password: 'not the right password' });
      expect(answer.statusCode).toBe(401);
    }
  };

  it('hold an address after five: not even the right password is looked at, until the hold is over', async () => {
    const adult = await facilitator();
    await failTimes(4, adult);
    await signIn(stack, adult);
    await failTimes(5, adult);
    verified.length = 0;
    expect((await attempt(stack, adult)).statusCode).toBe(401);
    expect(verified).toEqual([]);
    await waitOutHolds(stack);
    await failTimes(1, adult);
    expect((await attempt(stack, adult)).statusCode).toBe(401);
    await waitOutHolds(stack);
    await signIn(stack, adult);
    await failTimes(4, adult);
    await signIn(stack, adult);
  });

  it('hold an address that is nobody’s as well, so that a hold is no answer', async () => {
    const nobody = { email: `${randomUUID()}@example.org` };
    await failTimes(5, nobody);
    verified.length = 0;
    await failTimes(1, nobody);
    expect(verified).toEqual([]);
  });

  it('count one by one when many come at once: the sixth is not judged, even if it is right', async () => {
    const adult = await facilitator();
    const wrong = Array.from({ length: 10 }, async () =>
      attempt(stack, { ...adult, password: 'not the right password' }),
    );
    const answers = await Promise.all(wrong);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array.from({ length: 10 }, () => 401));
    const rows = await stack.db
      .selectFrom('sign_in_failures')
      .select('failures')
      .where('held_until', '>', new Date())
      .execute();
    expect(rows.map(({ failures }) => failures)).toContain(5);
    expect(Math.max(...rows.map(({ failures }) => failures))).toBe(5);
    await waitOutHolds(stack);
  });

  it('hold a network from which a hundred have failed, whoever’s they were, and nobody else', async () => {
    const adult = await facilitator();
    const from = '198.51.100.7';
    const { rates } = stack.context;
    for (let each = 0; each < 99; each++) await rates.charge('failedSignIns', rates.caller(from));
    expect((await attempt(stack, { email: 'x@example.org', password: PASSWORD }, { from })).statusCode).toBe(401);
    verified.length = 0;
    const refused = await attempt(stack, adult, { from });
    expect(refused.statusCode).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(verified).toEqual([]);
    expect((await attempt(stack, adult, { from: '198.51.100.8' })).statusCode).toBe(200);
  });

  it('are forgotten little by little once they are a day old', async () => {
    await stack.db
      .updateTable('sign_in_failures')
      .set({ failed_at: new Date(Date.now() - 25 * 3_600_000) })
      .execute();
    await attempt(stack, { email: `${randomUUID()}@example.org`, password: PASSWORD });
    expect(await stack.db.selectFrom('sign_in_failures').selectAll().execute()).toHaveLength(1);
  });
});

describe('the second factor', () => {
  it('is asked for from its confirmation on, and takes each code once', async () => {
    const adult = await facilitator();
    const { accessToken } = await signIn(stack, adult);
    const { usedCode, nextCode: code } = await addSecondFactor(stack, adult, accessToken);
    expect((await meOf(accessToken)).json()).toMatchObject({ hasSecondFactor: true, recoveryCodesLeft: 10 });
    expect((await attempt(stack, adult)).statusCode).toBe(401);
    expect((await attempt(stack, adult, { code: usedCode })).statusCode).toBe(401);
    await signIn(stack, adult, code);
    expect((await attempt(stack, adult, { code })).statusCode).toBe(401);
  });

  it('lets one in where two send the same code at once', async () => {
    const adult = await facilitator();
    const { accessToken } = await signIn(stack, adult);
    const { nextCode: code } = await addSecondFactor(stack, adult, accessToken);
    const answers = await Promise.all([attempt(stack, adult, { code }), attempt(stack, adult, { code })]);
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 401]);
  });

  it('takes each recovery code once', async () => {
    const adult = await facilitator();
    const { accessToken } = await signIn(stack, adult);
    const { recoveryCodes } = await addSecondFactor(stack, adult, accessToken);
    const [code = ''] = recoveryCodes;
    await signIn(stack, adult, code.toLowerCase());
    expect((await attempt(stack, adult, { code })).statusCode).toBe(401);
    expect((await meOf(accessToken)).json()).toMatchObject({ recoveryCodesLeft: 9 });
  });

  it('is set up with the password alone, and does not count until a first code confirms it', async () => {
    const adult = await facilitator();
    const { accessToken: token } = await signIn(stack, adult);
    const path = '/v1/me/account/second-factor';
    expect((await send(stack, `${path}/confirm`, { body: { code: '123456' }, token })).statusCode).toBe(409);
    expect((await send(stack, path, { body: { password: 'not the right password' }, token })).statusCode).toBe(401);
    const setUp = await send(stack, path, { body: { password: PASSWORD }, token });
    expect(setUp.statusCode).toBe(201);
    const { secret, uri } = setUp.json<{ secret: string; uri: string }>();
    expect(new URL(uri).searchParams.get('secret')).toBe(secret);
    expect(
      (await send(stack, `${path}/confirm`, { body: { code: codeAt(secret, Date.now() - 300_000) }, token }))
        .statusCode,
    ).toBe(400);
    await signIn(stack, adult);
  });

  it('is taken away with password and code, and ends who else is signed in', async () => {
    const adult = await facilitator();
    const { accessToken: token } = await signIn(stack, adult);
    const other = await signIn(stack, adult);
    const { nextCode } = await addSecondFactor(stack, adult, token);
    expect((await refresh(stack, other.refreshToken)).statusCode).toBe(401);
    const path = '/v1/me/account/second-factor';
    expect((await send(stack, path, { body: { password: PASSWORD }, token })).statusCode).toBe(409);
    const remove = async (code: string) => send(stack, `${path}/remove`, { body: { password: PASSWORD, code }, token });
    expect((await remove('000000')).statusCode).toBe(401);
    expect((await remove(nextCode)).statusCode).toBe(204);
    await signIn(stack, adult);
    expect((await meOf(token)).json()).toMatchObject({ hasSecondFactor: false, recoveryCodesLeft: 0 });
  });
});

describe('the own password', () => {
  it('is changed with the one before, and ends who else is signed in', async () => {
    const adult = await facilitator();
    const { accessToken: token } = await signIn(stack, adult);
    const other = await signIn(stack, adult);
    const change = async (body: object) => send(stack, '/v1/me/account/password', { method: 'PUT', body, token });
    const password = 'lantern gravel October';
    expect((await change({ password })).statusCode).toBe(401);
    expect((await change({ current: 'not the right password', password })).statusCode).toBe(401);
    const weak = await change({ current: PASSWORD, password: 'password1234' });
    expect(weak.statusCode).toBe(400);
    expect(weak.json<{ errors: object[] }>().errors).toMatchObject([{ pointer: '/body/password' }]);
    expect((await change({ current: PASSWORD, password })).statusCode).toBe(204);
    expect((await refresh(stack, other.refreshToken)).statusCode).toBe(401);
    expect((await meOf(token)).statusCode).toBe(200);
    expect((await attempt(stack, adult)).statusCode).toBe(401);
    await signIn(stack, { ...adult, password });
  });

  it('cannot be set by a token alone where there is none', async () => {
    const adult = await facilitator();
    const { accessToken: token } = await signIn(stack, adult);
    await stack.db.updateTable('accounts').set({ password_hash: null }).where('id', '=', adult.accountId).execute();
    const body = { password: 'lantern gravel October' };
    expect((await send(stack, '/v1/me/account/password', { method: 'PUT', body, token })).statusCode).toBe(403);
    expect((await send(stack, '/v1/me/account/second-factor', { body, token })).statusCode).toBe(409);
  });
});

describe('what is written down of it all', () => {
  it('holds no password, code, token, secret or address of mail', async () => {
    const adult = await facilitator();
    const tokens = await signIn(stack, adult);
    const { secret, recoveryCodes } = await addSecondFactor(stack, adult, tokens.accessToken);
    const wrong = `wrong ${randomUUID()}`;
    await attempt(stack, { ...adult, password: wrong });
    await send(stack, '/v1/auth/sign-in', { body: { email: adult.email, password: wrong, more: secret } });
    const renewed = (await refresh(stack, tokens.refreshToken)).json<typeof tokens>();
    await refresh(stack, tokens.refreshToken);
    const secrets = [
      PASSWORD,
      wrong,
      adult.email,
      secret,
      ...recoveryCodes,
      ...Object.values(tokens),
      ...Object.values(renewed),
    ].map(String);
    const log = stack.logged.join('\n');
    const metrics = await stack.app.inject('/metrics');
    for (const each of secrets.filter((text) => text.length > 5)) {
      expect(log).not.toContain(each);
      expect(metrics.body).not.toContain(each);
    }
    const entries = await stack.db
      .selectFrom('audit_entries')
      .select(['action', 'detail', 'object'])
      .where('object', '=', `account:${adult.accountId}`)
      .orderBy('sequence')
      .execute();
    expect(entries.map(({ action }) => action)).toEqual([
      'account.signed-in',
      'account.second-factor-added',
      'account.refresh-reused',
    ]);
  });

  it('keeps neither password nor secret where the database could show them', async () => {
    const dump = async (table: 'accounts' | 'refresh_tokens' | 'idempotency_keys') =>
      JSON.stringify(await stack.db.selectFrom(table).selectAll().execute());
    const adult = await facilitator();
    const body = { email: adult.email, password: PASSWORD };
    const first = await send(stack, '/v1/auth/sign-in', { body, headers: { 'idempotency-key': randomUUID() } });
    const { refreshToken, accessToken } = first.json<{ refreshToken: string; accessToken: string }>();
    for (const rows of [await dump('accounts'), await dump('refresh_tokens'), await dump('idempotency_keys')])
      for (const secret of [PASSWORD, refreshToken, accessToken]) expect(rows).not.toContain(secret);
  });
});

describe('signing in while the cache is away', () => {
  it('works, and still counts failures', async () => {
    await stack.cache.stop();
    const adult = await facilitator();
    await signIn(stack, adult);
    for (let each = 0; each < 5; each++) await attempt(stack, { ...adult, password: 'not the right password' });
    expect((await attempt(stack, adult)).statusCode).toBe(401);
  });
});

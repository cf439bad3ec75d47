import { argon2Sync, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Passwords } from '@heroes/api/access/password-hashing.ts';
import { digestOf, isOutdated, phcOf } from '@heroes/api/domain/passwords.ts';
import {
  startAdults,
  addSecondFactor,
  attempt,
  makeAdult,
  PASSWORD,
  refresh,
  send,
  signIn,
  type Adult,
  type TokenSet,
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
      refreshToken: expect.stringMatching(/^[\w-]{43}$/) as string,
      refreshExpiresInSeconds: expect.toSatisfy((seconds: number) => seconds > 10_700 && seconds <= 10_800) as number,
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

describe('what is written down of it all', () => {
  it('holds no password, code, token, secret or address of mail', async () => {
    const adult = await facilitator();
    const tokens = await signIn(stack, adult);
    const { secret, recoveryCodes } = await addSecondFactor(stack, adult, tokens.accessToken);
    const wrong = `wrong ${randomUUID()}`;
    await attempt(stack, { ...adult, password: wrong });
    await send(stack, '/v1/auth/sign-in', { body: { email: adult.email, password: wrong, more: secret } });
    const renewed = (await refresh(stack, tokens.refreshToken)).json<TokenSet>();
    await refresh(stack, tokens.refreshToken);
    const secrets = [
      PASSWORD,
      wrong,
      adult.email,
      secret,
      ...recoveryCodes,
      ...[tokens, renewed].flatMap(({ accessToken, refreshToken }) => [accessToken, refreshToken]),
    ];
    const log = stack.logged.join('\n');
    const metrics = await stack.app.inject('/metrics');
    for (const each of secrets) {
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

import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAdults, makeAdult, refresh, send, signIn, type Adult, type TokenSet } from './adults.ts';
import { makeSchool } from './people.ts';
import type { Stack } from './stack.ts';

let stack: Stack;
let school: string;
beforeAll(async () => {
  stack = await startAdults();
  school = await makeSchool(stack);
});
afterAll(async () => stack[Symbol.asyncDispose]());

const facilitator = async (): Promise<Adult> => makeAdult(stack, 'facilitator', school);
const statusOf = async (token: string): Promise<number> =>
  (await send(stack, '/v1/me/account', { method: 'GET', token })).statusCode;
/** A token that was seen a moment ago is good for some seconds on the pod that saw it. */
const untilEnded = async (token: string) =>
  expect.poll(async () => statusOf(token), { timeout: 20_000, interval: 500 }).toBe(401);
const renewed = async (token: string): Promise<TokenSet> => {
  const answer = await refresh(stack, token);
  expect(answer.statusCode).toBe(200);
  return answer.json();
};

describe('a refresh token', () => {
  it('gives the next tokens, again and again', async () => {
    let tokens = await signIn(stack, await facilitator());
    for (let each = 0; each < 5; each++) {
      const next = await renewed(tokens.refreshToken);
      expect(next.refreshToken).not.toBe(tokens.refreshToken);
      expect(await statusOf(next.accessToken)).toBe(200);
      tokens = next;
    }
  });

  it('that is sent again ends its sign-in: the newest tokens too, and no other sign-in', async () => {
    const adult = await facilitator();
    const stolen = await signIn(stack, adult);
    const elsewhere = await signIn(stack, adult);
    const newest = await renewed(stolen.refreshToken);
    expect((await refresh(stack, stolen.refreshToken)).statusCode).toBe(401);
    expect((await refresh(stack, newest.refreshToken)).statusCode).toBe(401);
    expect(await statusOf(newest.accessToken)).toBe(401);
    await renewed(elsewhere.refreshToken);
    const ended = await stack.db
      .selectFrom('sign_ins')
      .select('ended_because')
      .where('account_id', '=', adult.accountId)
      .orderBy('created_at')
      .execute();
    expect(ended).toEqual([{ ended_because: 'reuse' }, { ended_because: null }]);
  });

  it('that two send at once is good for one of them, and that is the end', async () => {
    const tokens = await signIn(stack, await facilitator());
    const answers = await Promise.all([1, 2, 3].map(async () => refresh(stack, tokens.refreshToken)));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 401, 401]);
    const winner = answers.find(({ statusCode }) => statusCode === 200)?.json<TokenSet>();
    expect((await refresh(stack, winner?.refreshToken ?? '')).statusCode).toBe(401);
  });

  it('is answered again under its Idempotency-Key when the answer was lost, at once or later', async () => {
    const tokens = await signIn(stack, await facilitator());
    const key = { 'idempotency-key': randomUUID() };
    const answers = await Promise.all([
      refresh(stack, tokens.refreshToken, key),
      refresh(stack, tokens.refreshToken, key),
    ]);
    const later = await refresh(stack, tokens.refreshToken, key);
    expect([...answers, later].map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    expect(new Set([...answers, later].map(({ body }) => body)).size).toBe(1);
    expect(later.headers).toMatchObject({ 'idempotency-replayed': 'true', 'cache-control': 'no-store' });
    await renewed(later.json<TokenSet>().refreshToken);
  });

  it('does not outlive its idle time, nor its sign-in', async () => {
    const [idle, over] = [await signIn(stack, await facilitator()), await signIn(stack, await facilitator())];
    const past = new Date(Date.now() - 1000);
    const hashOf = async (token: string) =>
      (await stack.db.selectFrom('refresh_tokens').select(['secret_hash', 'sign_in_id']).execute()).find(
        ({ secret_hash: hash }) => hash.equals(sha256(token)),
      );
    const [idleRow, overRow] = [await hashOf(idle.refreshToken), await hashOf(over.refreshToken)];
    await stack.db
      .updateTable('refresh_tokens')
      .set({ expires_at: past })
      .where('sign_in_id', '=', idleRow?.sign_in_id ?? '')
      .execute();
    await stack.db
      .updateTable('sign_ins')
      .set({ expires_at: past })
      .where('id', '=', overRow?.sign_in_id ?? '')
      .execute();
    expect((await refresh(stack, idle.refreshToken)).statusCode).toBe(401);
    expect(await statusOf(idle.accessToken)).toBe(200);
    expect((await refresh(stack, over.refreshToken)).statusCode).toBe(401);
    expect(await statusOf(over.accessToken)).toBe(401);
  });

  it('is nothing that could be guessed, and tells nothing', async () => {
    const answers = [await refresh(stack, 'A'.repeat(43)), await refresh(stack, 'B'.repeat(43))];
    for (const answer of answers) expect(answer.statusCode).toBe(401);
    expect((await refresh(stack, 'short')).statusCode).toBe(400);
  });
});

describe('signing out', () => {
  it('ends the sign-in at once, and answers the same for what is none', async () => {
    const tokens = await signIn(stack, await facilitator());
    const logout = async (refreshToken: string) => send(stack, '/v1/auth/logout', { body: { refreshToken } });
    expect((await logout(tokens.refreshToken)).statusCode).toBe(204);
    expect((await logout(tokens.refreshToken)).statusCode).toBe(204);
    expect((await logout('A'.repeat(43))).statusCode).toBe(204);
    expect((await refresh(stack, tokens.refreshToken)).statusCode).toBe(401);
    expect(await statusOf(tokens.accessToken)).toBe(401);
  });

  it('everywhere ends all sign-ins of the account, and nobody else’s', async () => {
    const adult = await facilitator();
    const [here, there, other] = [
      await signIn(stack, adult),
      await signIn(stack, adult),
      await signIn(stack, await facilitator()),
    ];
    expect((await send(stack, '/v1/auth/logout-everywhere', { token: here.accessToken })).statusCode).toBe(204);
    for (const tokens of [here, there]) expect((await refresh(stack, tokens.refreshToken)).statusCode).toBe(401);
    expect(await statusOf(there.accessToken)).toBe(401);
    await untilEnded(here.accessToken);
    expect(await statusOf(other.accessToken)).toBe(200);
    await renewed((await signIn(stack, adult)).refreshToken);
  });

  it('everywhere takes an account’s token, and no other', async () => {
    expect((await send(stack, '/v1/auth/logout-everywhere')).statusCode).toBe(401);
  });
});

describe('sign-ins that are over', () => {
  it('are left to the retention job, which says what it deletes', async () => {
    const adult = await facilitator();
    await signIn(stack, adult);
    await stack.db
      .updateTable('sign_ins')
      .set({ expires_at: new Date(0) })
      .where('account_id', '=', adult.accountId)
      .execute();
    await signIn(stack, adult);
    const left = await stack.db.selectFrom('sign_ins').select('id').where('account_id', '=', adult.accountId).execute();
    expect(left).toHaveLength(2);
  });
});

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

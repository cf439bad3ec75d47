import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Passwords } from '@heroes/api/access/password-hashing.ts';
import { startAdults, attempt, makeAdult, PASSWORD, signIn, waitOutHolds, type Adult } from './adults.ts';
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

describe('signing in while the cache is away', () => {
  it('works, and still counts failures', async () => {
    await stack.cache.stop();
    const adult = await facilitator();
    await signIn(stack, adult);
    for (let each = 0; each < 5; each++) await attempt(stack, { ...adult, password: 'not the right password' });
    expect((await attempt(stack, adult)).statusCode).toBe(401);
  });
});

/** Secrets that set a new password, and what becomes of them; and what the database says when it refuses, which no log repeats. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caller, startUncounted } from './class-calls.ts';
import { makePerson, makeSchool, type Person } from './people.ts';
import type { Stack } from './stack.ts';

let stack: Stack;
let district: Person;
let teacher: Person;

beforeAll(async () => {
  stack = await startUncounted();
  district = await makePerson(stack, 'district_admin');
  teacher = await makePerson(stack, 'facilitator', await makeSchool(stack));
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

const reset = async () => {
  const url = `/v1/accounts/${teacher.accountId}/reset`;
  const { status, body } = await caller(stack)<{ secret: string }>(url, { method: 'POST', as: district });
  expect(status).toBe(201);
  return body.secret;
};
const accept = async (secret: string, password: string) =>
  (await caller(stack)('/v1/auth/accept', { method: 'POST', payload: { secret, password } })).status;

describe('a secret that sets a new password', () => {
  it('is of no use once another one was used', async () => {
    const [lost, used] = [await reset(), await reset()];
    expect(await accept(used, 'seven small otters on a wall')).toBe(200);
    expect(await accept(lost, 'somebody else knows this one')).toBe(404);
    expect(await accept(used, 'somebody else knows this one')).toBe(404);
  });
});

/** @returns what the database refused something with. */
const refused = async (
  work: Promise<unknown>,
): Promise<Error & { readonly code?: string; readonly detail?: string }> => {
  try {
    await work;
  } catch (error) {
    return error as Error;
  }
  throw new Error('it was not refused');
};

describe('what the database says when it refuses', () => {
  it('is logged without the value that was there already', async () => {
    const { email } = await stack.db
      .selectFrom('accounts')
      .select('email')
      .where('id', '=', teacher.accountId)
      .executeTakeFirstOrThrow();
    // Row-level security, which is forced, keeps what is quoted there from all but those whom it does not hold.
    const hidden = await refused(
      stack.db.insertInto('accounts').values({ email, display_name: 'Ana Lopez' }).execute(),
    );
    expect([hidden.code, hidden.detail]).toEqual(['23505', undefined]);
    const error = await refused(
      stack.db.transaction().execute(async (db) => {
        await sql`create temporary table held (email text unique) on commit drop`.execute(db);
        await sql`insert into held values (${email})`.execute(db);
        await sql`insert into held values (${email})`.execute(db);
      }),
    );
    expect(error.detail).toContain(email);
    stack.context.log.error({ err: error }, 'failed');
    stack.context.log.error(error, 'failed');
    stack.context.log.error({ err: new Error('outer', { cause: error }) }, String(error.detail));
    const lines = stack.logged.filter((line) => line.includes('23505'));
    expect(lines).toHaveLength(3);
    expect(lines[0]).toContain('"error.code":"23505"');
    for (const secret of [email, 'Ana Lopez']) expect(lines.join()).not.toContain(secret);
  });
});

/** Somebody signs in by the identity provider while they are being suspended. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { asActor } from '@heroes/api/data/transaction.ts';
import { admit } from '@heroes/api/features/accounts/oidc-admission.ts';
import { startUncounted } from './class-calls.ts';
import { makePerson, makeSchool } from './people.ts';
import type { Stack } from './stack.ts';

const IDENTITY = { issuer: 'https://id.example.org', subject: 'a-teacher', email: undefined, name: undefined };

let stack: Stack;

beforeAll(async () => {
  stack = await startUncounted();
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

/** Waits until a transaction waits for another's row, or until there is nothing to wait for any more. */
async function untilBlocked(isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const { rows } = await sql`select from pg_locks where not granted`.execute(stack.db);
    if (rows.length > 0) return;
    await sleep(20);
  }
}

it('is not let in by what was so before the suspension', async () => {
  const { accountId } = await makePerson(stack, 'facilitator', await makeSchool(stack));
  const { issuer, subject } = IDENTITY;
  await stack.db.insertInto('account_identities').values({ issuer, subject, account_id: accountId }).execute();
  let over = false;
  const { admitted } = await stack.db.transaction().execute(async (suspending) => {
    await suspending.updateTable('accounts').set({ suspended_at: new Date() }).where('id', '=', accountId).execute();
    const admission = asActor(stack.context.db, { kind: 'gate' }, async (gate) => admit(gate, IDENTITY)).finally(() => {
      over = true;
    });
    await untilBlocked(() => over);
    // In an object, since a transaction would wait for it, which waits for the transaction.
    return { admitted: admission };
  });
  expect(await admitted).toBeUndefined();
});

import { randomUUID } from 'node:crypto';
import type { Transaction } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Account, Actor, Grant } from '@heroes/api/access/roles.ts';
import { asActor } from '@heroes/api/data/transaction.ts';
import type { DB } from '@heroes/migrations/tables.ts';
import { attempt, makeAdult, send, signIn, startAdults, type Adult } from './adults.ts';
import { makePerson, makeSchool } from './people.ts';
import type { Stack } from './stack.ts';

let stack: Stack;
let school: string;
let elsewhere: string;
let other: Adult;
beforeAll(async () => {
  stack = await startAdults();
  [school, elsewhere] = [await makeSchool(stack), await makeSchool(stack)];
  other = await makeAdult(stack, 'facilitator', elsewhere);
  await signIn(stack, other);
  await attempt(stack, { ...other, password: 'not the right password' });
  const { token } = await makePerson(stack, 'district_admin');
  const body = { email: 'guest@example.org', role: 'facilitator', schoolId: elsewhere };
  await send(stack, '/v1/invitations', { body, token });
});
afterAll(async () => stack[Symbol.asyncDispose]());

/** As a handler that has forgotten to ask whose anything is. */
const as = async <T>(actor: Actor, work: (db: Transaction<DB>) => Promise<T>): Promise<T> =>
  asActor(stack.context.db, actor, work);

async function holderOf(grant: Grant): Promise<Account> {
  const { accountId } = await makeAdult(stack, grant.role, grant.schoolId);
  return { kind: 'account', accountId, signInId: randomUUID(), grants: [grant] };
}
const give = async (actor: Account, accountId: string, { role, schoolId }: Grant) =>
  as(actor, async (db) =>
    db
      .insertInto('account_roles')
      .values({ account_id: accountId, role, school_id: schoolId ?? null })
      .execute(),
  );
const REFUSED = /row-level security/;

describe('the database itself, whatever a handler forgets', () => {
  it('lets nobody give a role to themselves', async () => {
    const facilitator = await holderOf({ role: 'facilitator', schoolId: school });
    for (const grant of [{ role: 'district_admin' } as const, { role: 'facilitator', schoolId: elsewhere } as const])
      await expect(give(facilitator, facilitator.accountId, grant)).rejects.toThrow(REFUSED);
  });

  it('lets a school’s administrator make facilitators of that school, and nothing else', async () => {
    const admin = await holderOf({ role: 'school_admin', schoolId: school });
    const { accountId } = await makeAdult(stack, 'content_editor');
    await give(admin, accountId, { role: 'facilitator', schoolId: school });
    for (const grant of [
      { role: 'facilitator', schoolId: elsewhere } as const,
      { role: 'school_admin', schoolId: school } as const,
      { role: 'district_admin' } as const,
    ])
      await expect(give(admin, accountId, grant)).rejects.toThrow(REFUSED);
  });

  it.each([
    'accounts',
    'sign_ins',
    'refresh_tokens',
    'account_identities',
    'invitations',
    'sign_in_failures',
    'oidc_requests',
  ] as const)(
    'shows nothing of others’ %s to a facilitator, and to a school’s administrator nothing of another school’s',
    async (table) => {
      for (const grant of [
        { role: 'facilitator', schoolId: school } as const,
        { role: 'school_admin', schoolId: school } as const,
      ]) {
        const holder = await holderOf(grant);
        const rows = await as(holder, async (db) => db.selectFrom(table).selectAll().execute());
        const text = JSON.stringify(rows);
        for (const theirs of [other.accountId, other.email, 'guest@example.org']) expect(text).not.toContain(theirs);
        if (table === 'sign_in_failures' || table === 'oidc_requests') expect(rows).toEqual([]);
      }
    },
  );

  it('shows nothing at all to who is nobody', async () => {
    for (const table of ['schools', 'accounts', 'account_roles', 'invitations', 'sign_ins'] as const)
      expect(await as({ kind: 'anonymous' }, async (db) => db.selectFrom(table).selectAll().execute())).toEqual([]);
  });

  it('lets nobody change another’s account, or the district’s schools', async () => {
    const facilitator = await holderOf({ role: 'facilitator', schoolId: school });
    const changed = await as(facilitator, async (db) =>
      db.updateTable('accounts').set({ suspended_at: new Date() }).where('id', '=', other.accountId).executeTakeFirst(),
    );
    expect(changed.numUpdatedRows).toBe(0n);
    const name = `School ${randomUUID()}`;
    await expect(as(facilitator, async (db) => db.insertInto('schools').values({ name }).execute())).rejects.toThrow(
      REFUSED,
    );
    const renamed = await as(facilitator, async (db) =>
      db.updateTable('schools').set({ name }).where('id', '=', school).executeTakeFirst(),
    );
    expect(renamed.numUpdatedRows).toBe(0n);
  });
});

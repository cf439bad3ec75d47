/** Accounts as rows: made, given roles, found by address. All of it as the gate, or within the rights of who acts. */
import { sql, type Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import type { AccountRole, Grant } from '../../access/roles.ts';
import { MOST_GRANTS } from '../../domain/grants.ts';
import { Problem } from '../../http/problems.ts';

/** Nobody else makes or links an account of the address until the transaction ends. Any number that nothing else locks by. */
const ADDRESS_LOCK = 7_002;

/** Lets one transaction at a time decide whose an address of mail is. */
export async function lockAddress(db: Transaction<DB>, email: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(${ADDRESS_LOCK}, hashtext(${email}))`.execute(db);
}

/** @returns the account of an address of mail. */
export const ownerOf = async (db: Transaction<DB>, email: string) =>
  db
    .selectFrom('accounts')
    .select(['id', 'password_hash', 'suspended_at'])
    .where('email', '=', email)
    .executeTakeFirst();

export interface NewAccount {
  readonly email: string;
  readonly displayName: string;
  readonly passwordHash: string | null;
}

/** @returns the id of a new account. The address must have been locked, and found to be nobody's. */
export async function createAccount(
  db: Transaction<DB>,
  { email, displayName, passwordHash }: NewAccount,
): Promise<string> {
  const { id } = await db
    .insertInto('accounts')
    .values({ email, display_name: displayName.trim(), password_hash: passwordHash })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Lets one transaction at a time change an account. @returns whether there is one. */
export async function lockAccount(db: Transaction<DB>, accountId: string): Promise<boolean> {
  const query = db.selectFrom('accounts').select('id').where('id', '=', accountId).forUpdate();
  return (await query.executeTakeFirst()) !== undefined;
}

/**
 * Gives a role to an account, which must be locked.
 * @returns its id, and whether the account did not have it
 * @throws Problem 409 at the limit
 */
export async function giveRole(
  db: Transaction<DB>,
  accountId: string,
  { role, schoolId }: Grant,
): Promise<{ readonly id: string; readonly isNew: boolean }> {
  const held = await db
    .selectFrom('account_roles')
    .select(['id', 'role', 'school_id'])
    .where('account_id', '=', accountId)
    .execute();
  const before = held.find((each) => each.role === role && each.school_id === (schoolId ?? null));
  if (before !== undefined) return { id: before.id, isNew: false };
  if (held.length >= MOST_GRANTS)
    throw new Problem({ status: 409, detail: `An account holds ${MOST_GRANTS} roles at most. Take one away first.` });
  const { id } = await db
    .insertInto('account_roles')
    .values({ account_id: accountId, role, school_id: schoolId ?? null })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { id, isNew: true };
}

/** @returns a grant as it is kept in a row. */
export const grantOf = (role: string, schoolId: string | null): Grant => ({
  role: role as AccountRole,
  ...(schoolId === null ? {} : { schoolId }),
});

/** Deletes what is somebody's, all of it or nothing, and counts it. */
import { sql, type Transaction } from 'kysely';
import { added, deleteWhere, deleteWhole, type Counts } from '@heroes/migrations/retention.ts';
import type { DB } from '@heroes/migrations/tables.ts';
import { Problem } from '../../http/problems.ts';

export interface Erased {
  readonly deleted: Counts;
  /** Rows that stay, as they are of others too, without what was of the subject. */
  readonly cleared: Counts;
}

/**
 * Deletes an enrolment. For a transaction that acts as the worker. That something was reported stays with the class, whose
 * other children it may be about; what the child wrote, and that it was this one, goes.
 */
export async function eraseStudent(db: Transaction<DB>, enrolmentId: string): Promise<Erased> {
  const found = await db
    .selectFrom('student_sessions')
    .select('classroom_id')
    .where('id', '=', enrolmentId)
    .forUpdate()
    .executeTakeFirst();
  if (found === undefined) return { deleted: {}, cleared: {} };
  const reports = await db
    .updateTable('incident_reports')
    .set({ enrolment_id: null, description: null })
    .where('enrolment_id', '=', enrolmentId)
    .executeTakeFirst();
  const files = await eraseExports(db, sql<boolean>`classroom_id = ${found.classroom_id}`);
  const own = await deleteWhole(db, 'student_sessions', [enrolmentId]);
  return { deleted: added(files, own), cleared: { incident_reports: Number(reports.numUpdatedRows) } };
}

/**
 * Deletes an account. For a transaction that acts as the worker. Its classes stay, without a teacher; what the audit says it did
 * stays, without who it was.
 * @throws Problem 409 when nobody would be left who can let others in
 */
export async function eraseAccount(db: Transaction<DB>, accountId: string): Promise<Erased> {
  await refuseLastAdministrator(db, accountId);
  const found = await db.selectFrom('accounts').select('email').where('id', '=', accountId).executeTakeFirst();
  if (found === undefined) return { deleted: {}, cleared: {} };
  const name = `account:${accountId}`;
  const audit = await deleteWhere(
    db,
    'audit_personal',
    // Also where it was invited, before it was an account.
    sql<boolean>`lower(fields ->> 'email') = lower(${found.email})
      or sequence in (select sequence from audit_entries where actor = ${name} or object = ${name})`,
  );
  const invitations = await deleteWhere(db, 'invitations', sql<boolean>`lower(email) = lower(${found.email})`);
  const own = await deleteWhole(db, 'accounts', [accountId]);
  return { deleted: added({ audit_personal: audit, invitations }, own), cleared: {} };
}

/** Two that delete each other come one after the other: each begins by locking all who could be left, in one order. */
async function refuseLastAdministrator(db: Transaction<DB>, accountId: string): Promise<void> {
  const administrators = await db
    .selectFrom('accounts')
    .innerJoin('account_roles', 'account_roles.account_id', 'accounts.id')
    .select('accounts.id')
    .where('role', '=', 'district_admin')
    .where('suspended_at', 'is', null)
    .orderBy('accounts.id')
    .forUpdate('accounts')
    .execute();
  const isOne = administrators.some(({ id }) => id === accountId);
  if (isOne && administrators.length === 1)
    throw new Problem({
      status: 409,
      detail: 'This is the last district administrator. Give the role to somebody else first.',
    });
}

async function eraseExports(db: Transaction<DB>, condition: ReturnType<typeof sql<boolean>>): Promise<Counts> {
  const { rows } = await sql<{ id: string }>`select id from exports where ${condition}`.execute(db);
  return deleteWhole(
    db,
    'exports',
    rows.map(({ id }) => id),
  );
}

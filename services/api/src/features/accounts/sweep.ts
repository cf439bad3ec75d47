/**
 * Rows that anybody makes us keep, without being known: what is over of them is deleted a little at a time by whoever adds more,
 * so that no flood of them fills the database before the retention job comes. All else is that job's alone (docs/decisions/0031).
 */
import { sql, type Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import { FORGOTTEN_MS } from '../../domain/lockout.ts';

/** More than one is added at a time; few enough to cost nothing. */
const AT_A_TIME = 20;

const OVER = {
  oidc_requests: sql`expires_at < now()`,
  sign_in_failures: sql`failed_at < now() - make_interval(secs => ${FORGOTTEN_MS / 1000})`,
};

/** Deletes some rows that are over, passing over those that others hold. */
export async function sweep(db: Transaction<DB>, table: keyof typeof OVER): Promise<void> {
  await sql`
    delete from ${sql.table(table)} where ctid = any (array(
      select ctid from ${sql.table(table)} where ${OVER[table]} limit ${AT_A_TIME} for update skip locked))
  `.execute(db);
}

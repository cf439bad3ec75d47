/** Who adds lessons, orders them or changes which version is current holds this, so that they do it one after the other. */
import { sql, type Transaction } from 'kysely';
import type { DB } from '../tables.ts';

/** Any number that nothing else locks by. */
const CURRICULUM = 7_002;

export async function lockCurriculum(db: Transaction<DB>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${CURRICULUM})`.execute(db);
}

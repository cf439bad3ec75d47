/** The audit as the database keeps it, read in the order of the chain. */
import type { Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Head, Kept } from '../../domain/audit-chain.ts';

const COLUMNS = [
  'audit_entries.sequence',
  'at',
  'actor',
  'action',
  'object',
  'detail',
  'personal_digest',
  'previous_hash',
  'hash',
  'salt',
  'fields',
] as const;

/** @returns up to `limit` entries that follow a place in the chain, in its order. */
export async function entriesAfter(db: Transaction<DB>, sequence: number, limit: number): Promise<Kept[]> {
  const rows = await db
    .selectFrom('audit_entries')
    .leftJoin('audit_personal', 'audit_personal.sequence', 'audit_entries.sequence')
    .select(COLUMNS)
    .where('audit_entries.sequence', '>', String(sequence))
    .orderBy('audit_entries.sequence')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    sequence: Number(row.sequence),
    at: row.at,
    actor: row.actor,
    action: row.action,
    object: row.object,
    detail: row.detail,
    personalDigest: row.personal_digest,
    previousHash: row.previous_hash,
    hash: row.hash,
    personal: row.salt === null ? null : { salt: row.salt, fields: row.fields },
  }));
}

/** @returns the end of the chain as its head has it, and the number of the last entry that there is: the same, at any moment. */
export async function endOf(db: Transaction<DB>): Promise<{ readonly head: Head; readonly newest: number }> {
  const { sequence, hash, newest } = await db
    .selectFrom('audit_head')
    .select(['sequence', 'hash'])
    .select((eb) =>
      eb
        .selectFrom('audit_entries')
        .select(({ fn }) => fn.max('sequence').as('last'))
        .as('newest'),
    )
    .executeTakeFirstOrThrow();
  return { head: { sequence: Number(sequence), hash }, newest: Number(newest ?? 0) };
}

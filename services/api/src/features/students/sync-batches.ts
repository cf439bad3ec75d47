/** Batches that were sent: each is done once, and answered the same when it is sent again. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { sql, type Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Student } from '../../access/roles.ts';
import { Problem } from '../../http/problems.ts';

interface Batch {
  readonly batchId: string;
  /** As they came: what each is worth is judged after. */
  readonly items: readonly unknown[];
}

/** What was answered before, or, of a batch that is new, since when the student has been in the class. */
export type Claimed = { readonly results: readonly unknown[] } | { readonly joinedAt: Date };

/**
 * Claims a batch. Where another request with it is under way this one waits for its end, by the primary key.
 * @throws Problem 422 when a batch of its id held something else
 */
export async function claimBatch(
  db: Transaction<DB>,
  { enrolmentId }: Student,
  { batchId, items }: Batch,
): Promise<Claimed> {
  const request = createHash('sha256')
    .update(canonicalize(items) ?? '')
    .digest();
  const claimed = await db
    .insertInto('sync_batches')
    .values({ enrolment_id: enrolmentId, batch_id: batchId, request, results: '[]' })
    .onConflict((conflict) => conflict.columns(['enrolment_id', 'batch_id']).doNothing())
    .returning(
      sql<Date>`(select created_at from student_sessions where student_sessions.id = ${enrolmentId})`.as('joined_at'),
    )
    .executeTakeFirst();
  if (claimed !== undefined) return { joinedAt: claimed.joined_at };
  const kept = await db
    .selectFrom('sync_batches')
    .select(['request', 'results'])
    .where('enrolment_id', '=', enrolmentId)
    .where('batch_id', '=', batchId)
    .executeTakeFirstOrThrow();
  if (!kept.request.equals(request))
    throw new Problem({
      status: 422,
      detail: 'A batch of this id held something else. Draw a new id for what is new.',
    });
  return { results: kept.results as readonly unknown[] };
}

/** Keeps what became of a batch that was claimed. */
export async function keepResults(
  db: Transaction<DB>,
  { enrolmentId }: Student,
  { batchId, results }: { readonly batchId: string; readonly results: readonly unknown[] },
): Promise<void> {
  await db
    .updateTable('sync_batches')
    .set({ results: JSON.stringify(results) })
    .where('enrolment_id', '=', enrolmentId)
    .where('batch_id', '=', batchId)
    .execute();
}

/** A rights request as it is kept and shown. */
import { sql, type Transaction } from 'kysely';
import { Type } from 'typebox';
import type { DB } from '@heroes/migrations/tables.ts';
import { Problem } from '../../http/problems.ts';
import { closed, Time, Uuid } from '../../http/schemas.ts';

/** FERPA, 34 CFR 99.10(b): within 45 days. */
export const DUE_DAYS = 45;

export const Kind = Type.Enum(['access', 'deletion'], {
  type: 'string',
  description: 'To be given what is kept, or to have it deleted.',
});

export const REFUSALS = ['identity', 'legal_hold', 'withdrawn', 'not_found'] as const;
export const Refusal = Type.Enum([...REFUSALS], {
  type: 'string',
  description: 'It is not shown who asks, the law wants it kept, it was taken back, or there is nobody like that.',
});

export const RightsRequest = closed({
  id: Uuid,
  kind: Kind,
  subject: Type.String({ description: 'Whose data, as student:ID or account:ID.' }),
  state: Type.Enum(['received', 'done', 'refused'], { type: 'string' }),
  refusal: Type.Union([Refusal, Type.Null()]),
  createdAt: Time,
  dueAt: { ...Time, description: 'By when it must be answered: 45 days.' },
  finishedAt: Type.Union([Time, Type.Null()]),
  exportId: Type.Union([Uuid, Type.Null()], {
    description: 'Of an access request that was granted: the file, for who granted it.',
  }),
  certificate: Type.Union([Type.String(), Type.Null()], {
    description: 'Of a deletion that was done: what was deleted, signed (JWS).',
  }),
});

export interface Row {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly state: string;
  readonly refusal: string | null;
  readonly created_at: Date;
  readonly due_at: Date;
  readonly finished_at: Date | null;
  readonly export_id: string | null;
  readonly certificate: string | null;
}

/** @returns rights requests that the transaction's actor may see, as a query to be narrowed. */
export const requestsIn = (db: Transaction<DB>) =>
  db
    .selectFrom('rights_requests')
    .select(['id', 'kind', 'subject', 'state', 'refusal', 'created_at', 'due_at', 'finished_at', 'certificate'])
    .select(
      sql<string | null>`(select e.id from exports e where e.rights_request_id = rights_requests.id
        order by e.created_at desc limit 1)`.as('export_id'),
    );

export const shown = (row: Row) => ({
  id: row.id,
  kind: row.kind,
  subject: row.subject,
  state: row.state,
  refusal: row.refusal,
  createdAt: row.created_at.toISOString(),
  dueAt: row.due_at.toISOString(),
  finishedAt: row.finished_at?.toISOString() ?? null,
  exportId: row.export_id,
  certificate: row.certificate,
});

/** @returns the request as it is shown. @throws Problem 404 */
export async function oneRequest(db: Transaction<DB>, id: string): Promise<ReturnType<typeof shown>> {
  const row = await requestsIn(db).where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw new Problem({ status: 404, detail: 'There is no such rights request.' });
  return shown(row);
}

/** Locks a request that is to be answered. @throws Problem 404, or 409 when it was answered. */
export async function lockOpen(db: Transaction<DB>, id: string) {
  const row = await db
    .selectFrom('rights_requests')
    .select(['id', 'kind', 'subject', 'state', 'enrolment_id', 'account_id'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw new Problem({ status: 404, detail: 'There is no such rights request.' });
  if (row.state !== 'received') throw new Problem({ status: 409, detail: `The request is ${row.state} already.` });
  return row;
}

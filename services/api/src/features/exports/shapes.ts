/** An export as who asked for it sees it. */
import { sql, type Transaction } from 'kysely';
import { Type } from 'typebox';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Account } from '../../access/roles.ts';
import { Problem } from '../../http/problems.ts';
import type { Declaration } from '../../http/route.ts';
import { closed, Time, Uuid } from '../../http/schemas.ts';
import { FORMATS, KINDS } from './queue.ts';

export const declared = {
  tag: 'Exports',
  data: 'StudentSession',
  retention: 'Export',
  rate: 'subject',
} as const satisfies Partial<Declaration>;

/** Whoever can ask for one of any kind looks after its own. */
export const ASKED_BY = { facilitator: 'own', district_admin: 'own' } as const satisfies Declaration['access'];

export const FormatGiven = Type.Enum([...FORMATS], {
  type: 'string',
  description: 'csv for spreadsheets, json for programs.',
});

export const Export = closed({
  id: Uuid,
  kind: Type.Enum([...KINDS], { type: 'string' }),
  format: FormatGiven,
  classroomId: Type.Union([Uuid, Type.Null()]),
  state: Type.Enum(['queued', 'ready', 'failed'], { type: 'string' }),
  fault: Type.Union([Type.String(), Type.Null()], { description: 'Why it could not be made.' }),
  createdAt: Time,
  expiresAt: { ...Time, description: 'Until when it can be fetched; then it is deleted.' },
});

export const params = closed({ exportId: Uuid });
export const none = { 404: { description: 'There is no such export, or it has expired.' } };

export type Row = Awaited<ReturnType<typeof oneExport>>;

/** @returns an account's exports that have not expired, as a query to be narrowed. */
export const exportsOf = (db: Transaction<DB>, { accountId }: Account) =>
  db
    .selectFrom('exports')
    .select(['id', 'kind', 'format', 'classroom_id', 'state', 'fault', 'created_at', 'expires_at'])
    .where('requested_by', '=', accountId)
    .where('expires_at', '>', sql<Date>`now()`);

/** @throws Problem 404 */
export async function oneExport(db: Transaction<DB>, actor: Account, id: string) {
  const row = await exportsOf(db, actor).where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw new Problem({ status: 404, detail: 'There is no such export, or it has expired.' });
  return row;
}

export const shown = (row: Row) => ({
  id: row.id,
  kind: row.kind,
  format: row.format,
  classroomId: row.classroom_id,
  state: row.state,
  fault: row.fault,
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
});

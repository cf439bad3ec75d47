/** Pages of the audit, the newest entries first. */
import type { Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import type { PageRequest } from '../../http/paging.ts';
import { Problem } from '../../http/problems.ts';

export interface Filters {
  readonly actor?: string;
  readonly action?: string;
  readonly object?: string;
  /** From this time on. */
  readonly from?: string;
  /** Before this time. */
  readonly to?: string;
}

/** @param personal - whether the reader may see what says who a person is. @returns one more than the limit where there are more. */
export async function auditPage(
  db: Transaction<DB>,
  { limit, after, filters, personal }: PageRequest & { readonly filters: Filters; readonly personal: boolean },
) {
  const { from, to, ...equal } = filters;
  let query = db
    .selectFrom('audit_entries')
    .leftJoin('audit_personal', 'audit_personal.sequence', 'audit_entries.sequence')
    .select(['audit_entries.sequence', 'at', 'actor', 'action', 'object', 'detail', 'hash', 'fields']);
  if (after !== undefined) query = query.where('audit_entries.sequence', '<', String(after[0]));
  if (from !== undefined) query = query.where('at', '>=', instant(from));
  if (to !== undefined) query = query.where('at', '<', instant(to));
  for (const name of ['actor', 'action', 'object'] as const) {
    const value = equal[name];
    if (value !== undefined) query = query.where(name, '=', value);
  }
  const rows = await query
    .orderBy('audit_entries.sequence', 'desc')
    .limit(limit + 1)
    .execute();
  return rows.map(({ sequence, at, hash, fields, ...row }) => ({
    ...row,
    sequence: Number(sequence),
    at: at.toISOString(),
    hash: hash.toString('hex'),
    personal: personal ? fields : null,
  }));
}

/** A leap second is a time that schemas take and JavaScript does not know. */
function instant(text: string): Date {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new Problem({ status: 400, detail: `There is no such time: ${text}.` });
  return time;
}

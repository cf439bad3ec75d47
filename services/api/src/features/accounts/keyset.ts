/** Lists in the order in which their items were made. */
import { sql, type RawBuilder } from 'kysely';
import { pageRequest, type PageRequest } from '../../http/paging.ts';
import { Problem } from '../../http/problems.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** When a row was made, in microseconds, as the database counts: milliseconds would make neighbours of what is not. */
export const madeAt = (createdAt: RawBuilder<unknown>): RawBuilder<string> =>
  sql<string>`(extract(epoch from ${createdAt}) * 1000000)::bigint`;

/** @returns a page that is asked for. @throws Problem 400 for a cursor that the list did not give. */
export function pageByTime(list: string, query: { readonly limit?: number; readonly cursor?: string }): PageRequest {
  const asked = pageRequest(list, 2, query);
  if (asked.after === undefined) return asked;
  const [at, id] = asked.after;
  if (typeof at === 'number' && typeof id === 'string' && UUID.test(id)) return asked;
  throw new Problem({ status: 400, detail: 'The cursor is not one that this list gave. Start without one.' });
}

/** @returns the condition that rows come after the page before. */
export const comesAfter = (
  { after }: PageRequest,
  { createdAt, id }: { readonly createdAt: RawBuilder<unknown>; readonly id: RawBuilder<unknown> },
): RawBuilder<boolean> =>
  after === undefined
    ? sql<boolean>`true`
    : sql<boolean>`(${createdAt}, ${id}) > (timestamptz 'epoch' + ${after[0]}::bigint * interval '1 microsecond', ${after[1]}::uuid)`;

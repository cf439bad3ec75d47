/** Schools as rows. */
import { sql, type Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import { anyOf } from '../../data/any-of.ts';
import type { PageRequest } from '../../http/paging.ts';
import { Problem } from '../../http/problems.ts';
import { comesAfter, madeAt } from './keyset.ts';

/** @throws Problem 404 unless there is such a school, 409 when it is archived. */
export async function requireSchool(db: Transaction<DB>, schoolId: string): Promise<void> {
  const school = await db.selectFrom('schools').select('archived_at').where('id', '=', schoolId).executeTakeFirst();
  if (school === undefined) throw new Problem({ status: 404, detail: 'There is no such school.' });
  if (school.archived_at !== null) throw new Problem({ status: 409, detail: 'The school is archived.' });
}

/** @returns a page of schools, of all or of those that are named; one more than the limit where there are more. */
export async function schoolPage(db: Transaction<DB>, page: PageRequest, ids: readonly string[] | undefined) {
  const place = { createdAt: sql.ref('created_at'), id: sql.ref('id') };
  const rows = await db
    .selectFrom('schools')
    .select(['id', 'name', 'archived_at', madeAt(place.createdAt).as('made_at')])
    .$if(ids !== undefined, (query) => query.where('id', '=', anyOf(ids ?? [])))
    .where(comesAfter(page, place))
    .orderBy('created_at')
    .orderBy('id')
    .limit(page.limit + 1)
    .execute();
  return rows.map(({ id, name, archived_at: archivedAt, made_at: at }) => ({
    id,
    name,
    archivedAt: archivedAt?.toISOString() ?? null,
    madeAt: Number(at),
  }));
}

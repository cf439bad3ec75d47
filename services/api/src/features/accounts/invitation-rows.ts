/** Invitations as those who made them see them. */
import { sql, type Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import { anyOf } from '../../data/any-of.ts';
import type { PageRequest } from '../../http/paging.ts';
import { comesAfter, madeAt } from './keyset.ts';

/** @returns a page of open invitations, to anything or to be a facilitator of those schools; one more where there are more. */
export async function invitationPage(db: Transaction<DB>, page: PageRequest, schools: readonly string[] | undefined) {
  const place = { createdAt: sql.ref('created_at'), id: sql.ref('id') };
  const rows = await db
    .selectFrom('invitations')
    .select(['id', 'email', 'role', 'school_id as schoolId', 'expires_at', madeAt(place.createdAt).as('made_at')])
    .where('role', 'is not', null)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`)
    .$if(schools !== undefined, (query) =>
      query.where('role', '=', 'facilitator').where('school_id', '=', anyOf(schools ?? [])),
    )
    .where(comesAfter(page, place))
    .orderBy('created_at')
    .orderBy('id')
    .limit(page.limit + 1)
    .execute();
  return rows.map(({ expires_at: expiresAt, made_at: at, ...row }) => ({
    ...row,
    expiresAt: expiresAt.toISOString(),
    madeAt: Number(at),
  }));
}

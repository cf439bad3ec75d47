/** Accounts as those who administer them see them. */
import { sql, type SelectQueryBuilder, type Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import { administeredSchools, rolesOf, type Account, type Actor } from '../../access/roles.ts';
import { anyOf } from '../../data/any-of.ts';
import type { PageRequest } from '../../http/paging.ts';
import { Problem } from '../../http/problems.ts';
import { comesAfter, madeAt } from './keyset.ts';

/** Whom an actor administers: undefined for everybody, else who has a role at one of those schools. */
export const administered = (actor: Actor): readonly string[] | undefined =>
  rolesOf(actor).includes('district_admin') ? undefined : administeredSchools(actor as Account);

const COLUMNS = [
  'accounts.id',
  'email',
  'display_name',
  'totp_confirmed_at',
  'suspended_at',
  'accounts.created_at',
  'last_active_at',
] as const;

type Accounts<O> = SelectQueryBuilder<DB, 'accounts', O>;

const heldAt = <O>(query: Accounts<O>, schools: readonly string[]): Accounts<O> =>
  query.where((eb) =>
    eb.exists(
      eb
        .selectFrom('account_roles')
        .select('account_roles.id')
        .whereRef('account_roles.account_id', '=', 'accounts.id')
        .where('account_roles.school_id', '=', anyOf(schools)),
    ),
  );

/** @returns a page of the accounts that an actor administers, of one school where it is named; one more where there are more. */
export async function accountPage(
  db: Transaction<DB>,
  actor: Actor,
  { page, schoolId }: { readonly page: PageRequest; readonly schoolId: string | undefined },
) {
  const schools = administered(actor);
  const at = schoolId === undefined ? schools : [schoolId].filter((id) => schools?.includes(id) ?? true);
  const place = { createdAt: sql.ref('accounts.created_at'), id: sql.ref('accounts.id') };
  let query = db.selectFrom('accounts').select([...COLUMNS, madeAt(place.createdAt).as('made_at')]);
  if (at !== undefined) query = heldAt(query, at);
  const rows = await query
    .where(comesAfter(page, place))
    .orderBy('accounts.created_at')
    .orderBy('accounts.id')
    .limit(page.limit + 1)
    .execute();
  return withRoles(db, rows, schools);
}

/** @returns an account that an actor administers. @throws Problem 404 for one that it does not, or that is not there. */
export async function accountFor(db: Transaction<DB>, actor: Actor, accountId: string) {
  const schools = administered(actor);
  let query = db
    .selectFrom('accounts')
    .select([...COLUMNS, madeAt(sql.ref('accounts.created_at')).as('made_at')])
    .where('accounts.id', '=', accountId);
  if (schools !== undefined) query = heldAt(query, schools);
  const [account] = await withRoles(db, await query.execute(), schools);
  if (account === undefined) throw new Problem({ status: 404, detail: 'There is no such account.' });
  return account;
}

interface Row {
  readonly id: string;
  readonly email: string;
  readonly display_name: string;
  readonly totp_confirmed_at: Date | null;
  readonly suspended_at: Date | null;
  readonly created_at: Date;
  readonly last_active_at: Date;
  readonly made_at: string;
}

/** Who administers a school sees what somebody is there, and not what they are elsewhere. */
async function withRoles(db: Transaction<DB>, rows: readonly Row[], schools: readonly string[] | undefined) {
  if (rows.length === 0) return [];
  const roles = await db
    .selectFrom('account_roles')
    .select(['id', 'account_id', 'role', 'school_id as schoolId'])
    .where('account_id', '=', anyOf(rows.map(({ id }) => id)))
    .orderBy('created_at')
    .orderBy('role')
    .execute();
  const shown = roles.filter(
    ({ schoolId }) => schools === undefined || (schoolId !== null && schools.includes(schoolId)),
  );
  return rows.map((row) => ({
    id: row.id,
    email: row.email,
    displayName: row.display_name,
    roles: shown.filter((role) => role.account_id === row.id),
    hasSecondFactor: row.totp_confirmed_at !== null,
    suspendedAt: row.suspended_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    lastActiveAt: row.last_active_at.toISOString(),
    madeAt: Number(row.made_at),
  }));
}

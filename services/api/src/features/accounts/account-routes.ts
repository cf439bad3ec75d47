/** Administering accounts. What is changed of one ends its access tokens, so that the next ones say what it is now. */
import { sql, type Transaction } from 'kysely';
import { Type } from 'typebox';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Account } from '../../access/roles.ts';
import { faultOfGrant, maySet } from '../../domain/grants.ts';
import { pageFrom } from '../../http/paging.ts';
import { Problem } from '../../http/problems.ts';
import { route, type Declaration, type Route } from '../../http/route.ts';
import { closed, pageOf, PAGING, Time, Uuid } from '../../http/schemas.ts';
import { record } from '../audit/record.ts';
import { accountFor, accountPage } from './account-rows.ts';
import { asGate } from './gate.ts';
import { invite } from './invitations.ts';
import { pageByTime } from './keyset.ts';
import { giveRole, grantOf, lockAccount } from './people.ts';
import { requireSchool } from './school-rows.ts';
import { endSignIns, raiseEpoch } from './sessions.ts';
import { DisplayName, Email, GrantBody, HeldRole, IssuedSecret } from './shapes.ts';

const LIST = 'accounts';
const PATH = '/v1/accounts/:accountId';
const params = closed({ accountId: Uuid });

const declared = { tag: 'Accounts', data: 'Staff', retention: 'Account', rate: 'subject' } as const;
const administrators = {
  ...declared,
  access: { school_admin: 'own', district_admin: 'any' },
} as const satisfies Partial<Declaration>;
const district = { ...declared, access: { district_admin: 'any' } } as const satisfies Partial<Declaration>;

const NOT_THERE = { description: 'There is no such account, or not in your school.' };
const LAST = { description: 'Nobody would administer the district.' };

const AccountShape = closed({
  id: Uuid,
  email: Email,
  displayName: DisplayName,
  roles: Type.Array(HeldRole),
  hasSecondFactor: Type.Boolean({ description: 'Whether signing in by password asks for a code.' }),
  suspendedAt: Type.Union([Time, Type.Null()]),
  createdAt: Time,
  lastActiveAt: Time,
});

const listAccounts = route(
  {
    ...administrators,
    method: 'GET',
    path: '/v1/accounts',
    summary: 'List the accounts of the district, or of the schools that one administers',
    schemas: { query: closed({ ...PAGING, schoolId: Type.Optional(Uuid) }) },
    answers: { 200: { description: 'A page of accounts.', schema: pageOf(AccountShape) } },
  },
  async ({ actor, query, tx }) => {
    const page = pageByTime(LIST, query);
    const found = await tx(async (db) => accountPage(db, actor, { page, schoolId: query.schoolId }));
    const position = ({ madeAt, id }: (typeof found)[number]) => [madeAt, id];
    const { rows, nextCursor } = pageFrom(LIST, found, { limit: page.limit, position });
    return { status: 200, body: { items: rows, nextCursor } };
  },
);

const getAccount = route(
  {
    ...administrators,
    method: 'GET',
    path: PATH,
    summary: 'Read an account',
    schemas: { params },
    answers: { 200: { description: 'The account.', schema: AccountShape }, 404: NOT_THERE },
  },
  async ({ actor, params: { accountId }, tx }) => ({
    status: 200,
    body: await tx(async (db) => accountFor(db, actor, accountId)),
  }),
);

const suspend = route(
  {
    ...district,
    method: 'POST',
    path: `${PATH}/suspend`,
    summary: 'Suspend an account: it is signed out everywhere and cannot sign in',
    schemas: { params },
    answers: { 204: { description: 'It is suspended.' }, 404: NOT_THERE, 409: LAST },
  },
  async (call) => {
    const {
      actor,
      params: { accountId },
    } = call;
    return asGate(call, async (db) => {
      await locked(db, accountId);
      await db
        .updateTable('accounts')
        .set({ suspended_at: sql`coalesce(suspended_at, now())` })
        .where('id', '=', accountId)
        .execute();
      await requireAdministrator(db);
      await endSignIns(db, { accountId, because: 'suspended' });
      await raiseEpoch(db, accountId);
      await record(db, { actor, action: 'account.suspended', object: `account:${accountId}` });
      return { status: 204 };
    });
  },
);

const reinstate = route(
  {
    ...district,
    method: 'POST',
    path: `${PATH}/reinstate`,
    summary: 'Reinstate a suspended account: it may sign in again',
    schemas: { params },
    answers: { 204: { description: 'It is not suspended.' }, 404: NOT_THERE },
  },
  async ({ actor, params: { accountId }, tx }) =>
    tx(async (db) => {
      await locked(db, accountId);
      await db.updateTable('accounts').set({ suspended_at: null }).where('id', '=', accountId).execute();
      await raiseEpoch(db, accountId);
      await record(db, { actor, action: 'account.reinstated', object: `account:${accountId}` });
      return { status: 204 };
    }),
);

const grant = route(
  {
    ...administrators,
    method: 'POST',
    path: `${PATH}/roles`,
    summary: 'Give a role to an account; a school’s administrators that of a facilitator of their school',
    schemas: { params, body: closed(GrantBody) },
    answers: {
      201: { description: 'The account holds it.', schema: HeldRole },
      400: { description: 'The role is held at a school that is not named, or the other way round.' },
      403: { description: 'It is not yours to give.' },
      404: { description: 'There is no such account, or no such school.' },
      409: { description: 'The account holds too many roles.' },
    },
  },
  async ({ actor, body, params: { accountId }, tx }) => {
    const fault = faultOfGrant(body);
    if (fault !== undefined) throw new Problem({ status: 400, detail: fault });
    if (!maySet(actor as Account, body)) throw new Problem({ status: 403, detail: 'This role is not yours to give.' });
    return tx(async (db) => {
      await accountFor(db, actor, accountId);
      await locked(db, accountId);
      if (body.schoolId !== undefined) await requireSchool(db, body.schoolId);
      const { id, isNew } = await giveRole(db, accountId, body);
      if (isNew) {
        await raiseEpoch(db, accountId);
        await record(db, { actor, action: 'account.role-given', object: `account:${accountId}`, detail: { ...body } });
      }
      return { status: 201, body: { id, role: body.role, schoolId: body.schoolId ?? null } };
    });
  },
);

const revoke = route(
  {
    ...administrators,
    method: 'DELETE',
    path: `${PATH}/roles/:roleId`,
    summary: 'Take a role from an account',
    schemas: { params: closed({ accountId: Uuid, roleId: Uuid }) },
    answers: {
      204: { description: 'It is taken.' },
      403: { description: 'It is not yours to take.' },
      404: { description: 'There is no such account, or it does not hold this.' },
      409: LAST,
    },
  },
  async (call) => {
    const {
      actor,
      params: { accountId, roleId },
      tx,
    } = call;
    const account = await tx(async (db) => accountFor(db, actor, accountId));
    const held = account.roles.find(({ id }) => id === roleId);
    if (held === undefined) throw new Problem({ status: 404, detail: 'The account does not hold this role.' });
    const taken = grantOf(held.role, held.schoolId);
    if (!maySet(actor as Account, taken)) throw new Problem({ status: 403, detail: 'This role is not yours to take.' });
    return asGate(call, async (db) => {
      const mine = db.deleteFrom('account_roles').where('id', '=', roleId).where('account_id', '=', accountId);
      // Somebody else may just have taken it, and said so.
      if ((await mine.executeTakeFirst()).numDeletedRows === 0n) return { status: 204 };
      await requireAdministrator(db);
      await raiseEpoch(db, accountId);
      await record(db, { actor, action: 'account.role-taken', object: `account:${accountId}`, detail: { ...taken } });
      return { status: 204 };
    });
  },
);

const reset = route(
  {
    ...district,
    method: 'POST',
    path: `${PATH}/reset`,
    summary:
      'Give somebody who has forgotten the password, or lost the second factor, a secret that sets a new password (POST /v1/auth/accept). It is good for a day; the second factor goes with it',
    schemas: { params },
    answers: {
      201: { description: 'The secret, once.', schema: closed(IssuedSecret) },
      404: NOT_THERE,
      409: { description: 'It is your own account, or suspended.' },
    },
  },
  async ({ actor, params: { accountId }, tx }) => {
    const administrator = actor as Account;
    if (administrator.accountId === accountId)
      throw new Problem({ status: 409, detail: 'Change your own password with the one that you have.' });
    return tx(async (db) => {
      const { email, suspendedAt } = await accountFor(db, actor, accountId);
      if (suspendedAt !== null) throw new Problem({ status: 409, detail: 'It is suspended. Reinstate it first.' });
      const { secret, expiresAt } = await invite(db, administrator, { email, to: { accountId } });
      await record(db, { actor, action: 'account.reset-offered', object: `account:${accountId}` });
      return { status: 201, body: { secret, expiresAt } };
    });
  },
);

export const ACCOUNT_ROUTES: readonly Route[] = [listAccounts, getAccount, suspend, reinstate, grant, revoke, reset];

async function locked(db: Transaction<DB>, accountId: string): Promise<void> {
  if (!(await lockAccount(db, accountId))) throw new Problem({ status: 404, detail: 'There is no such account.' });
}

/** Administrators are counted one change at a time. Any number that nothing else locks by. */
const ADMINISTRATORS_LOCK = 7_004;

/** As the gate, after a change. @throws Problem 409, which takes it back, when nobody is left who administers the district. */
async function requireAdministrator(db: Transaction<DB>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${ADMINISTRATORS_LOCK})`.execute(db);
  const left = await db
    .selectFrom('account_roles')
    .innerJoin('accounts', 'accounts.id', 'account_roles.account_id')
    .select('accounts.id')
    .where('role', '=', 'district_admin')
    .where('suspended_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  if (left !== undefined) return;
  throw new Problem({
    status: 409,
    detail: 'Nobody would administer the district. Make somebody else an administrator first.',
  });
}

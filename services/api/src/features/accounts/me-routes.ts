/** One's own account, and its password. */
import { sql, type Transaction } from 'kysely';
import { Type } from 'typebox';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Account } from '../../access/roles.ts';
import type { Context } from '../../context.ts';
import { Problem, refusal } from '../../http/problems.ts';
import { route, type Call, type Declaration, type Route } from '../../http/route.ts';
import { closed, Time, Uuid } from '../../http/schemas.ts';
import { record } from '../audit/record.ts';
import { examine, judge, NOT_SIGNED_IN, type Examined } from './credentials.ts';
import { asGate } from './gate.ts';
import { revokeResets } from './invitations.ts';
import { newPassword } from './new-password.ts';
import { endSignIns } from './sessions.ts';
import { Code, DisplayName, Email, EVERY_ACCOUNT, HeldRole, Password } from './shapes.ts';

const declared = {
  tag: 'Accounts',
  access: EVERY_ACCOUNT,
  data: 'Staff',
  retention: 'Account',
  rate: 'subject',
} as const satisfies Partial<Declaration>;

const Me = closed({
  id: Uuid,
  email: Email,
  displayName: DisplayName,
  roles: Type.Array(HeldRole),
  hasPassword: Type.Boolean({ description: 'Whether it can sign in without the identity provider.' }),
  hasSecondFactor: Type.Boolean({ description: 'Whether signing in by password asks for a code.' }),
  recoveryCodesLeft: Type.Integer({ description: 'How many recovery codes are left; set up anew when few are.' }),
  createdAt: Time,
});

const getMe = route(
  {
    ...declared,
    method: 'GET',
    path: '/v1/me/account',
    summary: 'Read the own account',
    schemas: {},
    answers: { 200: { description: 'The account.', schema: Me } },
  },
  async ({ actor, tx }) => ({ status: 200, body: await tx(async (db) => me(db, (actor as Account).accountId)) }),
);

async function me(db: Transaction<DB>, accountId: string) {
  const account = await ownAccount(db, accountId);
  const roles = await db
    .selectFrom('account_roles')
    .select(['id', 'role', 'school_id as schoolId'])
    .where('account_id', '=', accountId)
    .orderBy('created_at')
    .orderBy('role')
    .execute();
  return {
    id: accountId,
    email: account.email,
    displayName: account.display_name,
    roles,
    hasPassword: account.password_hash !== null,
    hasSecondFactor: account.totp_confirmed_at !== null,
    recoveryCodesLeft: account.recovery_codes.length,
    createdAt: account.created_at.toISOString(),
  };
}

/** @returns the account of whoever asks. */
export const ownAccount = async (db: Transaction<DB>, accountId: string) =>
  db
    .selectFrom('accounts')
    .select([
      'email',
      'display_name',
      'password_hash',
      'totp_secret',
      'totp_confirmed_at',
      'recovery_codes',
      'created_at',
    ])
    .where('id', '=', accountId)
    .executeTakeFirstOrThrow();

/**
 * Before a write that needs more than a token: who holds the account shows its password.
 * @throws Problem 409 where it has none
 */
export async function reexamine(
  call: Pick<Call, 'tx' | 'actor' | 'address'>,
  context: Context,
  password: string,
): Promise<Examined> {
  const { accountId } = call.actor as Account;
  const account = await call.tx(async (db) => ownAccount(db, accountId));
  if (account.password_hash === null) throw new Problem({ status: 409, detail: NO_PASSWORD });
  return examine(call, context, { email: account.email, password });
}

const NO_PASSWORD = 'This account has no password: it signs in by the identity provider, whose second factor counts.';

/** How fresh a sign-in by the identity provider must be to stand for a password that there is not. */
const FRESH_MINUTES = 15;

const changePassword = route(
  {
    ...declared,
    method: 'PUT',
    path: '/v1/me/account/password',
    summary:
      'Set the own password, with the one before; the first one within 15 minutes of signing in by the identity provider. All other sign-ins end',
    schemas: { body: closed({ current: Type.Optional(Password), password: Password, code: Type.Optional(Code) }) },
    answers: {
      204: { description: 'It is set.' },
      400: { description: 'It is none that may be chosen.' },
      401: { description: 'The password before, or the code, was not right.' },
      403: { description: 'There is none before, and the sign-in is not fresh.' },
    },
    prepare: async (call, context) => {
      const { body, tx, actor } = call;
      const account = await tx(async (db) => ownAccount(db, (actor as Account).accountId));
      const { email } = account;
      if (account.password_hash === null) await requireFreshVoucher(call);
      const examined =
        account.password_hash === null
          ? undefined
          : await examine(call, context, { email, password: body.current ?? '' });
      return { examined, passwordHash: await newPassword(context, body.password, email) };
    },
  },
  async (call, context) => {
    const { accountId, signInId } = call.actor as Account;
    const { examined, passwordHash } = call.prepared;
    return asGate(call, async (db) => {
      if (examined !== undefined && (await judge(db, context, { examined, code: call.body.code })) === undefined)
        return refusal(NOT_SIGNED_IN);
      await db.updateTable('accounts').set({ password_hash: passwordHash }).where('id', '=', accountId).execute();
      await endSignIns(db, { accountId, because: 'credentials', except: signInId });
      await revokeResets(db, accountId);
      await record(db, { actor: call.actor, action: 'account.password-changed', object: `account:${accountId}` });
      return { status: 204 };
    });
  },
);

/** @throws Problem 403 unless the identity provider vouched for who asks a moment ago. */
async function requireFreshVoucher({ tx, actor }: Pick<Call, 'tx' | 'actor'>): Promise<void> {
  const fresh = await tx(async (db) =>
    db
      .selectFrom('sign_ins')
      .select('id')
      .where('id', '=', (actor as Account).signInId)
      .where('method', '=', 'oidc')
      .where('created_at', '>', sql<Date>`now() - make_interval(mins => ${FRESH_MINUTES})`)
      .executeTakeFirst(),
  );
  if (fresh === undefined)
    throw new Problem({ status: 403, detail: 'Sign in by the identity provider anew, then set the password at once.' });
}

export const ME_ROUTES: readonly Route[] = [getMe, changePassword];

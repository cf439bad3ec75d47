/** Accepting an invitation with a password: becoming an account, getting one more role, or setting a new password. */
import type { Transaction } from 'kysely';
import { Type } from 'typebox';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Part } from '../../access/roles.ts';
import type { Context } from '../../context.ts';
import { Problem, refusal } from '../../http/problems.ts';
import { route, type Call, type Route } from '../../http/route.ts';
import { closed } from '../../http/schemas.ts';
import { record } from '../audit/record.ts';
import { examine, judge, NOT_SIGNED_IN, type Examined } from './credentials.ts';
import { failureKey, forgetFailures } from './failures.ts';
import { asGate } from './gate.ts';
import { accept, lockInvitation, openInvitation, revokeResets, type Invitation } from './invitations.ts';
import { newPassword } from './new-password.ts';
import { createAccount, lockAddress, ownerOf } from './people.ts';
import { beginSignIn, endSignIns, raiseEpoch, type Tokens } from './sessions.ts';
import { Code, DisplayName, Password, Secret, TokenSet } from './shapes.ts';

const Body = closed({
  secret: Secret,
  password: Password,
  displayName: Type.Optional(DisplayName),
  code: Type.Optional(Code),
});

/**
 * What an invitation comes to: a new account (`new`) or a new password (`reset`), each with a password that is set; or one more
 * role (`role`) for an account that there is, whose own password must be shown: the secret of an invitation is known to whoever
 * made it, and must not open somebody else's account.
 */
type Prepared =
  | { readonly kind: 'new' | 'reset'; readonly passwordHash: string }
  | { readonly kind: 'role'; readonly examined: Examined };

const acceptInvitation = route(
  {
    method: 'POST',
    path: '/v1/auth/accept',
    tag: 'Accounts',
    summary:
      'Accept an invitation with a password: a new one for a new account, or the account’s own where there is one already',
    access: 'public',
    data: 'Staff',
    retention: 'Account',
    rate: 'signIn',
    schemas: { body: Body },
    answers: {
      200: { description: 'Tokens of a sign-in.', schema: TokenSet },
      400: { description: 'The password is none that may be chosen, or a name is missing.' },
      401: { description: 'There is an account of the address, and this is not its password or code.' },
      404: { description: 'There is no such invitation, or it was used, was revoked or has expired.' },
      409: { description: 'The invitation changed meanwhile.' },
    },
    prepare: async (call, context): Promise<Prepared> => {
      const { invitation, kind } = await asGate(call, async (db) => find(db, call.body.secret));
      if (kind === 'role') {
        const claim = { email: invitation.email, password: call.body.password };
        return { kind, examined: await examine(call, context, claim) };
      }
      if (kind === 'new' && call.body.displayName === undefined)
        throw new Problem({ status: 400, detail: 'Say how colleagues see you named: displayName.' });
      return { kind, passwordHash: await newPassword(context, call.body.password, invitation.email) };
    },
  },
  async (call, context) =>
    asGate(call, async (db) => {
      const { prepared } = call;
      const found = await lockInvitation(db, call.body.secret);
      if (found === undefined) throw noInvitation();
      await lockAddress(db, found.email);
      if ((await kindOf(db, found)) !== prepared.kind)
        throw new Problem({ status: 409, detail: 'An account of the address was made meanwhile. Send it again.' });
      const accountId = await fulfil(db, context, { call, invitation: found });
      if (accountId === undefined) return refusal(NOT_SIGNED_IN);
      const tokens: Tokens = await beginSignIn(db, context, { accountId, method: 'password' });
      return { status: 200, body: tokens };
    }),
);

export const ACCEPT_ROUTES: readonly Route[] = [acceptInvitation];

const GATE: Part = { kind: 'gate' };

const noInvitation = (): Problem =>
  new Problem({
    status: 404,
    detail: 'There is no such invitation, or it was used, was revoked or has expired. Ask for another.',
  });

async function find(
  db: Transaction<DB>,
  secret: string,
): Promise<{ readonly invitation: Invitation; readonly kind: Prepared['kind'] }> {
  const invitation = await openInvitation(db, secret);
  if (invitation === undefined) throw noInvitation();
  return { invitation, kind: await kindOf(db, invitation) };
}

async function kindOf(db: Transaction<DB>, { account_id: accountId, email }: Invitation): Promise<Prepared['kind']> {
  if (accountId !== null) return 'reset';
  return (await ownerOf(db, email)) === undefined ? 'new' : 'role';
}

/** @returns the account that the invitation was accepted for, or undefined when who accepts is not its owner. */
async function fulfil(
  db: Transaction<DB>,
  context: Context,
  { call, invitation }: { readonly call: Call<{ body: typeof Body }, Prepared>; readonly invitation: Invitation },
): Promise<string | undefined> {
  const { body, prepared } = call;
  const { email, account_id: resetsAccount } = invitation;
  const done = async (accountId: string): Promise<string> => {
    await accept(db, [invitation], { accountId, actor: GATE });
    return accountId;
  };
  if (prepared.kind === 'role') {
    const accountId = await judge(db, context, { examined: prepared.examined, code: body.code });
    return accountId === undefined ? undefined : done(accountId);
  }
  const { passwordHash } = prepared;
  if (resetsAccount === null) {
    const accountId = await createAccount(db, { email, displayName: body.displayName ?? '', passwordHash });
    await record(db, { actor: GATE, action: 'account.created', object: `account:${accountId}`, personal: { email } });
    return done(accountId);
  }
  await resetPassword(db, resetsAccount, passwordHash);
  await forgetFailures(db, failureKey(context, email));
  await done(resetsAccount);
  await revokeResets(db, resetsAccount);
  return resetsAccount;
}

/** The second factor goes as well: whoever has lost the password may have lost it with their telephone. */
async function resetPassword(db: Transaction<DB>, accountId: string, passwordHash: string): Promise<void> {
  const reset = await db
    .updateTable('accounts')
    .set({ password_hash: passwordHash, totp_secret: null, totp_confirmed_at: null, recovery_codes: [] })
    .where('id', '=', accountId)
    .where('suspended_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (reset === undefined) throw noInvitation();
  await endSignIns(db, { accountId, because: 'credentials' });
  await raiseEpoch(db, accountId);
}

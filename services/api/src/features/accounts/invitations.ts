/** Invitations as rows: each good once, for a week, until it is revoked. As the gate, but for making one. */
import { sql, type Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Account, Actor, Grant } from '../../access/roles.ts';
import { record } from '../audit/record.ts';
import { giveRole, grantOf, lockAccount } from './people.ts';
import { digestOf, newSecret } from './secrets.ts';
import { raiseEpoch } from './sessions.ts';

const DAY_MS = 86_400_000;
const INVITATION_MS = 7 * DAY_MS;
/** To set a new password: whoever asked for it is waiting for it. */
const RESET_MS = DAY_MS;

/** What is given for an invitation, once. */
export interface Issued {
  readonly id: string;
  readonly secret: string;
  readonly expiresAt: string;
}

export interface Asked {
  readonly email: string;
  /** The role that it gives; or the account that it gives a new password. */
  readonly to: { readonly grant: Grant } | { readonly accountId: string };
}

/** Makes an invitation, within the rights of who does. */
export async function invite(db: Transaction<DB>, { accountId }: Account, { email, to }: Asked): Promise<Issued> {
  const secret = newSecret();
  const gives =
    'grant' in to
      ? { role: to.grant.role, school_id: to.grant.schoolId ?? null, expires_at: new Date(Date.now() + INVITATION_MS) }
      : { account_id: to.accountId, expires_at: new Date(Date.now() + RESET_MS) };
  const { id, expires_at: expiresAt } = await db
    .insertInto('invitations')
    .values({ email, secret_hash: digestOf(secret), invited_by: accountId, ...gives })
    .returning(['id', 'expires_at'])
    .executeTakeFirstOrThrow();
  return { id, secret, expiresAt: expiresAt.toISOString() };
}

const open = (db: Transaction<DB>) =>
  db
    .selectFrom('invitations')
    .select(['id', 'email', 'role', 'school_id', 'account_id'])
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`);

export type Invitation = NonNullable<Awaited<ReturnType<typeof openInvitation>>>;

/** @returns the open invitation of a secret. */
export const openInvitation = async (db: Transaction<DB>, secret: string) =>
  open(db).where('secret_hash', '=', digestOf(secret)).executeTakeFirst();

/** Lets nobody else accept it meanwhile. @returns the open invitation of a secret. */
export const lockInvitation = async (db: Transaction<DB>, secret: string) =>
  open(db).where('secret_hash', '=', digestOf(secret)).forUpdate().executeTakeFirst();

/** Lets nobody else accept them meanwhile. @returns the open invitations of an address to become something. */
export const lockInvitationsFor = async (db: Transaction<DB>, email: string) =>
  open(db).where('email', '=', email).where('account_id', 'is', null).forUpdate().execute();

/** Accepts invitations for an account: it gets their roles, and its tokens end, so that the next ones name them. */
export async function accept(
  db: Transaction<DB>,
  invitations: readonly Invitation[],
  { accountId, actor }: { readonly accountId: string; readonly actor: Actor },
): Promise<void> {
  if (invitations.length === 0) return;
  await lockAccount(db, accountId);
  for (const { id, role, school_id: schoolId } of invitations) {
    await db
      .updateTable('invitations')
      .set({ accepted_at: sql`now()` })
      .where('id', '=', id)
      .execute();
    if (role !== null) await giveRole(db, accountId, grantOf(role, schoolId));
    await record(db, {
      actor,
      action: 'invitation.accepted',
      object: `invitation:${id}`,
      detail: { account: accountId },
    });
  }
  await raiseEpoch(db, accountId);
}

/** Once a password is set, secrets that set another one open the account no more: one may have got lost on its way. */
export async function revokeResets(db: Transaction<DB>, accountId: string): Promise<void> {
  await db
    .updateTable('invitations')
    .set({ revoked_at: sql`now()` })
    .where('account_id', '=', accountId)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .execute();
}

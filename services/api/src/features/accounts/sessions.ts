/** Sign-ins: how one begins, goes on by refresh tokens, and ends. */
import { sql, type Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Account, AccountRole, Grant } from '../../access/roles.ts';
import type { Context } from '../../context.ts';
import { refreshExpiryMs, SIGN_IN_MS } from '../../domain/sign-in-life.ts';
import { record } from '../audit/record.ts';
import { digestOf, newSecret } from './secrets.ts';

export interface Tokens {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  readonly refreshToken: string;
  readonly refreshExpiresInSeconds: number;
}

export type Method = 'password' | 'oidc';

/** Begins a sign-in of somebody who has shown who they are, and records it. As the gate. @returns its first tokens. */
export async function beginSignIn(
  db: Transaction<DB>,
  context: Context,
  { accountId, method }: { readonly accountId: string; readonly method: Method },
): Promise<Tokens> {
  const signIn = await db
    .insertInto('sign_ins')
    .values({ account_id: accountId, method, expires_at: new Date(Date.now() + SIGN_IN_MS) })
    .returning(['id', 'expires_at'])
    .executeTakeFirstOrThrow();
  const held = { signInId: signIn.id, expiresAt: signIn.expires_at };
  const { account, tokens } = await giveTokens(db, context, { accountId, ...held });
  await record(db, { actor: account, action: 'account.signed-in', object: `account:${accountId}`, detail: { method } });
  return tokens;
}

export interface OpenSignIn {
  readonly accountId: string;
  readonly signInId: string;
  readonly expiresAt: Date;
}

/** Gives the next tokens of a sign-in. As the gate. */
export async function giveTokens(
  db: Transaction<DB>,
  { tokens }: Context,
  { accountId, signInId, expiresAt }: OpenSignIn,
): Promise<{ readonly account: Account; readonly tokens: Tokens }> {
  const { epoch } = await db
    .updateTable('accounts')
    .set({ last_active_at: sql`now()` })
    .where('id', '=', accountId)
    .returning('epoch')
    .executeTakeFirstOrThrow();
  const account: Account = { kind: 'account', accountId, signInId, grants: await grantsOf(db, accountId) };
  const nowMs = Date.now();
  const refreshToken = newSecret();
  const refreshExpiresMs = refreshExpiryMs(expiresAt.getTime(), nowMs);
  await db
    .insertInto('refresh_tokens')
    .values({ secret_hash: digestOf(refreshToken), sign_in_id: signInId, expires_at: new Date(refreshExpiresMs) })
    .execute();
  const { token, expiresInSeconds } = await tokens.forAccount(account, epoch);
  const refreshExpiresInSeconds = Math.floor((refreshExpiresMs - nowMs) / 1000);
  return { account, tokens: { accessToken: token, expiresInSeconds, refreshToken, refreshExpiresInSeconds } };
}

async function grantsOf(db: Transaction<DB>, accountId: string): Promise<Grant[]> {
  const rows = await db
    .selectFrom('account_roles')
    .select(['role', 'school_id'])
    .where('account_id', '=', accountId)
    .orderBy('created_at')
    .orderBy('role')
    .execute();
  return rows.map(({ role, school_id: schoolId }) => ({
    role: role as AccountRole,
    ...(schoolId === null ? {} : { schoolId }),
  }));
}

export type Ending = 'logout' | 'reuse' | 'suspended' | 'credentials';

/** Ends the sign-ins of an account, all or all but one; their refresh tokens and access tokens with them. */
export async function endSignIns(
  db: Transaction<DB>,
  { accountId, because, except }: { readonly accountId: string; readonly because: Ending; readonly except?: string },
): Promise<void> {
  await db
    .updateTable('sign_ins')
    .set({ ended_at: sql`now()`, ended_because: because })
    .where('account_id', '=', accountId)
    .where('ended_at', 'is', null)
    .$if(except !== undefined, (query) => query.where('id', '<>', except ?? ''))
    .execute();
}

/** Ends one sign-in. */
export async function endSignIn(db: Transaction<DB>, signInId: string, because: Ending): Promise<void> {
  await db
    .updateTable('sign_ins')
    .set({ ended_at: sql`now()`, ended_because: because })
    .where('id', '=', signInId)
    .where('ended_at', 'is', null)
    .execute();
}

/** Ends all access tokens of an account that are out; who is signed in gets new ones with what the account is now. */
export async function raiseEpoch(db: Transaction<DB>, accountId: string): Promise<void> {
  await db
    .updateTable('accounts')
    .set({ epoch: sql`epoch + 1` })
    .where('id', '=', accountId)
    .execute();
}

/** Signing in by password, going on by refresh token, and signing out. */
import type { Selectable, Transaction } from 'kysely';
import { Type } from 'typebox';
import type { DB, RefreshTokens, SignIns } from '@heroes/migrations/tables.ts';
import type { Account } from '../../access/roles.ts';
import { rotationOf, type Rotation } from '../../domain/sign-in-life.ts';
import { refusal, type ProblemParts } from '../../http/problems.ts';
import { route, type Declaration, type Route } from '../../http/route.ts';
import { closed } from '../../http/schemas.ts';
import { record } from '../audit/record.ts';
import { examine, judge, NOT_SIGNED_IN } from './credentials.ts';
import { asGate } from './gate.ts';
import { digestOf } from './secrets.ts';
import { beginSignIn, endSignIn, endSignIns, giveTokens, raiseEpoch } from './sessions.ts';
import { Code, Email, EVERY_ACCOUNT, Password, Secret, TokenSet } from './shapes.ts';

const declared = { tag: 'Accounts', data: 'Staff', retention: 'Account' } as const satisfies Partial<Declaration>;
const open = { ...declared, method: 'POST', access: 'public', rate: 'signIn' } as const;

const TOKENS = { description: 'Tokens of the sign-in.', schema: TokenSet };

const signIn = route(
  {
    ...open,
    path: '/v1/auth/sign-in',
    summary: 'Sign in by password, and by code where the account has a second factor',
    schemas: { body: closed({ email: Email, password: Password, code: Type.Optional(Code) }) },
    answers: { 200: TOKENS, 401: { description: 'Whatever of it was not right, the answer is the same.' } },
    prepare: async (call, context) => examine(call, context, call.body),
  },
  async (call, context) =>
    asGate(call, async (db) => {
      const accountId = await judge(db, context, { examined: call.prepared, code: call.body.code });
      if (accountId === undefined) return refusal(NOT_SIGNED_IN);
      return { status: 200, body: await beginSignIn(db, context, { accountId, method: 'password' }) };
    }),
);

const NOT_REFRESHED: ProblemParts = {
  status: 401,
  detail: 'The refresh token is not good: it was used before, or its sign-in is over. Sign in anew.',
};

const refresh = route(
  {
    ...open,
    path: '/v1/auth/refresh',
    summary:
      'Get the next tokens of a sign-in. Each refresh token is good once; one that is used again ends the sign-in. Send an Idempotency-Key, and an answer that was lost can be asked for again',
    schemas: { body: closed({ refreshToken: Secret }) },
    answers: { 200: TOKENS, 401: { description: 'It is not good, or no longer.' } },
  },
  async (call, context) =>
    asGate(call, async (db) => {
      const sent = await lockToken(db, call.body.refreshToken);
      const rotation = sent === undefined ? 'ended' : rotate(sent);
      if (sent !== undefined && rotation === 'rotate') {
        await db
          .updateTable('refresh_tokens')
          .set({ used_at: new Date() })
          .where('secret_hash', '=', sent.secret_hash)
          .execute();
        const { account_id: accountId, sign_in_id: signInId, ends_at: expiresAt } = sent;
        const { tokens } = await giveTokens(db, context, { accountId, signInId, expiresAt });
        return { status: 200, body: tokens };
      }
      if (sent !== undefined && rotation === 'reuse') await endForReuse(db, sent);
      return refusal(NOT_REFRESHED);
    }),
);

type SentToken = Pick<Selectable<RefreshTokens>, 'secret_hash' | 'sign_in_id' | 'used_at' | 'expires_at'> &
  Pick<Selectable<SignIns>, 'account_id' | 'ended_at'> & { readonly ends_at: Date };

/** Whoever sends the same token at the same time waits, and then finds it used. */
const lockToken = async (db: Transaction<DB>, secret: string): Promise<SentToken | undefined> =>
  db
    .selectFrom('refresh_tokens')
    .innerJoin('sign_ins', 'sign_ins.id', 'refresh_tokens.sign_in_id')
    .select(['secret_hash', 'sign_in_id', 'used_at', 'refresh_tokens.expires_at'])
    .select(['account_id', 'ended_at', 'sign_ins.expires_at as ends_at'])
    .where('secret_hash', '=', digestOf(secret))
    .forUpdate()
    .executeTakeFirst();

const rotate = ({ used_at: usedAt, expires_at: expiresAt, ended_at: endedAt, ends_at: endsAt }: SentToken): Rotation =>
  rotationOf(
    {
      usedAtMs: usedAt?.getTime(),
      expiresAtMs: expiresAt.getTime(),
      signIn: { endedAtMs: endedAt?.getTime(), expiresAtMs: endsAt.getTime() },
    },
    Date.now(),
  );

async function endForReuse(db: Transaction<DB>, { account_id: accountId, sign_in_id: signInId }: SentToken) {
  await endSignIn(db, signInId, 'reuse');
  await record(db, { actor: { kind: 'gate' }, action: 'account.refresh-reused', object: `account:${accountId}` });
}

const logout = route(
  {
    ...open,
    path: '/v1/auth/logout',
    summary: 'End a sign-in, by its refresh token: all its tokens with it',
    schemas: { body: closed({ refreshToken: Secret }) },
    answers: { 204: { description: 'It is over, or never was.' } },
  },
  async (call) =>
    asGate(call, async (db) => {
      const sent = await lockToken(db, call.body.refreshToken);
      if (sent?.ended_at === null) {
        const { account_id: accountId, sign_in_id: signInId } = sent;
        await endSignIn(db, signInId, 'logout');
        const actor: Account = { kind: 'account', accountId, signInId, grants: [] };
        await record(db, { actor, action: 'account.signed-out', object: `account:${accountId}` });
      }
      return { status: 204 };
    }),
);

const logoutEverywhere = route(
  {
    ...declared,
    method: 'POST',
    path: '/v1/auth/logout-everywhere',
    summary: 'End all sign-ins of the own account, on every device',
    access: EVERY_ACCOUNT,
    rate: 'subject',
    schemas: {},
    answers: { 204: { description: 'All are over.' } },
  },
  async ({ actor, tx }) =>
    tx(async (db) => {
      const { accountId } = actor as Account;
      await endSignIns(db, { accountId, because: 'logout' });
      await raiseEpoch(db, accountId);
      await record(db, { actor, action: 'account.signed-out-everywhere', object: `account:${accountId}` });
      return { status: 204 };
    }),
);

export const SIGN_IN_ROUTES: readonly Route[] = [signIn, refresh, logout, logoutEverywhere];

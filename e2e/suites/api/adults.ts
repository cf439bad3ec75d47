/** Adults for the suites of accounts: accounts with passwords, their calls, their authenticators. */
import { createHmac, randomUUID } from 'node:crypto';
import type { LightMyRequestResponse } from 'fastify';
import type { AccountRole } from '@heroes/api/access/roles.ts';
import { startStack, type Stack, type StackOptions } from './stack.ts';

export const PASSWORD = 'tortoise wardrobe quilt';

/** A stack that refuses nothing for being late: machines that run tests are, and what is shed is tested by itself. */
export const startAdults = async ({ settings = {}, adapt = (context) => context }: StackOptions = {}): Promise<Stack> =>
  startStack({
    settings,
    adapt: (context) => {
      const shedding = { ...context.shedding, admit: () => undefined, admitToDatabase: () => undefined };
      return adapt({ ...context, shedding });
    },
  });

export interface Adult {
  readonly accountId: string;
  readonly email: string;
  readonly password: string;
}

export interface TokenSet {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresInSeconds: number;
  readonly refreshExpiresInSeconds: number;
}

/** An account with a password that has never signed in. */
export async function makeAdult(stack: Stack, role: AccountRole, schoolId?: string): Promise<Adult> {
  const { db, context } = stack;
  const email = `${randomUUID()}@example.org`;
  const { id: accountId } = await db
    .insertInto('accounts')
    .values({ email, display_name: role, password_hash: await context.passwords.hash(PASSWORD) })
    .returning('id')
    .executeTakeFirstOrThrow();
  await db
    .insertInto('account_roles')
    .values({ account_id: accountId, role, school_id: schoolId ?? null })
    .execute();
  return { accountId, email, password: PASSWORD };
}

export interface Sent {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly body?: object;
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Where it comes from. */
  readonly from?: string;
}

/** Sends a request to the API; a POST unless it says otherwise. */
export async function send(
  { app }: Stack,
  url: string,
  { method = 'POST', body, token, headers = {}, from }: Sent = {},
): Promise<LightMyRequestResponse> {
  return app.inject({
    method,
    url,
    headers: { ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    ...(body === undefined ? {} : { payload: body }),
    ...(from === undefined ? {} : { remoteAddress: from }),
  });
}

/** @returns the answer to an attempt to sign in. */
export const attempt = async (
  stack: Stack,
  { email, password }: Pick<Adult, 'email' | 'password'>,
  over: Sent & { readonly code?: string } = {},
): Promise<LightMyRequestResponse> => {
  const { code, ...sent } = over;
  return send(stack, '/v1/auth/sign-in', {
    body: { email, password, ...(code === undefined ? {} : { code }) },
    ...sent,
  });
};

/** @returns the tokens of an adult that signs in. @throws Error when it may not. */
export async function signIn(stack: Stack, adult: Adult, code?: string): Promise<TokenSet> {
  const answer = await attempt(stack, adult, code === undefined ? {} : { code });
  if (answer.statusCode !== 200) throw new Error(`sign-in: ${answer.statusCode} ${answer.body}`);
  return answer.json();
}

export const refresh = async (
  stack: Stack,
  refreshToken: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<LightMyRequestResponse> => send(stack, '/v1/auth/refresh', { body: { refreshToken }, headers });

/** Lets the time go by that an address of mail is held back for: all that are. */
export async function waitOutHolds({ db }: Stack): Promise<void> {
  await db
    .updateTable('sign_in_failures')
    .set({ held_until: new Date(0) })
    .execute();
}

/** An authenticator, written anew from RFC 6238 so that ours is not tested by itself. @returns its code at a time. */
export function codeAt(secret: string, ms: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = Array.from(secret, (letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(ms / 30_000)));
  const digest = createHmac('sha1', key).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 0x0f;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

export interface Authenticator {
  readonly secret: string;
  readonly recoveryCodes: readonly string[];
  /** The code that confirmed it, which is used up. */
  readonly usedCode: string;
  /** The code after that one, good for a minute. */
  readonly nextCode: string;
}

/** Sets up and confirms a second factor. */
export async function addSecondFactor(stack: Stack, adult: Adult, token: string): Promise<Authenticator> {
  const body = { password: adult.password };
  const setUp = await send(stack, '/v1/me/account/second-factor', { body, token });
  const { secret } = setUp.json<{ secret: string }>();
  const nowMs = Date.now();
  const code = codeAt(secret, nowMs);
  const confirmed = await send(stack, '/v1/me/account/second-factor/confirm', { body: { code }, token });
  if (confirmed.statusCode !== 200) throw new Error(`confirm: ${confirmed.statusCode} ${confirmed.body}`);
  const { recoveryCodes } = confirmed.json<{ recoveryCodes: string[] }>();
  return { secret, recoveryCodes, usedCode: code, nextCode: codeAt(secret, nowMs + 30_000) };
}

/** @returns what the audit says was done to something, in order. */
export async function actionsOn({ db }: Stack, object: string): Promise<string[]> {
  const entries = await db
    .selectFrom('audit_entries')
    .select('action')
    .where('object', '=', object)
    .orderBy('sequence')
    .execute();
  return entries.map(({ action }) => action);
}

interface HeldRole {
  readonly id: string;
  readonly role: string;
  readonly schoolId: string | null;
}

/** @returns the roles that the holder of a token has. */
export const rolesOf = async (stack: Stack, token: string): Promise<readonly HeldRole[]> =>
  (await send(stack, '/v1/me/account', { method: 'GET', token })).json<{ roles: HeldRole[] }>().roles;

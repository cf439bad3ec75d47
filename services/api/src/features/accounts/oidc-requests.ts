/**
 * What is between a person's way to the identity provider and back: kept sealed, for minutes, good once, and only for the
 * browser that began it, which shows a cookie. Nobody can be made to sign in as somebody else by an address that they open.
 */
import type { Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Checks } from '../../access/identity-provider.ts';
import { openIfOurs } from '../../access/sealing.ts';
import type { Context } from '../../context.ts';
import { digestOf, newSecret } from './secrets.ts';
import { sweep } from './sweep.ts';

const MINUTES = 10;
const COOKIE = '__Host-heroes-oidc';
const COOKIE_VALUE = new RegExp(`(?:^|; )${COOKIE}=([\\w-]{43})(?:;|$)`);

/** @returns the browser's secret, the one that it has already where it has one: it may be on its way in two windows. */
export const browserSecret = (cookies: string | undefined): string => secretIn(cookies) ?? newSecret();

const secretIn = (cookies: string | undefined): string | undefined => COOKIE_VALUE.exec(cookies ?? '')?.[1];

/** @returns the header that gives a browser its secret; it is sent back to us alone, over TLS, and no script reads it. */
export const cookieOf = (secret: string): string =>
  `${COOKIE}=${secret}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${MINUTES * 60}`;

/** As the gate. Keeps what is needed when the browser comes back. */
export async function keepRequest(
  db: Transaction<DB>,
  context: Context,
  { checks, browser }: { readonly checks: Checks; readonly browser: string },
): Promise<void> {
  await sweep(db, 'oidc_requests');
  await db
    .insertInto('oidc_requests')
    .values({
      state_hash: digestOf(checks.state),
      sealed: sealerOf(context).seal(Buffer.from(JSON.stringify({ checks, browser }))),
      expires_at: new Date(Date.now() + MINUTES * 60_000),
    })
    .execute();
}

/** As the gate. Takes it out, whatever comes of it. @returns undefined when it is not there, or was begun by another browser. */
export async function takeRequest(
  db: Transaction<DB>,
  context: Context,
  { state, cookies }: { readonly state: string; readonly cookies: string | undefined },
): Promise<Checks | undefined> {
  const row = await db
    .deleteFrom('oidc_requests')
    .where('state_hash', '=', digestOf(state))
    .returning(['sealed', 'expires_at'])
    .executeTakeFirst();
  if (row === undefined || row.expires_at.getTime() <= Date.now()) return undefined;
  const kept = openIfOurs(sealerOf(context), row.sealed);
  if (kept === undefined) return undefined;
  const { checks, browser } = JSON.parse(kept.toString()) as Kept;
  return secretIn(cookies) === browser ? checks : undefined;
}

interface Kept {
  readonly checks: Checks;
  readonly browser: string;
}

const sealerOf = ({ sealerFor }: Context) => sealerFor('requests to the identity provider');

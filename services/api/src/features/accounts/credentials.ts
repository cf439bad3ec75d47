/**
 * Who shows a password, and a code where the account asks for one. Examined first, without a transaction, because digesting
 * takes long; then judged in the transaction that acts on it, one attempt an address at a time. Whatever is wrong, the answer
 * is the same and takes the same: that there is no such account, that the password or the code is wrong or missing, that the
 * account is suspended, that too much was tried.
 */
import type { Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Context } from '../../context.ts';
import { afterCommit } from '../../data/transaction.ts';
import { isHeld } from '../../domain/lockout.ts';
import { digestOf, isOutdated } from '../../domain/passwords.ts';
import { takeCode, type Taken } from '../../domain/second-factor.ts';
import type { ProblemParts } from '../../http/problems.ts';
import type { Call } from '../../http/route.ts';
import {
  countFailure,
  failureKey,
  failuresOf,
  forgetFailures,
  keepFailure,
  lockFailures,
  refuseGuessing,
} from './failures.ts';
import { asGate } from './gate.ts';
import { normalEmail } from './shapes.ts';

export const NOT_SIGNED_IN: ProblemParts = {
  status: 401,
  detail:
    'The address, the password or the code is not right, or there were too many attempts. Accounts with a second factor need its code. Wait a moment before you try again.',
};

export interface Claim {
  readonly email: string;
  readonly password: string;
}

/** What an examination found. It is no verdict: {@link judge} gives that. */
export interface Examined {
  readonly key: Buffer;
  readonly address: string;
  /** Of the account whose password it was. */
  readonly matched?: { readonly accountId: string; readonly stored: string; readonly renewed: string | undefined };
}

/** @throws Problem 429 or 503 when nothing is examined at the moment, whoever it is. */
export async function examine(
  call: Pick<Call, 'tx' | 'actor' | 'address'>,
  context: Context,
  { email, password }: Claim,
): Promise<Examined> {
  const { address } = call;
  await refuseGuessing(context, address);
  const normal = normalEmail(email);
  const key = failureKey(context, normal);
  await context.rates.charge('accountSignIns', key.toString('base64url'));
  const [failures, account] = await asGate(call, async (db) => [
    await failuresOf(db, key),
    await db.selectFrom('accounts').select(['id', 'password_hash']).where('email', '=', normal).executeTakeFirst(),
  ]);
  // Nobody's address is held like anybody's, so that this is no answer either; and guessing costs us nothing meanwhile.
  if (isHeld(failures, Date.now())) return { key, address };
  const stored = account?.password_hash ?? undefined;
  const matches = await context.passwords.verify(stored, password);
  if (!matches || account === undefined || stored === undefined) return { key, address };
  const renewed = isOutdated(digestOf(stored)) ? await context.passwords.hash(password) : undefined;
  return { key, address, matched: { accountId: account.id, stored, renewed } };
}

/** What is known of somebody who has shown who they are. */
export interface Known {
  readonly accountId: string;
  readonly hasSecondFactor: boolean;
}

/**
 * As the gate, in the transaction that acts on it. Counts a failure, which must stay: answer it, do not throw it.
 * @returns who it is, or undefined
 */
export async function judge(
  db: Transaction<DB>,
  context: Context,
  { examined, code }: { readonly examined: Examined; readonly code: string | undefined },
): Promise<Known | undefined> {
  const { key, address } = examined;
  const failures = await lockFailures(db, key);
  // Those who tried at the same time were examined before the first of them failed.
  if (isHeld(failures, Date.now())) return undefined;
  const known = await identify(db, context, { examined, code });
  if (known !== undefined) {
    await forgetFailures(db, key);
    return known;
  }
  await keepFailure(db, key, failures);
  afterCommit(db, async () => countFailure(context, address));
  return undefined;
}

async function identify(
  db: Transaction<DB>,
  { sealerFor }: Context,
  { examined: { matched }, code }: { readonly examined: Examined; readonly code: string | undefined },
): Promise<Known | undefined> {
  if (matched === undefined) return undefined;
  const account = await db
    .selectFrom('accounts')
    .select(['password_hash', 'suspended_at', 'totp_secret', 'totp_confirmed_at', 'totp_last_step', 'recovery_codes'])
    .where('id', '=', matched.accountId)
    .forUpdate()
    .executeTakeFirst();
  if (account?.password_hash !== matched.stored || account.suspended_at !== null) return undefined;
  const { accountId, renewed } = matched;
  const renewal = renewed === undefined ? {} : { password_hash: renewed };
  if (account.totp_secret === null || account.totp_confirmed_at === null) {
    await change(db, accountId, renewal);
    return { accountId, hasSecondFactor: false };
  }
  const secret = sealerFor(SECOND_FACTORS).open(account.totp_secret);
  const factor = { secret, lastStep: Number(account.totp_last_step), recovery: account.recovery_codes };
  const taken = takeCode(factor, code ?? '', Date.now());
  if (taken === undefined) return undefined;
  await change(db, accountId, { ...renewal, ...columnsOf(taken) });
  return { accountId, hasSecondFactor: true };
}

/** The purpose that secrets of authenticators are sealed for. */
export const SECOND_FACTORS = 'second factors';

interface Changes {
  readonly password_hash?: string;
  readonly totp_last_step?: number;
  readonly recovery_codes?: Buffer[];
}

async function change(db: Transaction<DB>, accountId: string, changes: Changes): Promise<void> {
  if (Object.keys(changes).length === 0) return;
  await db.updateTable('accounts').set(changes).where('id', '=', accountId).execute();
}

const columnsOf = (taken: Taken): Changes =>
  taken.kind === 'totp' ? { totp_last_step: taken.step } : { recovery_codes: [...taken.left] };

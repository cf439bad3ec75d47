/**
 * Who shows a password, and a code where the account asks for one. Examined first, without a transaction, because digesting
 * takes long; then judged in the transaction that acts on it, one attempt an address at a time. Whatever is wrong, the answer
 * is the same and takes the same: that there is no such account, that the password or the code is wrong or missing, that the
 * account is suspended, that too much was tried.
 */
import type { Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import { openIfOurs } from '../../access/sealing.ts';
import type { Context } from '../../context.ts';
import { afterCommit, asActor } from '../../data/transaction.ts';
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
  readonly matched?: Matched;
}

interface Matched {
  readonly accountId: string;
  readonly stored: string;
  readonly password: string;
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
  return { key, address, matched: { accountId: account.id, stored, password } };
}

/**
 * As the gate, in the transaction that acts on it. Counts a failure, which must stay: answer it, do not throw it.
 * @returns the account of whoever has shown who they are, or undefined
 */
export async function judge(
  db: Transaction<DB>,
  context: Context,
  { examined, code }: { readonly examined: Examined; readonly code: string | undefined },
): Promise<string | undefined> {
  const { key, address } = examined;
  const failures = await lockFailures(db, key);
  // Those who tried at the same time were examined before the first of them failed.
  if (isHeld(failures, Date.now())) return undefined;
  const accountId = await identify(db, context, { examined, code });
  if (accountId !== undefined) {
    await forgetFailures(db, key);
    return accountId;
  }
  await keepFailure(db, key, failures);
  afterCommit(db, async () => countFailure(context, address));
  return undefined;
}

async function identify(
  db: Transaction<DB>,
  context: Context,
  { examined: { matched }, code }: { readonly examined: Examined; readonly code: string | undefined },
): Promise<string | undefined> {
  const account = await db
    .selectFrom('accounts')
    .select(['password_hash', 'suspended_at', 'totp_secret', 'totp_confirmed_at', 'totp_last_step', 'recovery_codes'])
    // Asked for nobody as well, so that the time tells nothing.
    .where('id', '=', matched?.accountId ?? NOBODY)
    .forUpdate()
    .executeTakeFirst();
  if (matched === undefined || account?.password_hash !== matched.stored || account.suspended_at !== null)
    return undefined;
  const { accountId } = matched;
  if (account.totp_secret !== null && account.totp_confirmed_at !== null) {
    const secret = openIfOurs(context.sealerFor(SECOND_FACTORS), account.totp_secret);
    const factor = { secret, lastStep: Number(account.totp_last_step), recovery: account.recovery_codes };
    const taken = takeCode(factor, code ?? '', Date.now());
    if (taken === undefined) return undefined;
    await db.updateTable('accounts').set(columnsOf(taken)).where('id', '=', accountId).execute();
  }
  if (isOutdated(digestOf(matched.stored))) afterCommit(db, async () => renew(context, matched));
  return accountId;
}

const NOBODY = '00000000-0000-0000-0000-000000000000';

const columnsOf = (taken: Taken) =>
  taken.kind === 'totp' ? { totp_last_step: taken.step } : { recovery_codes: [...taken.left] };

/** Digests a password at today's costs, once its holder has been let in: before, it would show in the time that it was right. */
async function renew({ db, passwords, log }: Context, { accountId, stored, password }: Matched): Promise<void> {
  try {
    const renewed = await passwords.hash(password);
    await asActor(db, { kind: 'gate' }, async (gate) => {
      const query = gate.updateTable('accounts').set({ password_hash: renewed }).where('id', '=', accountId);
      await query.where('password_hash', '=', stored).execute();
    });
  } catch (error) {
    log.warn({ err: error }, 'a password could not be digested anew; it will be at the next sign-in');
  }
}

/** The purpose that secrets of authenticators are sealed for. */
export const SECOND_FACTORS = 'second factors';

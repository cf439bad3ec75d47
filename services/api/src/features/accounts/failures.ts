/** Failures to sign in: of an address of mail, whether or not it is anybody's, and of a network address. */
import { sql, type Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Context } from '../../context.ts';
import { afterFailure, type Failures } from '../../domain/lockout.ts';
import { sweep } from './sweep.ts';

/** @returns what failures of an address of mail are counted under. */
export const failureKey = ({ sealerFor }: Context, email: string): Buffer =>
  sealerFor('failures to sign in').digest(email);

/** As the gate. @returns how an address of mail stands. */
export async function failuresOf(db: Transaction<DB>, key: Buffer): Promise<Failures | undefined> {
  const row = await db
    .selectFrom('sign_in_failures')
    .select(['failures', 'failed_at', 'held_until'])
    .where('address_hash', '=', key)
    .executeTakeFirst();
  return row === undefined ? undefined : read(row);
}

/** As the gate. Lets nobody else judge an attempt for the address meanwhile. @returns how it stands. */
export async function lockFailures(db: Transaction<DB>, key: Buffer): Promise<Failures> {
  const never = sql<Date>`to_timestamp(0)`;
  const row = await db
    .insertInto('sign_in_failures')
    .values({ address_hash: key, failures: 0, failed_at: never, held_until: never })
    .onConflict((conflict) => conflict.column('address_hash').doUpdateSet({ failures: sql`sign_in_failures.failures` }))
    .returning(['failures', 'failed_at', 'held_until'])
    .executeTakeFirstOrThrow();
  return read(row);
}

/** As the gate. Counts a failure of an address of mail whose row is locked. */
export async function keepFailure(db: Transaction<DB>, key: Buffer, before: Failures): Promise<void> {
  const { failures, failedAtMs, heldUntilMs } = afterFailure(before, Date.now());
  await db
    .updateTable('sign_in_failures')
    .set({ failures, failed_at: new Date(failedAtMs), held_until: new Date(heldUntilMs) })
    .where('address_hash', '=', key)
    .execute();
  await sweep(db, 'sign_in_failures');
}

/** As the gate. */
export async function forgetFailures(db: Transaction<DB>, key: Buffer): Promise<void> {
  await db.deleteFrom('sign_in_failures').where('address_hash', '=', key).execute();
}

/** @throws Problem 429 for a network address from which too much has failed, before anything else is tried from it. */
export const refuseGuessing = async ({ rates }: Context, address: string): Promise<void> =>
  rates.check('failedSignIns', rates.caller(address));

/** Counts a failure of a network address. */
export async function countFailure({ rates }: Context, address: string): Promise<void> {
  // Used up it can be no more; whoever comes next is told.
  await rates.charge('failedSignIns', rates.caller(address)).catch(() => undefined);
}

interface Row {
  readonly failures: number;
  readonly failed_at: Date;
  readonly held_until: Date;
}

const read = ({ failures, failed_at: failedAt, held_until: heldUntil }: Row): Failures => ({
  failures,
  failedAtMs: failedAt.getTime(),
  heldUntilMs: heldUntil.getTime(),
});

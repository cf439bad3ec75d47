/** Transactions that row-level security knows the actor in. */
import { sql, type Kysely, type Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import { schoolsOf, rolesOf, type Actor } from '../access/roles.ts';

/**
 * Runs work as an actor. What it is is set for the transaction alone (PgBouncer hands the connection to another afterwards):
 * the policies of migrations/ read it, and without it they show nothing.
 */
export async function asActor<T>(
  db: Kysely<DB>,
  actor: Actor,
  work: (transaction: Transaction<DB>) => Promise<T>,
): Promise<T> {
  return db.transaction().execute(async (transaction) => {
    await setActor(transaction, actor);
    const lastWork: (() => Promise<void>)[] = [];
    lastWorkOf.set(transaction, lastWork);
    const result = await work(transaction);
    for (const each of lastWork) await each();
    return result;
  });
}

/** What an open transaction of `asActor` still has to do before it commits. */
const lastWorkOf = new WeakMap<Transaction<DB>, (() => Promise<void>)[]>();

/** Puts work off to the end of a transaction: for what holds a lock that others wait for. At once where `asActor` did not open it. */
export async function beforeCommit(transaction: Transaction<DB>, work: () => Promise<void>): Promise<void> {
  const lastWork = lastWorkOf.get(transaction);
  if (lastWork === undefined) await work();
  else lastWork.push(work);
}

/** Changes who acts in a transaction: a student that has just been let in, or a part that may see what its caller may not. */
export async function setActor(transaction: Transaction<DB>, actor: Actor): Promise<void> {
  const settings = Object.entries(settingsOf(actor)).map(
    ([name, value]) => sql`set_config(${`app.${name}`}, ${value}, true)`,
  );
  await sql`select ${sql.join(settings)}`.execute(transaction);
}

/** @returns the settings of the policies, by name without the prefix `app.`. */
export function settingsOf(actor: Actor): Readonly<Record<string, string>> {
  if (actor.kind === 'student') return { kind: 'student', enrolment: actor.enrolmentId, classroom: actor.classroomId };
  if (actor.kind !== 'account') return { kind: actor.kind };
  return {
    kind: 'account',
    account: actor.accountId,
    roles: rolesOf(actor).join(','),
    schools: schoolsOf(actor).join(','),
  };
}

/** Transactions that row-level security knows the actor in. */
import { CompiledQuery, type Kysely, type Transaction } from 'kysely';
import pg from 'pg';
import type { DB } from '@heroes/migrations/tables.ts';
import { administeredSchools, rolesOf, type Actor } from '../access/roles.ts';
import { openWith } from './opening.ts';

/**
 * Runs work as an actor. What it is is set for the transaction alone (PgBouncer hands the connection to another afterwards):
 * the policies of migrations/ read it, and without it they show nothing.
 */
export async function asActor<T>(
  db: Kysely<DB>,
  actor: Actor,
  work: (transaction: Transaction<DB>) => Promise<T>,
): Promise<T> {
  const onceCommitted: (() => Promise<void>)[] = [];
  const result = await openedAs(db, actor, async (transaction) => {
    const lastWork: (() => Promise<void>)[] = [];
    lastWorkOf.set(transaction, lastWork);
    afterwardsOf.set(transaction, onceCommitted);
    const given = await work(transaction);
    for (const each of lastWork) await each();
    return given;
  });
  for (const each of onceCommitted) await each();
  return result;
}

/** A transaction that begins by saying who acts, in one message with `begin`. */
const openedAs = async <T>(
  db: Kysely<DB>,
  actor: Actor,
  work: (transaction: Transaction<DB>) => Promise<T>,
): Promise<T> =>
  db.connection().execute(async (bound) => {
    const connection = await bound.getExecutor().provideConnection(async (each) => Promise.resolve(each));
    const statement = statementOf(actor);
    const isOpening = openWith(connection, statement);
    return bound.transaction().execute(async (transaction) => {
      if (!isOpening) await transaction.executeQuery(CompiledQuery.raw(statement));
      return work(transaction);
    });
  });

/** What an open transaction of `asActor` still has to do before it commits, and after. */
const lastWorkOf = new WeakMap<Transaction<DB>, (() => Promise<void>)[]>();
const afterwardsOf = new WeakMap<Transaction<DB>, (() => Promise<void>)[]>();

/** Puts work off to the end of a transaction: for what holds a lock that others wait for. At once where `asActor` did not open it. */
export async function beforeCommit(transaction: Transaction<DB>, work: () => Promise<void>): Promise<void> {
  const lastWork = lastWorkOf.get(transaction);
  if (lastWork === undefined) await work();
  else lastWork.push(work);
}

/**
 * Puts work off until a transaction of `asActor` has been committed, and drops it when it is not: for what makes others read anew
 * what the transaction wrote, as forgetting it in the cache or telling listeners. The work must not throw: what it follows is done.
 */
export function afterCommit(transaction: Transaction<DB>, work: () => Promise<void>): void {
  const afterwards = afterwardsOf.get(transaction);
  if (afterwards === undefined) throw new Error('afterCommit is for transactions that asActor opened');
  afterwards.push(work);
}

/** Changes who acts in a transaction: a student that has just been let in, or a part that may see what its caller may not. */
export async function setActor(transaction: Transaction<DB>, actor: Actor): Promise<void> {
  await transaction.executeQuery(CompiledQuery.raw(statementOf(actor)));
}

/** @returns SQL that says who acts, for the transaction alone. */
function statementOf(actor: Actor): string {
  const settings = Object.entries(settingsOf(actor)).map(
    ([name, value]) => `set_config('app.${name}', ${pg.escapeLiteral(value)}, true)`,
  );
  return `select ${settings.join(', ')}`;
}

const NOBODY = { kind: '', account: '', roles: '', schools: '', enrolment: '', classroom: '' } as const;

/** @returns all settings of the policies, so that none stays of who acted before, by name without the prefix `app.`. */
export function settingsOf(actor: Actor): Readonly<Record<keyof typeof NOBODY, string>> {
  const { kind } = actor;
  if (kind === 'student') return { ...NOBODY, kind, enrolment: actor.enrolmentId, classroom: actor.classroomId };
  if (kind !== 'account') return { ...NOBODY, kind };
  return {
    ...NOBODY,
    kind,
    account: actor.accountId,
    roles: rolesOf(actor).join(','),
    schools: administeredSchools(actor).join(','),
  };
}

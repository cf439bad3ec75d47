/**
 * Epochs end tokens before their time. A student's token is good while its class and its enrolment are at the epoch that it
 * was given at; an account's while the account and its sign-in are. Kept for a few seconds, and asked for by the class, so that
 * this costs a query a class and not one a request.
 */
import { sql, type Kysely } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { DB } from '@heroes/migrations/tables.ts';
import { anyOf } from '../data/any-of.ts';
import { Group } from '../data/group.ts';
import { asActor } from '../data/transaction.ts';
import type { Account, Student } from './roles.ts';

/** How long an ended token may still be taken, on a pod that has just seen it. */
const KEPT_MS = 5_000;
/** Classes and accounts that are remembered. */
const MOST = 5_000;
/** What is not there, or has ended, is at no epoch. */
const ENDED = -1;

export interface Epochs {
  /** @returns whether a token of that epoch is still good. */
  readonly isCurrent: (actor: Student | Account, epoch: number) => Promise<boolean>;
}

/** @returns the epochs as the database has them. */
export function createEpochs(db: Kysely<DB>): Epochs {
  const groups = new LRUCache<string, Group<Student | Account>>({ max: MOST });
  const load = async (actors: readonly (Student | Account)[]): Promise<ReadonlyMap<string, number>> =>
    asActor(db, { kind: 'gate' }, async (gate) => epochsOf(gate, actors));
  const groupOf = (actor: Student | Account): Group<Student | Account> => {
    const key = actor.kind === 'student' ? actor.classroomId : actor.accountId;
    const group = groups.get(key) ?? new Group({ load, keyOf, keptMs: KEPT_MS });
    groups.set(key, group);
    return group;
  };
  return {
    isCurrent: async (actor, epoch) => {
      const group = groupOf(actor);
      const seen = (await group.kept(actor)) ?? ENDED;
      if (seen === ENDED || seen >= epoch) return seen === epoch;
      // It was given since we looked: whoever has just got a role, or a class a new epoch, need not wait to use it.
      return (await group.fresh(actor)) === epoch;
    },
  };
}

/** A token that something long is open by. */
export interface Held {
  readonly actor: Student | Account;
  readonly epoch: number;
}

/** @returns whether tokens are still good, in their order: a query for all students, and one for all accounts. */
export async function areCurrent(db: Kysely<DB>, held: readonly Held[]): Promise<readonly boolean[]> {
  const actors = held.map(({ actor }) => actor);
  const epochs = await asActor(db, { kind: 'gate' }, async (gate) => epochsOf(gate, actors));
  return held.map(({ actor, epoch }) => epochs.get(keyOf(actor)) === epoch);
}

/** Both ids, so that a token that mixes them is at no epoch. */
const keyOf = (actor: Student | Account): string =>
  actor.kind === 'student' ? `s:${actor.classroomId}:${actor.enrolmentId}` : `a:${actor.accountId}:${actor.signInId}`;

/** By {@link keyOf}; those that are at no epoch are not in it. */
async function epochsOf(
  gate: Kysely<DB>,
  actors: readonly (Student | Account)[],
): Promise<ReadonlyMap<string, number>> {
  const students = actors.filter((actor) => actor.kind === 'student');
  const accounts = actors.filter((actor) => actor.kind === 'account');
  return new Map([
    ...(students.length === 0 ? [] : await epochsOfStudents(gate, students)),
    ...(accounts.length === 0 ? [] : await epochsOfAccounts(gate, accounts)),
  ]);
}

async function epochsOfStudents(gate: Kysely<DB>, students: readonly Student[]): Promise<[string, number][]> {
  const rows = await gate
    .selectFrom('student_sessions')
    .innerJoin('classrooms', 'classrooms.id', 'student_sessions.classroom_id')
    .select(['student_sessions.id', 'classroom_id'])
    .select(({ eb }) => eb('classrooms.epoch', '+', eb.ref('student_sessions.epoch')).as('epoch'))
    .where('student_sessions.id', '=', anyOf(students.map(({ enrolmentId }) => enrolmentId)))
    .where('student_sessions.removed_at', 'is', null)
    .where('classrooms.archived_at', 'is', null)
    .execute();
  return rows.map(({ id, classroom_id: classroomId, epoch }) => [`s:${classroomId}:${id}`, epoch]);
}

async function epochsOfAccounts(gate: Kysely<DB>, accounts: readonly Account[]): Promise<[string, number][]> {
  const rows = await gate
    .selectFrom('sign_ins')
    .innerJoin('accounts', 'accounts.id', 'sign_ins.account_id')
    .select(['sign_ins.id', 'account_id', 'accounts.epoch'])
    .where('sign_ins.id', '=', anyOf(accounts.map(({ signInId }) => signInId)))
    .where('sign_ins.ended_at', 'is', null)
    .where('sign_ins.expires_at', '>', sql<Date>`now()`)
    .where('accounts.suspended_at', 'is', null)
    .execute();
  return rows.map(({ id, account_id: accountId, epoch }) => [`a:${accountId}:${id}`, epoch]);
}

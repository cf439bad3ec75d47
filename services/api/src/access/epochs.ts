/**
 * Epochs end tokens before their time. A student's token is good while its class and its enrolment are at the epoch that it
 * was given at; an account's while the account and its sign-in are. Kept for a few seconds, so that this costs no query a request.
 */
import { sql, type Kysely } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { DB } from '@heroes/migrations/tables.ts';
import { asActor } from '../data/transaction.ts';
import type { Account, Student } from './roles.ts';

/** How long an ended token may still be taken, on a pod that has just seen it. */
const KEPT_MS = 5_000;
const MOST = 20_000;
/** What is not there, or has ended, is at no epoch. */
const ENDED = -1;

export interface Epochs {
  /** @returns whether a token of that epoch is still good. */
  readonly isCurrent: (actor: Student | Account, epoch: number) => Promise<boolean>;
}

/** @returns the epochs as the database has them. */
export function createEpochs(db: Kysely<DB>): Epochs {
  const load = async (actor: Student | Account): Promise<number> =>
    asActor(db, { kind: 'gate' }, async (gate) =>
      actor.kind === 'student' ? epochOfStudent(gate, actor) : epochOfAccount(gate, actor),
    );
  const kept = new LRUCache<string, number, { readonly actor: Student | Account }>({
    max: MOST,
    ttl: KEPT_MS,
    // One query for all who ask at once; and with the database away, what was known a moment ago.
    fetchMethod: async (_key, _stale, { context: { actor } }) => load(actor),
    allowStaleOnFetchRejection: true,
  });
  return {
    isCurrent: async (actor, epoch) => {
      const key = actor.kind === 'student' ? `s:${actor.enrolmentId}` : `a:${actor.signInId}`;
      return (await kept.fetch(key, { context: { actor } })) === epoch;
    },
  };
}

async function epochOfStudent(db: Kysely<DB>, { enrolmentId, classroomId }: Student): Promise<number> {
  const row = await db
    .selectFrom('student_sessions')
    .innerJoin('classrooms', 'classrooms.id', 'student_sessions.classroom_id')
    .select(({ eb }) => eb('classrooms.epoch', '+', eb.ref('student_sessions.epoch')).as('epoch'))
    .where('student_sessions.id', '=', enrolmentId)
    .where('classrooms.id', '=', classroomId)
    .where('student_sessions.removed_at', 'is', null)
    .where('classrooms.archived_at', 'is', null)
    .executeTakeFirst();
  return row?.epoch ?? ENDED;
}

async function epochOfAccount(db: Kysely<DB>, { accountId, signInId }: Account): Promise<number> {
  const row = await db
    .selectFrom('sign_ins')
    .innerJoin('accounts', 'accounts.id', 'sign_ins.account_id')
    .select('accounts.epoch')
    .where('sign_ins.id', '=', signInId)
    .where('accounts.id', '=', accountId)
    .where('sign_ins.ended_at', 'is', null)
    .where('sign_ins.expires_at', '>', sql<Date>`now()`)
    .where('accounts.suspended_at', 'is', null)
    .executeTakeFirst();
  return row?.epoch ?? ENDED;
}

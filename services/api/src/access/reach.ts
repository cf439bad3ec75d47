/** The first wall: whether what a path names is within the actor's reach. The second is row-level security. */
import type { Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Access, Reach, Subject } from '../http/route.ts';
import { rolesOf, type Account, type Actor, type Grant } from './roles.ts';

type Roles = Exclude<Access, 'public'>;

/**
 * Pure. @returns the actor with no more than the roles that a route names. Who teaches at one school and administers another
 * must not administer the first by having both roles, so the others are left behind before anything is asked.
 */
export function within(access: Roles, actor: Actor): Actor {
  if (actor.kind !== 'account') return actor;
  return { ...actor, grants: actor.grants.filter(({ role }) => access[role] !== undefined) };
}

/** Pure. @returns how far the actor reaches on a route, or undefined when none of its roles may call it. */
export function reachOf(access: Roles, actor: Actor): Reach | undefined {
  const reaches = rolesOf(actor).map((role) => access[role]);
  return reaches.includes('any') ? 'any' : reaches.find((reach) => reach !== undefined);
}

/** Opens a transaction for the question, if one is needed to answer it. */
type Ask = <T>(work: (db: Transaction<DB>) => Promise<T>) => Promise<T>;
type Wall = (ask: Ask, actor: Actor, id: string) => Promise<boolean>;

/** By how far an actor reaches and what the path names: whether that is its own, or whether it is there at all. */
export type Walls = Readonly<Record<Reach, Readonly<Record<Subject, Wall>>>>;

export const WALLS: Walls = {
  own: {
    classroom: async (ask, actor, id) => {
      if (actor.kind === 'student') return actor.classroomId === id;
      return actor.kind === 'account' && ask(async (db) => isOwnClassroom(db, actor, id));
    },
    school: async (_ask, actor, id) =>
      Promise.resolve(actor.kind === 'account' && actor.grants.some(({ schoolId }) => schoolId === id)),
  },
  any: {
    classroom: async (ask, _actor, id) => ask(async (db) => isThere(db, 'classrooms', id)),
    school: async (ask, _actor, id) => ask(async (db) => isThere(db, 'schools', id)),
  },
};

async function isOwnClassroom(db: Transaction<DB>, { accountId, grants }: Account, id: string): Promise<boolean> {
  const classroom = await db
    .selectFrom('classrooms')
    .select(['owner_id', 'school_id'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (classroom === undefined) return false;
  const { owner_id: ownerId, school_id: schoolId } = classroom;
  const at = (grant: Grant): boolean => grant.schoolId === schoolId;
  // Whoever has left the school has left its classes, even before they are handed over.
  const teaches = ownerId === accountId && grants.some((each) => each.role === 'facilitator' && at(each));
  return teaches || grants.some((each) => each.role === 'school_admin' && at(each));
}

const isThere = async (db: Transaction<DB>, table: 'classrooms' | 'schools', id: string): Promise<boolean> =>
  (await db.selectFrom(table).select('id').where('id', '=', id).executeTakeFirst()) !== undefined;

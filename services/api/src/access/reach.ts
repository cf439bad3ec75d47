/** The first wall: whether what a path names is within the actor's reach. The second is row-level security. */
import type { Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Access, Reach, Subject } from '../http/route.ts';
import { rolesOf, schoolsOf, type Account, type Actor } from './roles.ts';

/** Pure. @returns how far the actor reaches on a route, or undefined when none of its roles may call it. */
export function reachOf(access: Exclude<Access, 'public'>, actor: Actor): Reach | undefined {
  const reaches = rolesOf(actor).map((role) => access[role]);
  return reaches.includes('any') ? 'any' : reaches.find((reach) => reach !== undefined);
}

type Wall = (db: Transaction<DB>, actor: Actor, id: string) => Promise<boolean>;

/** By what a path may name: whether it is the actor's own. */
export const OWN: Readonly<Record<Subject, Wall>> = {
  classroom: async (db, actor, id) => {
    if (actor.kind === 'student') return actor.classroomId === id;
    if (actor.kind !== 'account') return false;
    const classroom = await db
      .selectFrom('classrooms')
      .select(['owner_id', 'school_id'])
      .where('id', '=', id)
      .executeTakeFirst();
    return (
      classroom !== undefined && (classroom.owner_id === actor.accountId || administers(actor, classroom.school_id))
    );
  },
  school: async (_db, actor, id) => Promise.resolve(actor.kind === 'account' && schoolsOf(actor).includes(id)),
};

/** For those who reach everything: whether it is there at all. */
export const ANY: Readonly<Record<Subject, Wall>> = {
  classroom: async (db, _actor, id) =>
    (await db.selectFrom('classrooms').select('id').where('id', '=', id).executeTakeFirst()) !== undefined,
  school: async (db, _actor, id) =>
    (await db.selectFrom('schools').select('id').where('id', '=', id).executeTakeFirst()) !== undefined,
};

const administers = ({ grants }: Account, schoolId: string | null): boolean =>
  grants.some((grant) => grant.role === 'school_admin' && grant.schoolId === schoolId);

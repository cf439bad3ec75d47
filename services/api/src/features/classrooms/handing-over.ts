/** Giving a class to another teacher, and taking one out of the archive. */
import { sql, type Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import { Problem } from '../../http/problems.ts';
import { route } from '../../http/route.ts';
import { closed, Uuid } from '../../http/schemas.ts';
import { asGate } from '../accounts/gate.ts';
import { requireSchool } from '../accounts/school-rows.ts';
import { raiseEpoch } from '../accounts/sessions.ts';
import { record } from '../audit/record.ts';
import { updateActive } from './changing.ts';
import { answerOf, ARCHIVED, CLASSROOM, CLASSROOM_COLUMNS, MANAGED_BY, OF_A_CLASSROOM, params } from './shapes.ts';

/** The same for whoever does not teach there and for whoever is not there at all: ids cannot be tried out. */
const NO_TEACHER =
  'The school of the class has no facilitator of this account. Give the account that role there first, then hand over.';

export const handOver = route(
  {
    ...OF_A_CLASSROOM,
    method: 'POST',
    path: '/v1/classrooms/:classroomId/hand-over',
    summary:
      'Give a class to another facilitator of its school, as when its teacher leaves; who taught it does no more',
    access: { school_admin: 'own', district_admin: 'any' },
    schemas: { params, body: closed({ ownerId: { ...Uuid, description: 'The account of its next teacher.' } }) },
    answers: { 200: CLASSROOM, 409: ARCHIVED, 422: { description: NO_TEACHER } },
  },
  async (call) => {
    const {
      params: { classroomId },
      body: { ownerId },
      actor,
      tx,
    } = call;
    return tx(async (db) => {
      const before = await lockClass(db, classroomId);
      const { schoolId } = before;
      if (schoolId === null || !(await asGate(call, async (gate) => teachesAt(gate, ownerId, schoolId))))
        throw new Problem({ status: 422, detail: NO_TEACHER });
      const row = await updateActive(db, classroomId, { owner_id: ownerId });
      const { ownerId: formerId } = before;
      if (formerId === ownerId) return answerOf(row);
      // A stream of the class that the former teacher follows is good for as long as the token that opened it.
      if (formerId !== null) await asGate(call, async (gate) => raiseEpoch(gate, formerId));
      const detail = { from: formerId, to: ownerId };
      await record(db, { actor, action: 'classroom.handed-over', object: `classroom:${classroomId}`, detail });
      return answerOf(row);
    });
  },
);

export const restoreClassroom = route(
  {
    ...OF_A_CLASSROOM,
    method: 'POST',
    path: '/v1/classrooms/:classroomId/restore',
    summary:
      'Take a class out of the archive; those who were in it come back with their return codes. Done twice, it is the same',
    access: MANAGED_BY,
    schemas: { params },
    answers: { 200: CLASSROOM, 409: { description: 'Its school is archived.' } },
  },
  async ({ params: { classroomId }, actor, tx }) =>
    tx(async (db) => {
      const { schoolId, isArchived } = await lockClass(db, classroomId);
      if (schoolId !== null) await requireSchool(db, schoolId);
      if (isArchived) {
        await db
          .updateTable('classrooms')
          // Tokens that ended with the class stay ended.
          .set({ archived_at: null, epoch: sql`epoch + 1`, updated_at: sql`now()` })
          .where('id', '=', classroomId)
          .execute();
        await record(db, { actor, action: 'classroom.restored', object: `classroom:${classroomId}` });
      }
      const restored = db.selectFrom('classrooms').select(CLASSROOM_COLUMNS).where('id', '=', classroomId);
      return answerOf(await restored.executeTakeFirstOrThrow());
    }),
);

interface LockedClass {
  readonly ownerId: string | null;
  readonly schoolId: string | null;
  readonly isArchived: boolean;
}

/** Holds a class, which the actor reaches, until the transaction ends. */
async function lockClass(db: Transaction<DB>, classroomId: string): Promise<LockedClass> {
  const row = await db
    .selectFrom('classrooms')
    .select(['owner_id', 'school_id', 'archived_at'])
    .where('id', '=', classroomId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return { ownerId: row.owner_id, schoolId: row.school_id, isArchived: row.archived_at !== null };
}

/** Holds the account as well: whose role is taken, or who is suspended, at the same moment gets no class. */
async function teachesAt(gate: Transaction<DB>, accountId: string, schoolId: string): Promise<boolean> {
  const account = await gate
    .selectFrom('accounts')
    .innerJoin('account_roles', 'account_roles.account_id', 'accounts.id')
    .select('accounts.id')
    .where('accounts.id', '=', accountId)
    .where('accounts.suspended_at', 'is', null)
    .where('account_roles.role', '=', 'facilitator')
    .where('account_roles.school_id', '=', schoolId)
    .forUpdate()
    .executeTakeFirst();
  return account !== undefined;
}

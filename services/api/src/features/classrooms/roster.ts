/** Who is in a class, by alias: for its teacher alone. */
import { sql } from 'kysely';
import { Type } from 'typebox';
import { pageFrom, pageRequest, UUID_PART } from '../../http/paging.ts';
import { Problem } from '../../http/problems.ts';
import { route, type Declaration } from '../../http/route.ts';
import { closed, pageOf, PAGING, Time, Uuid } from '../../http/schemas.ts';
import { record } from '../audit/record.ts';
import { fitSeats } from './seats.ts';
import { OF_A_CLASSROOM, params } from './shapes.ts';

const LIST = 'students';

/** Administrators see counts. */
export const SEEN_BY_TEACHER = { facilitator: 'own' } as const satisfies Declaration['access'];
export const OF_STUDENTS = { ...OF_A_CLASSROOM, data: 'StudentSession', retention: 'StudentSession' } as const;

const Student = closed({
  id: { ...Uuid, description: 'The enrolment.' },
  alias: Type.String({ description: 'What the student is called here; nobody gave it a name.' }),
  lastSeenAt: Time,
});

export const listStudents = route(
  {
    ...OF_STUDENTS,
    method: 'GET',
    path: '/v1/classrooms/:classroomId/students',
    summary: 'List who is in a class',
    access: SEEN_BY_TEACHER,
    schemas: { params, query: closed({ ...PAGING }) },
    answers: { 200: { description: 'A page of students, in no order that says anything.', schema: pageOf(Student) } },
  },
  async ({ params: { classroomId }, query, tx }) => {
    const { limit, after } = pageRequest(LIST, [UUID_PART], query);
    const found = await tx(async (db) => {
      let rows = db
        .selectFrom('student_sessions')
        .select(['id', 'alias', 'last_seen_at'])
        .where('classroom_id', '=', classroomId)
        .where('removed_at', 'is', null)
        .orderBy('id')
        .limit(limit + 1);
      if (after !== undefined) rows = rows.where('id', '>', String(after[0]));
      return rows.execute();
    });
    const { rows, nextCursor } = pageFrom(LIST, found, { limit, position: ({ id }) => [id] });
    const items = rows.map(({ id, alias, last_seen_at: lastSeenAt }) => ({
      id,
      alias,
      lastSeenAt: lastSeenAt.toISOString(),
    }));
    return { status: 200, body: { items, nextCursor } };
  },
);

export const removeStudent = route(
  {
    ...OF_STUDENTS,
    method: 'DELETE',
    path: '/v1/classrooms/:classroomId/students/:enrolmentId',
    summary:
      'Remove a student from a class: the seat is free, and the token and the return code let nobody in any more',
    access: SEEN_BY_TEACHER,
    schemas: { params: closed({ classroomId: Uuid, enrolmentId: Uuid }) },
    answers: { 204: { description: 'Removed.' }, 404: { description: 'No such class, or no such student in it.' } },
  },
  async ({ params: { classroomId, enrolmentId }, actor, tx }) =>
    tx(async (db) => {
      const removed = await db
        .updateTable('student_sessions')
        .set({ removed_at: sql<Date>`now()`, seat: null, return_code_hash: null, epoch: sql<number>`epoch + 1` })
        .where('id', '=', enrolmentId)
        .where('classroom_id', '=', classroomId)
        .where('removed_at', 'is', null)
        .executeTakeFirst();
      if (removed.numUpdatedRows === 0n)
        throw new Problem({ status: 404, detail: 'There is no such student in this class.' });
      await fitSeats(db, classroomId);
      const detail = { enrolment: enrolmentId };
      await record(db, { actor, action: 'classroom.student-removed', object: `classroom:${classroomId}`, detail });
      return { status: 204 };
    }),
);

/**
 * How far a class is, for its teacher alone: who sees each student under its alias has nothing withheld of a count. All others
 * have analytics, where groups under five are.
 */
import { sql } from 'kysely';
import { Type } from 'typebox';
import { LESSON_PART, pageFrom, pageRequest, UUID_PART } from '../../http/paging.ts';
import { route } from '../../http/route.ts';
import { closed, LessonId, pageOf, PAGING, Time, Uuid } from '../../http/schemas.ts';
import { OF_STUDENTS, SEEN_BY_TEACHER } from './roster.ts';
import { params } from './shapes.ts';

const LESSONS = 'class-progress';
const STUDENTS = 'lesson-progress';

const LessonCounts = closed({
  lessonId: LessonId,
  started: Type.Integer({ description: 'Students who have begun the lesson.' }),
  completed: Type.Integer({ description: 'Students who have done it.' }),
});

export const classProgress = route(
  {
    ...OF_STUDENTS,
    method: 'GET',
    path: '/v1/classrooms/:classroomId/progress',
    summary: 'See how many students of a class have begun and done each lesson',
    access: SEEN_BY_TEACHER,
    schemas: { params, query: closed({ ...PAGING }) },
    answers: { 200: { description: 'A page of the lessons that somebody has begun.', schema: pageOf(LessonCounts) } },
  },
  async ({ params: { classroomId }, query, tx }) => {
    const { limit, after } = pageRequest(LESSONS, [LESSON_PART], query);
    const found = await tx(async (db) =>
      db
        .selectFrom('lesson_progress')
        .innerJoin('student_sessions', 'student_sessions.id', 'lesson_progress.session_id')
        .select([
          'lesson_id',
          sql<number>`count(*)::int`.as('started'),
          sql<number>`count(completed_at)::int`.as('completed'),
        ])
        .where('classroom_id', '=', classroomId)
        .where('removed_at', 'is', null)
        .where('lesson_id', '>', String(after?.[0] ?? ''))
        .groupBy('lesson_id')
        .orderBy('lesson_id')
        .limit(limit + 1)
        .execute(),
    );
    const { rows, nextCursor } = pageFrom(LESSONS, found, { limit, position: (row) => [row.lesson_id] });
    const items = rows.map(({ lesson_id: lessonId, started, completed }) => ({ lessonId, started, completed }));
    return { status: 200, body: { items, nextCursor } };
  },
);

const StudentProgress = closed({
  studentId: { ...Uuid, description: 'The enrolment.' },
  alias: Type.String(),
  version: Type.Union([Type.Integer(), Type.Null()], {
    description: 'Newest version that the student has worked with.',
  }),
  step: Type.Integer({ description: 'Steps done.' }),
  startedAt: Time,
  completedAt: Type.Union([Time, Type.Null()]),
});

export const lessonProgress = route(
  {
    ...OF_STUDENTS,
    method: 'GET',
    path: '/v1/classrooms/:classroomId/progress/:lessonId',
    summary: 'See how far each student of a class is in a lesson',
    access: SEEN_BY_TEACHER,
    schemas: { params: closed({ classroomId: Uuid, lessonId: LessonId }), query: closed({ ...PAGING }) },
    answers: { 200: { description: 'A page of those who have begun it.', schema: pageOf(StudentProgress) } },
  },
  async ({ params: { classroomId, lessonId }, query, tx }) => {
    const { limit, after } = pageRequest(STUDENTS, [UUID_PART], query);
    const found = await tx(async (db) => {
      let rows = db
        .selectFrom('lesson_progress')
        .innerJoin('student_sessions', 'student_sessions.id', 'lesson_progress.session_id')
        .select(['id', 'alias', 'version', 'step', 'started_at', 'completed_at'])
        .where('classroom_id', '=', classroomId)
        .where('removed_at', 'is', null)
        .where('lesson_id', '=', lessonId)
        .orderBy('id')
        .limit(limit + 1);
      if (after !== undefined) rows = rows.where('id', '>', String(after[0]));
      return rows.execute();
    });
    const { rows, nextCursor } = pageFrom(STUDENTS, found, { limit, position: ({ id }) => [id] });
    const items = rows.map((row) => ({
      studentId: row.id,
      alias: row.alias,
      version: row.version,
      step: row.step,
      startedAt: row.started_at.toISOString(),
      completedAt: row.completed_at?.toISOString() ?? null,
    }));
    return { status: 200, body: { items, nextCursor } };
  },
);

/** How far one is oneself. */
import { Type } from 'typebox';
import { LESSON_PART, pageFrom, pageRequest } from '../../http/paging.ts';
import { Problem } from '../../http/problems.ts';
import { route } from '../../http/route.ts';
import { closed, LessonId, pageOf, PAGING, Time } from '../../http/schemas.ts';
import { OF_ME, studentOf } from './declared.ts';
import { countLessons, oneLesson, writeProgress } from './progress-writes.ts';
import { Step, Version } from './shapes.ts';

const LIST = 'my-progress';

const Progress = closed({
  lessonId: LessonId,
  version: Type.Union([Type.Integer(), Type.Null()], { description: 'Newest version that one has worked with.' }),
  step: Type.Integer({ description: 'Steps done.' }),
  startedAt: Time,
  completedAt: Type.Union([Time, Type.Null()], { description: 'When the lesson was first done; null until it is.' }),
});

export const listProgress = route(
  {
    ...OF_ME,
    method: 'GET',
    path: '/v1/me/progress',
    summary: 'See how far one is in each lesson',
    schemas: { query: closed({ ...PAGING }) },
    answers: { 200: { description: 'A page of the lessons that one has begun.', schema: pageOf(Progress) } },
  },
  async ({ query, actor, tx }) => {
    const { limit, after } = pageRequest(LIST, [LESSON_PART], query);
    const found = await tx(async (db) =>
      db
        .selectFrom('lesson_progress')
        .select(['lesson_id', 'version', 'step', 'started_at', 'completed_at'])
        .where('session_id', '=', studentOf(actor).enrolmentId)
        .where('lesson_id', '>', String(after?.[0] ?? ''))
        .orderBy('lesson_id')
        .limit(limit + 1)
        .execute(),
    );
    const { rows, nextCursor } = pageFrom(LIST, found, { limit, position: (row) => [row.lesson_id] });
    return { status: 200, body: { items: rows.map(progressOf), nextCursor } };
  },
);

export const putProgress = route(
  {
    ...OF_ME,
    method: 'PUT',
    path: '/v1/me/progress/:lessonId',
    summary: 'Say how far one is in a lesson; what was said before is never taken back',
    schemas: {
      params: closed({ lessonId: LessonId }),
      body: closed({
        step: Step,
        completed: Type.Optional(Type.Boolean({ description: 'Whether the lesson is done; not unless given.' })),
        version: Type.Optional(Version),
      }),
    },
    answers: {
      200: { description: 'How far one is.', schema: Progress },
      404: { description: 'No such lesson, or no such version of it, that students work with.' },
    },
  },
  async ({ params: { lessonId }, body: { step, completed = false, version }, actor, tx }, { metrics }) =>
    tx(async (db) => {
      const student = studentOf(actor);
      const source = oneLesson(student, { lessonId, version, step, completed, at: new Date() });
      const written = await writeProgress(db, student, source);
      const [row] = written;
      if (row === undefined)
        throw new Problem({ status: 404, detail: `There is no lesson ${lessonId}. GET /v1/lessons lists them.` });
      countLessons(db, metrics, written);
      return { status: 200, body: progressOf(row) };
    }),
);

interface Row {
  readonly lesson_id: string;
  readonly version: number | null;
  readonly step: number;
  readonly started_at: Date;
  readonly completed_at: Date | null;
}

const progressOf = (row: Row) => ({
  lessonId: row.lesson_id,
  version: row.version,
  step: row.step,
  startedAt: row.started_at.toISOString(),
  completedAt: row.completed_at?.toISOString() ?? null,
});

/** Lessons as a class has them: in the version that it has pinned, so that a publication changes nothing in it unasked. */
import { Type } from 'typebox';
import { sql, type Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import { lessonInClass, type LessonInClass } from '../../data/class-lesson.ts';
import { conditional } from '../../http/conditional.ts';
import { LESSON_PART, pageFrom, pageRequest } from '../../http/paging.ts';
import { Problem } from '../../http/problems.ts';
import { route, type Declaration, type Route } from '../../http/route.ts';
import { closed, LessonId, pageOf, PAGING, Uuid } from '../../http/schemas.ts';
import { Lesson, Pin, Version } from './shapes.ts';

const PINS = 'pins';

const OF_A_CLASS = {
  tag: 'Curriculum',
  subject: 'classroom',
  data: 'Classroom',
  retention: 'Classroom',
  rate: 'subject',
} as const satisfies Partial<Declaration>;

const TAUGHT_BY = { facilitator: 'own', school_admin: 'own', district_admin: 'any' } as const;

const InClass = closed({ classroomId: Uuid, lessonId: LessonId });

const NONE = { description: 'There is no such classroom, or no such lesson in it.' };

const getLesson = route(
  {
    ...OF_A_CLASS,
    method: 'GET',
    path: '/v1/classrooms/:classroomId/lessons/:lessonId',
    summary: 'Read a lesson in the version of the class: the pinned one, else the published one',
    access: { student: 'own', ...TAUGHT_BY },
    schemas: { params: InClass },
    answers: {
      200: { description: 'The lesson.', schema: Lesson },
      304: { description: 'The client has it.' },
      404: NONE,
    },
  },
  async (call, { library }) => {
    const { version } = await call.tx(async (db) => existing(db, call.params));
    const lesson = await library.version(call.params.lessonId, version);
    if (lesson === undefined) throw noLesson(call.params.lessonId);
    return conditional(call, lesson, 'private, no-cache');
  },
);

const pinLesson = route(
  {
    ...OF_A_CLASS,
    method: 'PUT',
    path: '/v1/classrooms/:classroomId/lessons/:lessonId/pin',
    summary: 'Pin a lesson for a class in a version, the published one unless another is named',
    access: TAUGHT_BY,
    schemas: { params: InClass, body: closed({ version: Type.Optional(Version) }) },
    answers: { 200: { description: 'What is pinned.', schema: Pin }, 404: NONE },
  },
  async ({ params, body, tx }) =>
    tx(async (db) => {
      const { classroomId, lessonId } = params;
      const current = body.version ?? (await publishedVersion(db, lessonId));
      const { version } = await existing(db, { ...params, version: current });
      const { pinned_at: pinnedAt } = await db
        .insertInto('lesson_pins')
        .values({ classroom_id: classroomId, lesson_id: lessonId, version })
        .onConflict((conflict) =>
          conflict
            .columns(['classroom_id', 'lesson_id'])
            .doUpdateSet((row) => ({ version: row.ref('excluded.version'), pinned_at: sql`now()` })),
        )
        .returning('pinned_at')
        .executeTakeFirstOrThrow();
      return { status: 200, body: { lessonId, version, pinnedAt: pinnedAt.toISOString() } };
    }),
);

const unpinLesson = route(
  {
    ...OF_A_CLASS,
    method: 'DELETE',
    path: '/v1/classrooms/:classroomId/lessons/:lessonId/pin',
    summary: 'Let a class have a lesson in its published version again',
    access: TAUGHT_BY,
    schemas: { params: InClass },
    answers: { 204: { description: 'It is not pinned.' }, 404: { description: 'There is no such classroom.' } },
  },
  async ({ params, tx }) =>
    tx(async (db) => {
      await db
        .deleteFrom('lesson_pins')
        .where('classroom_id', '=', params.classroomId)
        .where('lesson_id', '=', params.lessonId)
        .execute();
      return { status: 204 };
    }),
);

const listPins = route(
  {
    ...OF_A_CLASS,
    method: 'GET',
    path: '/v1/classrooms/:classroomId/pins',
    summary: 'List what a class has pinned',
    access: TAUGHT_BY,
    schemas: { params: closed({ classroomId: Uuid }), query: closed({ ...PAGING }) },
    answers: { 200: { description: 'A page of pins.', schema: pageOf(Pin) }, 404: NONE },
  },
  async ({ params, query, tx }) => {
    const { limit, after } = pageRequest(PINS, [LESSON_PART], query);
    const found = await tx(async (db) =>
      db
        .selectFrom('lesson_pins')
        .select(['lesson_id', 'version', 'pinned_at'])
        .where('classroom_id', '=', params.classroomId)
        .where('lesson_id', '>', String(after?.[0] ?? ''))
        .orderBy('lesson_id')
        .limit(limit + 1)
        .execute(),
    );
    const { rows, nextCursor } = pageFrom(PINS, found, { limit, position: ({ lesson_id: id }) => [id] });
    const items = rows.map((row) => ({
      lessonId: row.lesson_id,
      version: row.version,
      pinnedAt: row.pinned_at.toISOString(),
    }));
    return { status: 200, body: { items, nextCursor } };
  },
);

export const CLASS_ROUTES: readonly Route[] = [getLesson, pinLesson, unpinLesson, listPins];

/** @throws Problem 404 when there is nothing to work with under that id and version. */
async function existing(
  db: Transaction<DB>,
  asked: { readonly classroomId: string; readonly lessonId: string; readonly version?: number | undefined },
): Promise<LessonInClass> {
  const lesson = await lessonInClass(db, asked);
  if (lesson === undefined) throw noLesson(asked.lessonId);
  return lesson;
}

/** Not the one that is pinned: without a version it is the published one that is asked for. */
async function publishedVersion(db: Transaction<DB>, lessonId: string): Promise<number> {
  const row = await db
    .selectFrom('lesson_versions')
    .select('version')
    .where('lesson_id', '=', lessonId)
    .where('state', '=', 'published')
    .executeTakeFirst();
  if (row === undefined) throw noLesson(lessonId);
  return row.version;
}

const noLesson = (lessonId: string): Problem =>
  new Problem({ status: 404, detail: `There is no lesson ${lessonId} in that version. GET /v1/lessons lists them.` });

/** What is being taught in a class: started, moved on and ended by who teaches it. */
import { sql, type Transaction } from 'kysely';
import { Type } from 'typebox';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Actor } from '../../access/roles.ts';
import type { Context } from '../../context.ts';
import { lessonInClass, type ClassLesson, type LessonInClass } from '../../data/class-lesson.ts';
import { afterCommit } from '../../data/transaction.ts';
import { Problem } from '../../http/problems.ts';
import { route } from '../../http/route.ts';
import { closed, LessonId, Uuid } from '../../http/schemas.ts';
import { record } from '../audit/record.ts';
import { OF_A_CLASS, SEEN_BY_CLASS, TAUGHT_BY } from './declared.ts';
import { liveState, LiveState, readLive, SESSION_COLUMNS } from './state.ts';

const params = closed({ classroomId: Uuid });
const STATE = { description: 'What is live in the class.', schema: LiveState };
const NO_LESSON = { description: 'No such classroom, or no such lesson that classes work with.' };

export const getLive = route(
  {
    ...OF_A_CLASS,
    method: 'GET',
    path: '/v1/classrooms/:classroomId/live',
    summary: 'See what is being taught in a class now',
    access: SEEN_BY_CLASS,
    schemas: { params },
    answers: { 200: STATE },
  },
  async ({ params: { classroomId }, tx }) => {
    const states = await tx(async (db) => readLive(db, [classroomId]));
    return { status: 200, body: states.get(classroomId) };
  },
);

export const startLive = route(
  {
    ...OF_A_CLASS,
    method: 'POST',
    path: '/v1/classrooms/:classroomId/live',
    summary:
      'Start a lesson in a class, in the version that the class has pinned or else the published one; what was under way ends',
    access: TAUGHT_BY,
    schemas: { params, body: closed({ lessonId: LessonId }) },
    answers: {
      201: STATE,
      404: NO_LESSON,
      409: { description: 'The class is archived, or another session was started at the same moment.' },
    },
  },
  async ({ params: { classroomId }, body: { lessonId }, actor, tx }, context) =>
    tx(async (db) => {
      await requireActive(db, classroomId);
      const lesson = await requireLesson(db, { classroomId, lessonId });
      await endSession(db, classroomId);
      const started = await db
        .insertInto('live_sessions')
        .values({ classroom_id: classroomId, lesson_id: lesson.lessonId, version: lesson.version })
        .onConflict((conflict) => conflict.column('classroom_id').where('ended_at', 'is', null).doNothing())
        .returning(SESSION_COLUMNS)
        .executeTakeFirst();
      if (started === undefined)
        throw new Problem({ status: 409, detail: 'Another session was started at this moment. Look at what is live.' });
      const detail = { lesson: lesson.lessonId, version: lesson.version };
      await record(db, { actor, action: 'live.started', object: `classroom:${classroomId}`, detail });
      tellOnceCommitted(db, context, classroomId);
      return { status: 201, body: liveState(started) };
    }),
);

export const changeLive = route(
  {
    ...OF_A_CLASS,
    method: 'PATCH',
    path: '/v1/classrooms/:classroomId/live',
    summary: 'Move a class on to another step, or to another lesson, from its first step unless one is named',
    access: TAUGHT_BY,
    schemas: {
      params,
      body: closed(
        {
          step: Type.Optional(Type.Integer({ minimum: 0, maximum: 19, description: 'The step, from 0.' })),
          lessonId: Type.Optional(LessonId),
        },
        { minProperties: 1 },
      ),
    },
    answers: {
      200: STATE,
      404: NO_LESSON,
      409: { description: 'No session is under way.' },
      422: { description: 'The lesson has no such step.' },
    },
  },
  async ({ params: { classroomId }, body, tx }, context) =>
    tx(async (db) => {
      const open = await db
        .selectFrom('live_sessions')
        .select(['id', 'lesson_id', 'version', 'step'])
        .where('classroom_id', '=', classroomId)
        .where('ended_at', 'is', null)
        .forUpdate()
        .executeTakeFirst();
      if (open === undefined) throw new Problem({ status: 409, detail: 'No session is under way. Start one.' });
      const isSameLesson = body.lessonId === undefined || body.lessonId === open.lesson_id;
      const lesson = await requireLesson(db, {
        classroomId,
        lessonId: body.lessonId ?? open.lesson_id,
        version: isSameLesson ? open.version : undefined,
      });
      const step = body.step ?? (isSameLesson ? open.step : 0);
      if (step >= lesson.steps)
        throw new Problem({ status: 422, detail: `The lesson has ${lesson.steps} steps, counted from 0.` });
      const changed = await db
        .updateTable('live_sessions')
        .set({ ...CHANGED, lesson_id: lesson.lessonId, version: lesson.version, step })
        .where('id', '=', open.id)
        .returning(SESSION_COLUMNS)
        .executeTakeFirstOrThrow();
      tellOnceCommitted(db, context, classroomId);
      return { status: 200, body: liveState(changed) };
    }),
);

export const endLive = route(
  {
    ...OF_A_CLASS,
    method: 'POST',
    path: '/v1/classrooms/:classroomId/live/end',
    summary: 'End what is being taught in a class; where nothing is, nothing changes',
    access: TAUGHT_BY,
    schemas: { params },
    answers: { 200: STATE },
  },
  async ({ params: { classroomId }, actor, tx }, context) =>
    tx(async (db) => {
      await endLiveSession(db, context, { actor, classroomId });
      const states = await readLive(db, [classroomId]);
      return { status: 200, body: states.get(classroomId) };
    }),
);

/** Ends the session of a class if one is under way: by itself, or with the class. */
export async function endLiveSession(
  db: Transaction<DB>,
  context: Pick<Context, 'live'>,
  { actor, classroomId }: { readonly actor: Actor; readonly classroomId: string },
): Promise<void> {
  if (!(await endSession(db, classroomId))) return;
  await record(db, { actor, action: 'live.ended', object: `classroom:${classroomId}` });
  tellOnceCommitted(db, context, classroomId);
}

/** A change takes the next number: whoever knows a lesser one has missed it. */
const CHANGED = { revision: sql<string>`default`, updated_at: sql<Date>`now()` };

/** @returns whether one was under way. */
async function endSession(db: Transaction<DB>, classroomId: string): Promise<boolean> {
  const ended = await db
    .updateTable('live_sessions')
    .set({ ...CHANGED, ended_at: sql<Date>`now()` })
    .where('classroom_id', '=', classroomId)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return ended.numUpdatedRows > 0n;
}

async function requireActive(db: Transaction<DB>, classroomId: string): Promise<void> {
  const classroom = await db
    .selectFrom('classrooms')
    .select('archived_at')
    .where('id', '=', classroomId)
    // Held until the session is there: a class that is being archived meanwhile would keep one that nobody ends.
    .forShare()
    .executeTakeFirstOrThrow();
  if (classroom.archived_at !== null)
    throw new Problem({ status: 409, detail: 'The class is archived: nothing is taught in it any more.' });
}

async function requireLesson(db: Transaction<DB>, asked: ClassLesson): Promise<LessonInClass> {
  const lesson = await lessonInClass(db, asked);
  if (lesson === undefined)
    throw new Problem({ status: 404, detail: `There is no lesson ${asked.lessonId}. GET /v1/lessons lists them.` });
  return lesson;
}

/** Listeners read what is there: told before the commit they would find what was there before. */
const tellOnceCommitted = (db: Transaction<DB>, { live }: Pick<Context, 'live'>, classroomId: string): void => {
  afterCommit(db, async () => live.changed(classroomId));
};

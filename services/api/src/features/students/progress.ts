/** How far a student is in a lesson. Writing the same twice leaves the same. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { sql } from 'kysely';
import { Type } from 'typebox';
import type { Context } from '../context.ts';
import { Problem } from '../problems.ts';
import { closed, LessonId } from './schemas.ts';

const Body = closed({
  step: Type.Integer({ minimum: 0, maximum: 50, description: 'Steps done so far.' }),
  completed: Type.Optional(Type.Boolean({ description: 'Whether the lesson is done; false unless given.' })),
});

/** @returns the grade of a session's class, and the lesson's id when it is published. */
const lessonFor = async (db: Context['db'], sessionId: string, lessonId: string) =>
  db
    .selectFrom('student_sessions')
    .innerJoin('classrooms', 'classrooms.id', 'student_sessions.classroom_id')
    .leftJoin('lessons', (join) => join.on('lessons.id', '=', lessonId).on('lessons.published', '=', true))
    .select(['classrooms.grade_level', 'lessons.id as lesson_id'])
    .where('student_sessions.id', '=', sessionId)
    .executeTakeFirst();

interface Progress {
  readonly sessionId: string;
  readonly lessonId: string;
  readonly step: number;
  readonly completed: boolean;
}

/** A lesson that is done stays done; a step is never taken back by a request that came late. */
const write = async (db: Context['db'], { sessionId, lessonId, step, completed }: Progress) =>
  db
    .insertInto('lesson_progress')
    .values({ session_id: sessionId, lesson_id: lessonId, step, completed_at: completed ? sql`now()` : null })
    .onConflict((conflict) =>
      conflict
        .columns(['session_id', 'lesson_id'])
        .doUpdateSet({
          step: sql`greatest(lesson_progress.step, excluded.step)`,
          completed_at: sql`coalesce(lesson_progress.completed_at, excluded.completed_at)`,
        }),
    )
    .returning([
      'step',
      'started_at',
      'completed_at',
      sql<boolean>`xmax = 0`.as('started'),
      sql<boolean>`completed_at = now()`.as('just_completed'),
    ])
    .executeTakeFirstOrThrow();

export function progressRoutes({ db, metrics, tokens }: Context): FastifyPluginAsyncTypebox {
  return async (app) => {
    const schema = { params: closed({ lessonId: LessonId }), body: Body };
    app.put('/v1/progress/:lessonId', { schema }, async (request, reply) => {
      const { id } = tokens.require(request, 'student');
      const { lessonId } = request.params;
      const found = await lessonFor(db, id, lessonId);
      if (found === undefined) throw new Problem({ status: 401, detail: 'This class is over. Join anew.' });
      if (found.lesson_id === null)
        throw new Problem({ status: 404, detail: `There is no lesson ${lessonId}. GET /v1/lessons lists them.` });
      const row = await write(db, { sessionId: id, lessonId, completed: false, ...request.body });
      const grade = { grade_level: found.grade_level };
      if (row.started) metrics.activity.inc({ activity_type: 'lesson_started', ...grade });
      if (row.just_completed && row.completed_at !== null) {
        metrics.activity.inc({ activity_type: 'lesson_completed', ...grade });
        const minutes = (row.completed_at.getTime() - row.started_at.getTime()) / 60_000;
        metrics.lessonMinutes.observe({ lesson_id: lessonId, ...grade }, minutes);
      }
      return reply
        .header('cache-control', 'no-store')
        .send({ lessonId, step: row.step, completed: row.completed_at !== null });
    });

    app.get('/v1/progress', async (request, reply) => {
      const { id } = tokens.require(request, 'student');
      const rows = await db
        .selectFrom('lesson_progress')
        .select(['lesson_id', 'step', 'completed_at'])
        .where('session_id', '=', id)
        .orderBy('lesson_id')
        .execute();
      const items = rows.map((row) => ({
        lessonId: row.lesson_id,
        step: row.step,
        completed: row.completed_at !== null,
      }));
      return reply.header('cache-control', 'no-store').send({ items });
    });
    await Promise.resolve();
  };
}

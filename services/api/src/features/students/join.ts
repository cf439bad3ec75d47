/** Joining a class: a code in, an alias and a token out. The code travels in the body, so that no log or proxy keeps it. */
import { createHash } from 'node:crypto';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Context } from '../context.ts';
import { alias } from '../domain/aliases.ts';
import { normalCode } from '../domain/codes.ts';
import { Problem } from '../problems.ts';
import { ClassCode, closed } from './schemas.ts';

/** Wrong codes that one address may try in a minute; right ones are not counted, so that a bell does not lock a school out. */
const WRONG_CODES = 60;
const WINDOW_SECONDS = 60;
const TRIES = 8;

export function sessionRoutes({ db, cache, metrics, tokens }: Context): FastifyPluginAsyncTypebox {
  const classroomOf = async (code: string | undefined) =>
    code === undefined
      ? undefined
      : db
          .selectFrom('classrooms')
          .select(['id', 'grade_level'])
          .where('code', '=', code)
          .where('expires_at', '>', new Date())
          .executeTakeFirst();

  const join = async (classroomId: string) => {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const made = await db
        .insertInto('student_sessions')
        .values({ classroom_id: classroomId, alias: alias(Math.random()) })
        .onConflict((conflict) => conflict.columns(['classroom_id', 'alias']).doNothing())
        .returning(['id', 'alias'])
        .executeTakeFirst();
      if (made !== undefined) return made;
    }
    throw new Problem({ status: 409, detail: 'This class is full. Ask the facilitator to make a new one.' });
  };

  return async (app) => {
    app.post('/v1/sessions', { schema: { body: closed({ code: ClassCode }) } }, async (request, reply) => {
      // An address is personal data: only a digest of it is kept, for a minute.
      const guesses = `guesses:${createHash('sha256').update(request.ip).digest('base64url')}`;
      if ((await cache.counted(guesses)) >= WRONG_CODES) {
        const detail = 'Too many wrong class codes. Wait a minute, and look at the code again.';
        throw new Problem({ status: 429, detail, retryAfterSeconds: WINDOW_SECONDS });
      }
      const classroom = await classroomOf(normalCode(request.body.code));
      if (classroom === undefined) {
        await cache.count(guesses, WINDOW_SECONDS);
        throw new Problem({ status: 404, detail: 'No class has this code. Look at it again, or ask the facilitator.' });
      }
      const session = await join(classroom.id);
      metrics.activity.inc({ activity_type: 'joined', grade_level: classroom.grade_level });
      const token = tokens.sign({ role: 'student', id: session.id });
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({ alias: session.alias, gradeLevel: classroom.grade_level, token });
    });
    await Promise.resolve();
  };
}

/** Classrooms: made by a facilitator, who keeps the token that opens them. */
import { randomBytes } from 'node:crypto';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { classCode, shownCode } from '../domain/codes.ts';
import { Problem } from '../problems.ts';
import { CLASSROOM_MS } from '../tokens.ts';
import { closed, GradeLevel, Uuid } from './schemas.ts';

const TRIES = 3;

export function classroomRoutes({ db, metrics, tokens }: Context): FastifyPluginAsyncTypebox {
  /** Two classes drawing the same of 2^40 codes is rare, not impossible. */
  const create = async (gradeLevel: number) => {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const made = await db
        .insertInto('classrooms')
        .values({
          code: classCode(randomBytes(8)),
          grade_level: gradeLevel,
          expires_at: new Date(Date.now() + CLASSROOM_MS),
        })
        .onConflict((conflict) => conflict.column('code').doNothing())
        .returning(['id', 'code', 'expires_at'])
        .executeTakeFirst();
      if (made !== undefined) return made;
    }
    throw new Error('no free class code was found');
  };

  return async (app) => {
    app.post('/v1/classrooms', { schema: { body: closed({ gradeLevel: GradeLevel }) } }, async (request, reply) => {
      const { gradeLevel } = request.body;
      const { id, code, expires_at: expiresAt } = await create(gradeLevel);
      metrics.activity.inc({ activity_type: 'created', grade_level: gradeLevel });
      const token = tokens.sign({ role: 'facilitator', id });
      return reply
        .code(201)
        .header('location', `/v1/classrooms/${id}`)
        .header('cache-control', 'no-store')
        .send({ id, code: shownCode(code), gradeLevel, expiresAt, token });
    });

    app.get('/v1/classrooms/:id', { schema: { params: closed({ id: Uuid }) } }, async (request, reply) => {
      const bearer = tokens.require(request, 'facilitator');
      const row = await db
        .selectFrom('classrooms')
        .select(['id', 'code', 'grade_level', 'expires_at'])
        .select((row) =>
          row
            .selectFrom('student_sessions')
            .whereRef('student_sessions.classroom_id', '=', 'classrooms.id')
            .select(sql<number>`count(*)::int`.as('students'))
            .as('students'),
        )
        // Another's classroom and none look the same, so that ids cannot be tried out.
        .where('id', '=', bearer.id === request.params.id ? bearer.id : null)
        .where('expires_at', '>', new Date())
        .executeTakeFirst();
      if (row === undefined) throw new Problem({ status: 404, detail: 'There is no such classroom for this token.' });
      return reply
        .header('cache-control', 'no-store')
        .send({
          id: row.id,
          code: shownCode(row.code),
          gradeLevel: row.grade_level,
          expiresAt: row.expires_at,
          students: row.students ?? 0,
        });
    });
    await Promise.resolve();
  };
}

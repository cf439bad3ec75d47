/** Lessons: read by everyone, cached, published ones only. */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Context } from '../context.ts';
import { cursorAfter, positionOf } from '../domain/cursor.ts';
import { Problem } from '../problems.ts';
import { closed, LessonId } from './schemas.ts';

/** A corrected lesson is seen by all after this long. */
const CACHE_SECONDS = 60;
const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 50;

const Query = closed({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_LIMIT })),
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
});

export function lessonRoutes({ db, cache }: Context): FastifyPluginAsyncTypebox {
  const listFrom = async (position: number, limit: number): Promise<string> => {
    const rows = await db
      .selectFrom('lessons')
      .select(['id', 'position', 'title', 'summary', 'grade_levels', 'duration_minutes', 'objectives'])
      .where('published', '=', true)
      .where('position', '>', position)
      .orderBy('position')
      .limit(limit + 1)
      .execute();
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const nextCursor = rows.length > limit && last !== undefined ? cursorAfter(last.position) : null;
    return JSON.stringify({ items: page.map(lessonOf), nextCursor });
  };

  const one = async (id: string): Promise<string | undefined> => {
    const row = await db
      .selectFrom('lessons')
      .select(['id', 'title', 'summary', 'grade_levels', 'duration_minutes', 'objectives', 'steps'])
      .where('id', '=', id)
      .where('published', '=', true)
      .executeTakeFirst();
    return row === undefined ? undefined : JSON.stringify({ ...lessonOf(row), steps: row.steps });
  };

  return async (app) => {
    app.get('/v1/lessons', { schema: { querystring: Query } }, async (request, reply) => {
      const { limit = DEFAULT_LIMIT, cursor } = request.query;
      const position = cursor === undefined ? 0 : positionOf(cursor);
      if (position === undefined)
        throw new Problem({ status: 400, detail: 'The cursor is not one that this list gave. Start without one.' });
      const body = await cache.remember(`lessons:${position}:${limit}`, CACHE_SECONDS, async () =>
        listFrom(position, limit),
      );
      return sendCacheable(request, reply, body ?? '');
    });

    app.get('/v1/lessons/:id', { schema: { params: closed({ id: LessonId }) } }, async (request, reply) => {
      const { id } = request.params;
      const body = await cache.remember(`lesson:${id}`, CACHE_SECONDS, async () => one(id));
      if (body === undefined)
        throw new Problem({ status: 404, detail: `There is no lesson ${id}. GET /v1/lessons lists them.` });
      return sendCacheable(request, reply, body);
    });
    await Promise.resolve();
  };
}

interface Row {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly grade_levels: number[];
  readonly duration_minutes: number;
  readonly objectives: unknown;
}

const lessonOf = (row: Row) => ({
  id: row.id,
  title: row.title,
  summary: row.summary,
  gradeLevels: row.grade_levels,
  durationMinutes: row.duration_minutes,
  objectives: row.objectives,
});

/** Sends JSON that is ready, or 304 when the client has it. */
function sendCacheable(request: FastifyRequest, reply: FastifyReply, json: string): FastifyReply {
  const etag = `"${createHash('sha256').update(json).digest('base64url').slice(0, 22)}"`;
  reply.header('etag', etag).header('cache-control', `public, max-age=${CACHE_SECONDS}`);
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  return reply.type('application/json; charset=utf-8').send(json);
}

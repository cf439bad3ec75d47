/** Lessons as everybody may read them: published ones, cached, with an ETag. */
import type { Kysely } from 'kysely';
import { Type } from 'typebox';
import type { DB } from '@heroes/migrations/tables.ts';
import { conditional, etagOf } from '../../http/conditional.ts';
import { pageFrom, pageRequest, type PageRequest } from '../../http/paging.ts';
import { Problem } from '../../http/problems.ts';
import { route, type Declaration, type Route } from '../../http/route.ts';
import { closed, GradeLevel, LessonId, pageOf, PAGING } from '../../http/schemas.ts';

/** A browser asks again after a minute; the cache holds longer and is told when a lesson is published. */
const MAX_AGE_SECONDS = 60;
const CACHE_SECONDS = 3600;

const LIST = 'lessons';

const summary = {
  id: LessonId,
  title: Type.String(),
  summary: Type.String(),
  gradeLevels: Type.Array(GradeLevel),
  durationMinutes: Type.Integer(),
  objectives: Type.Array(Type.String()),
};

const Step = closed({ title: Type.String(), minutes: Type.Integer(), instructions: Type.String() });

const declared = {
  method: 'GET',
  tag: 'Curriculum',
  access: 'public',
  data: 'Curriculum',
  retention: 'Curriculum',
  rate: 'open',
} as const satisfies Partial<Declaration>;

const listLessons = route(
  {
    ...declared,
    path: '/v1/lessons',
    summary: 'List the published lessons, in the order in which they are taught',
    schemas: { query: closed({ ...PAGING }) },
    answers: { 200: { description: 'A page of lessons.', schema: pageOf(closed(summary)) } },
  },
  async (call, { cache, db }) => {
    const asked = pageRequest(LIST, 1, call.query);
    const key = `lessons:${asked.after?.[0] ?? 0}:${asked.limit}`;
    const json = await cache.remember(key, CACHE_SECONDS, async () => readPage(db, asked));
    const body = json ?? '';
    return conditional(call, { json: body, etag: etagOf(body) }, MAX_AGE_SECONDS);
  },
);

const getLesson = route(
  {
    ...declared,
    path: '/v1/lessons/:lessonId',
    summary: 'Read a published lesson',
    schemas: { params: closed({ lessonId: LessonId }) },
    answers: {
      200: { description: 'The lesson.', schema: closed({ ...summary, steps: Type.Array(Step) }) },
      304: { description: 'The client has it.' },
      404: { description: 'No lesson of that id is published.' },
    },
  },
  async (call, { cache, db }) => {
    const { lessonId } = call.params;
    const json = await cache.remember(`lesson:${lessonId}`, CACHE_SECONDS, async () => readOne(db, lessonId));
    if (json === undefined)
      throw new Problem({ status: 404, detail: `There is no lesson ${lessonId}. GET /v1/lessons lists them.` });
    return conditional(call, { json, etag: etagOf(json) }, MAX_AGE_SECONDS);
  },
);

export const CURRICULUM_ROUTES: readonly Route[] = [listLessons, getLesson];

async function readPage(db: Kysely<DB>, { limit, after }: PageRequest): Promise<string> {
  const found = await db
    .selectFrom('lessons')
    .select(['id', 'position', 'title', 'summary', 'grade_levels', 'duration_minutes', 'objectives'])
    .where('published', '=', true)
    .where('position', '>', Number(after?.[0] ?? 0))
    .orderBy('position')
    .limit(limit + 1)
    .execute();
  const { rows, nextCursor } = pageFrom(LIST, found, { limit, position: ({ position }) => [position] });
  return JSON.stringify({ items: rows.map(lessonOf), nextCursor });
}

async function readOne(db: Kysely<DB>, id: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('lessons')
    .select(['id', 'title', 'summary', 'grade_levels', 'duration_minutes', 'objectives', 'steps'])
    .where('id', '=', id)
    .where('published', '=', true)
    .executeTakeFirst();
  return row === undefined ? undefined : JSON.stringify({ ...lessonOf(row), steps: row.steps });
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

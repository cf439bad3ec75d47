/** What became of the versions of a lesson. */
import { sql } from 'kysely';
import { NUMBER_PART, pageFrom, pageRequest } from '../../http/paging.ts';
import { Problem } from '../../http/problems.ts';
import { route, type Route } from '../../http/route.ts';
import { closed, LessonId, pageOf, PAGING } from '../../http/schemas.ts';
import { EDITED } from './declared.ts';
import { VersionSummary } from './shapes.ts';

const LIST = 'versions';

const listVersions = route(
  {
    ...EDITED,
    method: 'GET',
    path: '/v1/lessons/:lessonId/versions',
    summary: 'List the versions of a lesson, the newest first',
    schemas: { params: closed({ lessonId: LessonId }), query: closed({ ...PAGING }) },
    answers: {
      200: { description: 'A page of versions.', schema: pageOf(VersionSummary) },
      404: { description: 'There is no such lesson.' },
    },
  },
  async ({ params: { lessonId }, query, tx }) => {
    const { limit, after } = pageRequest(LIST, [NUMBER_PART], query);
    const found = await tx(async (db) => {
      const lesson = await db.selectFrom('lessons').select('id').where('id', '=', lessonId).executeTakeFirst();
      if (lesson === undefined) throw new Problem({ status: 404, detail: `There is no lesson ${lessonId}.` });
      return db
        .selectFrom('lesson_versions')
        .select(['version', 'state', 'title', 'source', 'review_note', 'created_at', 'published_at', 'retired_at'])
        .where('lesson_id', '=', lessonId)
        .where('version', '<', sql<number>`${after?.[0] ?? Number.MAX_SAFE_INTEGER}::bigint`)
        .orderBy('version', 'desc')
        .limit(limit + 1)
        .execute();
    });
    const { rows, nextCursor } = pageFrom(LIST, found, { limit, position: ({ version }) => [version] });
    const items = rows.map(({ version, state, title, source, ...row }) => ({
      version,
      state,
      title,
      source,
      reviewNote: row.review_note,
      createdAt: row.created_at.toISOString(),
      publishedAt: row.published_at?.toISOString() ?? null,
      retiredAt: row.retired_at?.toISOString() ?? null,
    }));
    return { status: 200, body: { items, nextCursor } };
  },
);

export const VERSION_ROUTES: readonly Route[] = [listVersions];

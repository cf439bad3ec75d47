/** Lessons as they are written. */
import { Type } from 'typebox';
import type { Transaction } from 'kysely';
import { LESSON_FIELDS, type LessonContent } from '@heroes/migrations/curriculum/content.ts';
import type { DB } from '@heroes/migrations/tables.ts';
import { PUBLIC_STATES } from '../../domain/review.ts';
import { Problem } from '../../http/problems.ts';
import { route, type Route } from '../../http/route.ts';
import { closed, LessonId } from '../../http/schemas.ts';
import { record } from '../audit/record.ts';
import { EDITED, LESSON_BODY_LIMIT } from './declared.ts';
import { addDraft, addLesson, beginDraft, emptyLesson } from './drafts.ts';
import { addAuthor, change, lockForMove, lockOpenVersion, shown } from './open-version.ts';
import { Draft, Language, Version } from './shapes.ts';

/** Type.Partial leaves the options of what it is given behind. */
const LessonChanges = Type.Partial(closed(LESSON_FIELDS), {
  title: 'LessonChanges',
  additionalProperties: false,
  minProperties: 1,
});

const OfLesson = closed({ lessonId: LessonId });

const DRAFT = { description: 'The draft; its ETag is sent back as If-Match with a change.', schema: Draft };
const NONE = { description: 'There is no such lesson, or nobody works on it.' };
const UNSEEN = { description: 'Somebody has changed it since: nothing was done.' };
const UNNAMED = { description: 'If-Match is missing.' };

const createLesson = route(
  {
    ...EDITED,
    method: 'POST',
    path: '/v1/lessons',
    summary: 'Begin a new lesson, at the end of the curriculum',
    schemas: { body: closed({ id: LessonId, title: LESSON_FIELDS.title, language: Language }) },
    answers: { 201: DRAFT, 409: { description: 'There is a lesson of that id.' } },
  },
  async ({ body: { id: lessonId, ...begun }, actor, tx }) =>
    tx(async (db) => {
      const content = emptyLesson(begun);
      await addLesson(db, lessonId, content);
      await record(db, { actor, action: 'lesson.created', object: `lesson:${lessonId}` });
      return shown(await addDraft(db, { lessonId, content, actor }), 201);
    }),
);

const createDraft = route(
  {
    ...EDITED,
    method: 'POST',
    path: '/v1/lessons/:lessonId/draft',
    summary: 'Begin a draft of the next version of a lesson',
    schemas: {
      params: OfLesson,
      body: closed({
        from: Type.Union([Type.Enum(['current', 'empty'], { type: 'string' }), Version], {
          description:
            'current: with what is, or last was, published; empty: with nothing; a number: with that version.',
        }),
      }),
    },
    answers: { 201: DRAFT, 404: NONE, 409: { description: 'Somebody works on it already.' } },
  },
  async ({ params: { lessonId }, body: { from }, actor, tx }) =>
    tx(async (db) => {
      const open = await beginDraft(db, { lessonId, from, actor });
      const detail = { version: open.version };
      await record(db, { actor, action: 'lesson.draft-begun', object: `lesson:${lessonId}`, detail });
      return shown(open, 201);
    }),
);

const getDraft = route(
  {
    ...EDITED,
    method: 'GET',
    path: '/v1/lessons/:lessonId/draft',
    summary: 'Read the version that is being worked on, and what stands in the way of its publication',
    schemas: { params: OfLesson },
    answers: { 200: DRAFT, 404: NONE },
  },
  async ({ params: { lessonId }, actor, tx }) => shown(await tx(async (db) => lockOpenVersion(db, lessonId, actor))),
);

const patchDraft = route(
  {
    ...EDITED,
    method: 'PATCH',
    path: '/v1/lessons/:lessonId/draft',
    summary: 'Change fields of a draft; each that is given replaces what was there',
    bodyLimit: LESSON_BODY_LIMIT,
    schemas: { params: OfLesson, body: LessonChanges },
    answers: {
      200: DRAFT,
      404: NONE,
      409: { description: 'It is being reviewed, or approved.' },
      412: UNSEEN,
      422: { description: 'A lesson that was published stays in its language.' },
      428: UNNAMED,
    },
  },
  async ({ params: { lessonId }, body, ...call }) =>
    call.tx(async (db) => {
      const open = await lockForMove(db, call, { lessonId, move: 'change' });
      const { translationOf, ...content } = { ...open.content, ...body };
      if (content.language !== open.content.language) await refuseIfPublished(db, lessonId);
      await addAuthor(db, open, call.actor);
      const changed: LessonContent =
        translationOf === undefined || translationOf === null ? content : { ...content, translationOf };
      return shown({ ...(await change(db, open, { state: 'draft', content: changed })), youWrote: true });
    }),
);

const discardDraft = route(
  {
    ...EDITED,
    method: 'DELETE',
    path: '/v1/lessons/:lessonId/draft',
    summary: 'Discard the version that is being worked on',
    schemas: { params: OfLesson },
    answers: { 204: { description: 'It is gone.' }, 404: NONE, 412: UNSEEN, 428: UNNAMED },
  },
  async ({ params: { lessonId }, ...call }) =>
    call.tx(async (db) => {
      const { version } = await lockForMove(db, call, { lessonId, move: 'discard' });
      await db.deleteFrom('lesson_versions').where('lesson_id', '=', lessonId).where('version', '=', version).execute();
      await record(db, {
        actor: call.actor,
        action: 'lesson.draft-discarded',
        object: `lesson:${lessonId}`,
        detail: { version },
      });
      return { status: 204 };
    }),
);

export const DRAFT_ROUTES: readonly Route[] = [createLesson, createDraft, getDraft, patchDraft, discardDraft];

/** Classes that read it in one language would be given another: a translation is a lesson of its own. */
async function refuseIfPublished(db: Transaction<DB>, lessonId: string): Promise<void> {
  const published = await db
    .selectFrom('lesson_versions')
    .select('language')
    .where('lesson_id', '=', lessonId)
    .where('state', 'in', PUBLIC_STATES)
    .limit(1)
    .executeTakeFirst();
  if (published === undefined) return;
  const detail = `${lessonId} was published in ${published.language}. Begin a lesson of its own with translationOf.`;
  throw new Problem({ status: 422, detail });
}

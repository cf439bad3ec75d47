/** Begins drafts of lessons. */
import { sql, type Transaction } from 'kysely';
import { columnsOf } from '@heroes/migrations/curriculum/columns.ts';
import type { LessonContent } from '@heroes/migrations/curriculum/content.ts';
import { digestOf } from '@heroes/migrations/curriculum/digest.ts';
import { lockCurriculum } from '@heroes/migrations/curriculum/lock.ts';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Actor } from '../../access/roles.ts';
import { OPEN_STATES, PUBLIC_STATES } from '../../domain/review.ts';
import { Problem } from '../../http/problems.ts';
import { addAuthor, lockOpenVersion, type OpenVersion } from './open-version.ts';

/** @returns a lesson that says nothing yet. */
export const emptyLesson = (begun: Pick<LessonContent, 'title' | 'language'>): LessonContent => ({
  ...begun,
  summary: '',
  gradeLevels: [],
  categories: [],
  objectives: [],
  steps: [],
  activities: [],
  media: [],
  accessibility: { accessModes: [], hazards: [], adaptations: [] },
  sensitive: false,
  crisisResources: [],
});

/** Adds a lesson at the end of the curriculum; nobody sees it before its first version is published. @throws Problem 409 */
export async function addLesson(db: Transaction<DB>, id: string, content: LessonContent): Promise<void> {
  await lockCurriculum(db);
  const { last } = await db
    .selectFrom('lessons')
    .select(({ fn }) => fn.coalesce(fn.max('position'), sql<number>`0`).as('last'))
    .executeTakeFirstOrThrow();
  const added = await db
    .insertInto('lessons')
    .values({ id, position: last + 1, published: false, ...columnsOf(content) })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst();
  if (added.numInsertedOrUpdatedRows !== 1n)
    throw new Problem({ status: 409, detail: `There is a lesson ${id} already. Choose another id.` });
}

/** What a draft begins with: what is published, nothing, or an earlier version. */
export type Beginning = 'current' | 'empty' | number;

/** @throws Problem 404 without such a lesson or version, 409 when somebody works on the lesson already. */
export async function beginDraft(
  db: Transaction<DB>,
  { lessonId, from, actor }: { readonly lessonId: string; readonly from: Beginning; readonly actor: Actor },
): Promise<OpenVersion> {
  await lockCurriculum(db);
  const lesson = await db.selectFrom('lessons').select('id').where('id', '=', lessonId).executeTakeFirst();
  if (lesson === undefined) throw new Problem({ status: 404, detail: `There is no lesson ${lessonId}.` });
  const open = await db
    .selectFrom('lesson_versions')
    .select(['version', 'state'])
    .where('lesson_id', '=', lessonId)
    .where('state', 'in', OPEN_STATES)
    .executeTakeFirst();
  if (open !== undefined)
    throw new Problem({
      status: 409,
      detail: `Version ${open.version} is in state ${open.state}. Finish it or discard it before you begin another.`,
    });
  return addDraft(db, { lessonId, content: await beginning(db, lessonId, from), actor });
}

export async function addDraft(
  db: Transaction<DB>,
  { lessonId, content, actor }: { readonly lessonId: string; readonly content: LessonContent; readonly actor: Actor },
): Promise<OpenVersion> {
  const { last } = await db
    .selectFrom('lesson_versions')
    .select(({ fn }) => fn.coalesce(fn.max('version'), sql<number>`0`).as('last'))
    .where('lesson_id', '=', lessonId)
    .executeTakeFirstOrThrow();
  const version = last + 1;
  await db
    .insertInto('lesson_versions')
    .values({ lesson_id: lessonId, version, content: JSON.stringify(content), digest: digestOf(content) })
    .execute();
  await addAuthor(db, { lessonId, version }, actor);
  return lockOpenVersion(db, lessonId, actor);
}

async function beginning(db: Transaction<DB>, lessonId: string, from: Beginning): Promise<LessonContent> {
  const versions = db
    .selectFrom('lesson_versions')
    .select('content')
    .where('lesson_id', '=', lessonId)
    .where('state', 'in', PUBLIC_STATES);
  const row = await (
    typeof from === 'number'
      ? versions.where('version', '=', from)
      : versions.orderBy('state').orderBy('version', 'desc').limit(1)
  ).executeTakeFirst();
  // The language of a lesson is that of what was published of it, see language() in draft-routes.ts.
  const content = row?.content as LessonContent | undefined;
  if (from !== 'empty' && content !== undefined) return content;
  if (from !== 'empty')
    throw new Problem({
      status: 404,
      detail: `There is nothing published of ${lessonId} to begin with. Begin it empty.`,
    });
  return emptyLesson({ title: content?.title ?? lessonId, language: content?.language ?? 'en' });
}

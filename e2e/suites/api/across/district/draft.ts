/** A lesson of which one version is published and the next is being written. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { columnsOf } from '@heroes/migrations/curriculum/columns.ts';
import { digestOf } from '@heroes/migrations/curriculum/digest.ts';
import { CURRICULUM } from '@heroes/migrations/curriculum/lessons.ts';
import type { Person } from '../../people.ts';
import type { Stack } from '../../stack.ts';

export interface Draft {
  readonly lessonId: string;
  /** Of the draft as it is at first. */
  readonly tag: string;
}

const PUBLISHED = 1;
const DRAFTED = 2;

/** Makes one whose draft is complete. @param author - who has written it */
export async function makeDraft({ db }: Pick<Stack, 'db'>, author: Person): Promise<Draft> {
  const lessonId = `lesson-${randomUUID().slice(0, 8)}`;
  const [{ content } = { content: undefined }] = CURRICULUM;
  if (content === undefined) throw new Error('the curriculum is empty');
  const digest = digestOf(content);
  const version = { lesson_id: lessonId, content: JSON.stringify(content), digest };
  await db
    .insertInto('lessons')
    .values({
      id: lessonId,
      position: sql<number>`(select max(position) + 1 from lessons)`,
      published: true,
      ...columnsOf(content),
    })
    .execute();
  await db
    .insertInto('lesson_versions')
    .values([
      { ...version, version: PUBLISHED, source: 'curriculum', state: 'published', published_at: new Date() },
      { ...version, version: DRAFTED, source: 'district', state: 'draft', published_at: null },
    ])
    .execute();
  await db
    .insertInto('lesson_version_authors')
    .values({ lesson_id: lessonId, version: DRAFTED, account_id: author.accountId })
    .execute();
  return { lessonId, tag: `"${DRAFTED}.1.${digest.toString('base64url').slice(0, 12)}"` };
}

/** Brings the draft to a state on its way to publication. @param reviewer - who is no author of it */
export async function bringDraft(
  { db }: Pick<Stack, 'db'>,
  { lessonId }: Draft,
  { to, reviewer }: { readonly to: 'review' | 'approved'; readonly reviewer: Person },
): Promise<void> {
  const draft = db.updateTable('lesson_versions').where('lesson_id', '=', lessonId).where('version', '=', DRAFTED);
  await draft.set({ state: 'review' }).execute();
  if (to === 'approved') await draft.set({ state: to, reviewer_id: reviewer.accountId }).execute();
}

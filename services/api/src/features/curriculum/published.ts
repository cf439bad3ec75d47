/** Reads from the database what everybody may read. */
import type { Kysely } from 'kysely';
import type { LessonContent } from '@heroes/migrations/curriculum/content.ts';
import type { DB } from '@heroes/migrations/tables.ts';
import { PUBLIC_STATES } from '../../domain/review.ts';
import { lessonOf, summaryOf, type LessonSummary, type PublicVersion } from './shapes.ts';

const COLUMNS = ['lesson_id', 'version', 'content', 'digest', 'published_at', 'retired_at'] as const;

/** What the database checks of versions in these states, see 0003-lesson-versions. */
type Row = Omit<PublicVersion, 'content' | 'published_at'> & {
  readonly content: unknown;
  readonly published_at: Date | null;
};

function publicVersion({ content, published_at: publishedAt, ...row }: Row): PublicVersion {
  if (publishedAt === null)
    throw new Error(`version ${row.version} of lesson ${row.lesson_id} has no time of publication`);
  return { ...row, content: content as LessonContent, published_at: publishedAt };
}

export interface CatalogueEntry {
  readonly position: number;
  readonly lesson: LessonSummary;
}

/** @returns the published lessons (catalogue entries) as JSON, in the order in which they are taught. */
export async function readCatalogue(db: Kysely<DB>): Promise<string> {
  const rows = await db
    .selectFrom('lesson_versions')
    .innerJoin('lessons', 'lessons.id', 'lesson_versions.lesson_id')
    .select(['lessons.position', ...COLUMNS])
    .where('state', '=', 'published')
    .orderBy('lessons.position')
    .execute();
  const entries = rows.map(({ position, ...row }): CatalogueEntry => ({
    position,
    lesson: summaryOf(publicVersion(row)),
  }));
  return JSON.stringify(entries);
}

/** @returns a version of a lesson as JSON, or undefined when it never was published. */
export async function readLesson(db: Kysely<DB>, id: string, version: number): Promise<string | undefined> {
  const row = await db
    .selectFrom('lesson_versions')
    .select(COLUMNS)
    .where('lesson_id', '=', id)
    .where('version', '=', version)
    .where('state', 'in', PUBLIC_STATES)
    .executeTakeFirst();
  return row === undefined ? undefined : JSON.stringify(lessonOf(publicVersion(row)));
}

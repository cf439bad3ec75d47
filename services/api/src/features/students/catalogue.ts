/** The activities of lessons, as their versions have them. */
import { sql, type Kysely } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import { versionInClass, WORKED_WITH, type ClassLesson } from '../../data/class-lesson.ts';
import type { Activity } from '../../domain/answers.ts';
import { lessonKey, type Catalogue } from '../../domain/sync.ts';

interface LessonVersion {
  readonly lessonId: string;
  readonly version: number;
}

/** @returns the activities of those versions that students work with. */
export async function catalogueOf(db: Kysely<DB>, asked: readonly LessonVersion[]): Promise<Catalogue> {
  if (asked.length === 0) return new Map();
  const { rows } = await sql<{ lesson_id: string; version: number; activities: Activity[] }>`
    select v.lesson_id, v.version, coalesce(v.content -> 'activities', '[]') as activities
    from lesson_versions v
    where (v.lesson_id, v.version) in (
      select "lessonId", version from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as asked ("lessonId" text, version integer)
    ) and v.state in (${sql.join(WORKED_WITH)})`.execute(db);
  return new Map(rows.map((row) => [lessonKey(row.lesson_id, row.version), row.activities]));
}

/** @returns the activities of a lesson in a class, or undefined when there is no such lesson. */
export async function activitiesInClass(
  db: Kysely<DB>,
  asked: ClassLesson,
): Promise<{ readonly version: number; readonly activities: readonly Activity[] } | undefined> {
  const row = await db
    .selectFrom('lesson_versions')
    .select(['version', sql<Activity[]>`coalesce(content -> 'activities', '[]')`.as('activities')])
    .where('lesson_id', '=', asked.lessonId)
    .where('version', '=', versionInClass(asked))
    .where('state', 'in', WORKED_WITH)
    .executeTakeFirst();
  return row;
}

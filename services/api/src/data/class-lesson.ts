/** Which version of a lesson a class works with. */
import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';

export interface ClassLesson {
  readonly classroomId: string;
  readonly lessonId: string;
  /** One that somebody has already; the class's own unless given. */
  readonly version?: number | undefined;
}

/** @returns SQL of the version: the one that is asked for, else the one that the class has pinned, else the published one. */
export const versionInClass = ({ classroomId, lessonId, version }: ClassLesson): RawBuilder<number> =>
  version === undefined
    ? sql<number>`coalesce(
        (select p.version from lesson_pins p where p.classroom_id = ${classroomId} and p.lesson_id = ${lessonId}),
        (select p.version from lesson_versions p where p.lesson_id = ${lessonId} and p.state = 'published'))`
    : sql<number>`${version}::integer`;

/** What was published once is worked with until it is done, also after it was retired. */
export const WORKED_WITH = ['published', 'retired'] as const;

export interface LessonInClass {
  readonly lessonId: string;
  readonly version: number;
  /** How many steps it has. */
  readonly steps: number;
}

/** @returns the lesson, or undefined when there is none of that id (and version) to work with. */
export async function lessonInClass(db: Kysely<DB>, asked: ClassLesson): Promise<LessonInClass | undefined> {
  const row = await db
    .selectFrom('lesson_versions')
    .select(['lesson_id', 'version', sql<number>`jsonb_array_length(content -> 'steps')`.as('steps')])
    .where('lesson_id', '=', asked.lessonId)
    .where('version', '=', versionInClass(asked))
    .where('state', 'in', WORKED_WITH)
    .executeTakeFirst();
  return row === undefined ? undefined : { lessonId: row.lesson_id, version: row.version, steps: row.steps };
}

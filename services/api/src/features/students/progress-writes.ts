/** Writing progress: domain/progress.ts in SQL, in one statement whatever there is to write. */
import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Student } from '../../access/roles.ts';
import { versionInClass, WORKED_WITH } from '../../data/class-lesson.ts';
import { afterCommit } from '../../data/transaction.ts';
import type { Plan } from '../../domain/sync.ts';
import type { Metrics } from '../../metrics.ts';
import { seenNow } from './seen.ts';

export interface Written {
  readonly lesson_id: string;
  readonly version: number | null;
  readonly step: number;
  readonly started_at: Date;
  readonly completed_at: Date | null;
  readonly grade_level: number;
  /** Whether this was the first that was said of the lesson. */
  readonly is_started: boolean;
  /** Whether it was not done before. */
  readonly is_completed: boolean;
}

/** Rows of lesson_id, version, step, started_at, completed_at: each lesson once. */
type Source = RawBuilder<unknown>;

/** Merges progress into what is known. @returns what is known then; nothing for a lesson that the source does not give. */
export async function writeProgress(
  db: Transaction<DB>,
  { enrolmentId, classroomId }: Student,
  source: Source,
): Promise<readonly Written[]> {
  const { rows } = await sql<Written>`
    with given as (${source}),
    before as (
      select p.lesson_id, p.completed_at from given join lesson_progress p using (lesson_id) where p.session_id = ${enrolmentId}
    ), ${seenNow(enrolmentId)},
    written as (
      insert into lesson_progress (session_id, lesson_id, version, step, started_at, completed_at)
      select ${enrolmentId}::uuid, lesson_id, version, step, started_at, completed_at from given order by lesson_id
      on conflict (session_id, lesson_id) do update set
        version = greatest(lesson_progress.version, excluded.version),
        step = greatest(lesson_progress.step, excluded.step),
        started_at = least(lesson_progress.started_at, excluded.started_at),
        completed_at = least(lesson_progress.completed_at, excluded.completed_at),
        updated_at = now()
      returning lesson_id, version, step, started_at, completed_at
    )
    select written.lesson_id, written.version, written.step, written.started_at, written.completed_at,
      (select grade_level from classrooms where id = ${classroomId}) as grade_level,
      before.lesson_id is null as is_started,
      written.completed_at is not null and before.completed_at is null as is_completed
    from written left join before using (lesson_id) order by lesson_id`.execute(db);
  return rows;
}

export interface Reported {
  readonly lessonId: string;
  readonly version: number | undefined;
  readonly step: number;
  readonly completed: boolean;
  readonly at: Date;
}

/** @returns a source of one lesson, in the version of the class unless one is named; of nothing where there is no such lesson. */
export const oneLesson = (
  { classroomId }: Student,
  { lessonId, version, step, completed, at }: Reported,
): Source => sql`
  select v.lesson_id, v.version, ${step}::smallint as step, ${at}::timestamptz as started_at,
    ${completed ? sql`${at}` : sql`null`}::timestamptz as completed_at
  from lesson_versions v
  where v.lesson_id = ${lessonId} and v.version = ${versionInClass({ classroomId, lessonId, version })}
    and v.state in (${sql.join(WORKED_WITH)})`;

/** @returns a source of lessons that are known to be there. */
export function manyLessons(progress: Plan['progress']): Source {
  const rows = progress.map((each) => ({
    lesson_id: each.lessonId,
    version: each.version,
    step: each.step,
    started_at: new Date(each.startedAtMs),
    completed_at: each.completedAtMs === null ? null : new Date(each.completedAtMs),
  }));
  return sql`select lesson_id, version, step, started_at, completed_at from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
    as given (lesson_id text, version integer, step smallint, started_at timestamptz, completed_at timestamptz)`;
}

/** Counts what was begun and done, once it is certain. */
export function countLessons(db: Transaction<DB>, metrics: Metrics, written: readonly Written[]): void {
  afterCommit(db, async () => {
    for (const row of written) {
      const grade = { grade_level: row.grade_level };
      if (row.is_started) metrics.activity.inc({ activity_type: 'lesson_started', ...grade });
      if (!row.is_completed || row.completed_at === null) continue;
      metrics.activity.inc({ activity_type: 'lesson_completed', ...grade });
      const minutes = (row.completed_at.getTime() - row.started_at.getTime()) / 60_000;
      metrics.lessonMinutes.observe({ lesson_id: row.lesson_id, ...grade }, minutes);
    }
    return Promise.resolve();
  });
}

/** What is in an export, by its kind. */
import { sql, type Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import { csvOf, type Cell } from '../../domain/csv.ts';
import { tellScope } from '../../domain/suppression.ts';
import { readSummaries } from '../analytics/summaries.ts';
import { keptOf } from '../privacy/own-data.ts';
import type { ExportKind, Format } from './queue.ts';

/** A file larger than this is not made: it is held in memory, and no class or person has so much. */
const MOST_BYTES = 10 * 1024 * 1024;
const MOST_ROWS = 100_000;

export interface Wanted {
  readonly kind: ExportKind;
  readonly format: Format;
  readonly classroom_id: string | null;
  readonly rights_request_id: string | null;
}

type Table = readonly Readonly<Record<string, Cell>>[];

/** That a file cannot be made, in words for who asked for it. */
export class CannotExport extends Error {
  override readonly name = 'CannotExport';
}

/** @returns the file. For a transaction that acts as who asked. @throws CannotExport */
export async function contentsOf(db: Transaction<DB>, wanted: Wanted): Promise<Buffer> {
  const text = wanted.kind === 'rights_access' ? await ownData(db, wanted) : await table(db, wanted);
  const contents = Buffer.from(text);
  if (contents.length > MOST_BYTES) throw new CannotExport('It would be larger than 10 MB.');
  return contents;
}

async function ownData(db: Transaction<DB>, { rights_request_id: id }: Wanted): Promise<string> {
  const request = await db
    .selectFrom('rights_requests')
    .select(['enrolment_id', 'account_id'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (request === undefined) throw new CannotExport('The request is gone.');
  return JSON.stringify(
    await keptOf(db, { enrolmentId: request.enrolment_id, accountId: request.account_id }),
    null,
    2,
  );
}

/** By kind of table: its columns, in their order, and its rows. */
const TABLES = {
  class_progress: { columns: ['student', 'lesson', 'title', 'step', 'startedAt', 'completedAt'], rows: classProgress },
  district_progress: {
    columns: [
      'gradeLevel',
      'lesson',
      'classrooms',
      'students',
      'startedAtLeast',
      'startedAtMost',
      'completedAtLeast',
      'completedAtMost',
    ],
    rows: districtProgress,
  },
} as const satisfies Readonly<
  Record<
    Exclude<ExportKind, 'rights_access'>,
    { readonly columns: readonly string[]; readonly rows: (db: Transaction<DB>, wanted: Wanted) => Promise<Table> }
  >
>;

async function table(db: Transaction<DB>, wanted: Wanted): Promise<string> {
  const { columns, rows } = TABLES[wanted.kind as keyof typeof TABLES];
  const found = await rows(db, wanted);
  if (found.length > MOST_ROWS) throw new CannotExport(`It would have more than ${MOST_ROWS} rows.`);
  return wanted.format === 'csv' ? csvOf<string>(columns, found) : JSON.stringify(found, null, 2);
}

/** Of each student in the class by alias, as the teacher sees them. */
async function classProgress(db: Transaction<DB>, { classroom_id: classroomId }: Wanted): Promise<Table> {
  const rows = await db
    .selectFrom('student_sessions as s')
    .innerJoin('classrooms as c', 'c.id', 's.classroom_id')
    .innerJoin('lesson_progress as p', 'p.session_id', 's.id')
    .leftJoin('lesson_versions as v', (join) =>
      join.onRef('v.lesson_id', '=', 'p.lesson_id').on('v.state', '=', 'published'),
    )
    .select(['s.alias', 'p.lesson_id', 'v.title', 'p.step', 'p.started_at', 'p.completed_at'])
    .where('s.classroom_id', '=', classroomId)
    .where('s.removed_at', 'is', null)
    // Administrators of the school see the class, and not who is in it.
    .where('c.owner_id', '=', sql<string>`app_account()`)
    .orderBy('s.alias')
    .orderBy('p.lesson_id')
    .limit(MOST_ROWS + 1)
    .execute();
  return rows.map((row) => ({
    student: row.alias,
    lesson: row.lesson_id,
    title: row.title,
    step: row.step,
    startedAt: row.started_at.toISOString(),
    completedAt: row.completed_at?.toISOString() ?? null,
  }));
}

/** What may be told of all classes together: the same, by the same rules, as GET /v1/district/analytics tells. */
async function districtProgress(db: Transaction<DB>): Promise<Table> {
  const { lessons } = tellScope(await readSummaries(db, { kind: 'district' }));
  return lessons.map(({ gradeLevel, lessonId, classrooms, students, started, completed }) => ({
    gradeLevel,
    lesson: lessonId,
    classrooms,
    students,
    startedAtLeast: started.atLeast,
    startedAtMost: started.atMost,
    completedAtLeast: completed.atLeast,
    completedAtMost: completed.atMost,
  }));
}

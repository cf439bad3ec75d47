/** Whether all that was acknowledged is there, and each once. */
import { sql, type Kysely } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Written } from './lesson-mix.ts';

export interface Kept {
  /** Acknowledged, and not there. */
  readonly lost: number;
  /** There more than once, or though nobody asked for it. */
  readonly tooMany: number;
}

/** How many rows there are of what can be there too often. */
export interface Rows {
  readonly checkIns: number;
  readonly enrolments: number;
}

/** @returns the rows there are now: of the classes that are there to be joined, those who have. */
export async function rowsIn(db: Kysely<DB>, doors: readonly string[]): Promise<Rows> {
  const { rows } = await sql<Rows>`
    select (select count(*) from check_ins)::int as "checkIns",
      (select count(*) from student_sessions where classroom_id = any(${[...doors]}::uuid[]))::int as "enrolments"`.execute(
    db,
  );
  const [found] = rows;
  if (found === undefined) throw new Error('nothing was counted');
  return found;
}

export interface Account {
  readonly before: Rows;
  readonly after: Rows;
  /** All that was asked to be written was acknowledged in the end, so that there must be as many rows more. */
  readonly written: readonly Written[];
}

/** @returns what the database has of what was acknowledged. */
export async function keptOf(db: Kysely<DB>, { before, after, written }: Account): Promise<Kept> {
  const checkIns = idsOf(written, 'check-in');
  const enrolments = idsOf(written, 'enrolment');
  const lost =
    (await missing(db, 'check_ins', checkIns)) +
    (await missing(db, 'student_sessions', enrolments)) +
    (await behind(db, written));
  const more = (now: number, then: number, asked: number): number => Math.max(0, now - then - asked);
  const tooMany =
    more(after.checkIns, before.checkIns, checkIns.length) +
    more(after.enrolments, before.enrolments, enrolments.length);
  return { lost, tooMany };
}

const idsOf = (written: readonly Written[], what: 'check-in' | 'enrolment'): string[] => [
  ...new Set(written.flatMap((each) => (each.what === what ? [each.id] : []))),
];

async function missing(
  db: Kysely<DB>,
  table: 'check_ins' | 'student_sessions',
  ids: readonly string[],
): Promise<number> {
  const { rows } = await sql<{ readonly missing: number }>`
    select count(*)::int as missing from unnest(${[...ids]}::uuid[]) as given (id)
    where not exists (select from ${sql.table(table)} t where t.id = given.id)`.execute(db);
  return rows[0]?.missing ?? NaN;
}

/** Progress is never taken back: a row must say as much as the most that was acknowledged, or more. */
async function behind(db: Kysely<DB>, written: readonly Written[]): Promise<number> {
  const given = written.filter((each) => each.what === 'progress');
  const { rows } = await sql<{ readonly behind: number }>`
    select count(*)::int as behind
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as given ("enrolmentId" uuid, "lessonId" text, step integer)
    where not exists (
      select from lesson_progress p
      where p.session_id = given."enrolmentId" and p.lesson_id = given."lessonId" and p.step >= given.step
    )`.execute(db);
  return rows[0]?.behind ?? NaN;
}

/** Writing check-ins: each once, however often it is sent, and a call for help with it or not at all. */
import { sql, type Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Student } from '../../access/roles.ts';
import { isSameCheckIn, type Plan } from '../../domain/sync.ts';
import { raiseHelpSignal } from '../safety/raise.ts';
import { seenNow } from './seen.ts';

type CheckIn = Plan['checkIns'][number];

/** Keeps check-ins, and raises a help signal when a new one asks for it. @returns the ids that belong to something else. */
export async function writeCheckIns(
  db: Transaction<DB>,
  student: Student,
  checkIns: readonly CheckIn[],
): Promise<ReadonlySet<string>> {
  if (checkIns.length === 0) return new Set();
  const written = await insert(db, student, checkIns);
  if (checkIns.some(({ id, needsHelp }) => needsHelp && written.has(id))) await raiseHelpSignal(db, student);
  return taken(
    db,
    student,
    checkIns.filter(({ id }) => !written.has(id)),
  );
}

async function insert(
  db: Transaction<DB>,
  { enrolmentId, classroomId }: Student,
  checkIns: readonly CheckIn[],
): Promise<ReadonlySet<string>> {
  const given = checkIns.map(({ id, feeling, intensity, needsHelp, feltAtMs }) => ({
    id,
    feeling,
    intensity,
    needs_help: needsHelp,
    felt_at: new Date(feltAtMs),
  }));
  const { rows } = await sql<{ readonly id: string }>`
    with ${seenNow(enrolmentId)}
    insert into check_ins (id, enrolment_id, classroom_id, feeling, intensity, needs_help, felt_at)
    select id, ${enrolmentId}::uuid, ${classroomId}::uuid, feeling, intensity, needs_help, felt_at
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
      as given (id uuid, feeling text, intensity smallint, needs_help boolean, felt_at timestamptz)
    order by id
    on conflict (id) do nothing
    returning id`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

/** Those that were there before, unless they are the student's own and say the same. */
async function taken(
  db: Transaction<DB>,
  { enrolmentId }: Student,
  checkIns: readonly CheckIn[],
): Promise<ReadonlySet<string>> {
  if (checkIns.length === 0) return new Set();
  const rows = await db
    .selectFrom('check_ins')
    .select(['id', 'feeling', 'intensity', 'needs_help as needsHelp'])
    .where('enrolment_id', '=', enrolmentId)
    .where(
      'id',
      'in',
      checkIns.map(({ id }) => id),
    )
    .execute();
  const own = new Map(rows.map((row) => [row.id, row]));
  const isOwn = (each: CheckIn): boolean => {
    const known = own.get(each.id);
    return known !== undefined && isSameCheckIn(known, each);
  };
  return new Set(checkIns.filter((each) => !isOwn(each)).map(({ id }) => id));
}

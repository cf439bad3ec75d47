/**
 * Coming into a class, in as few statements as can be: a whole school does so within a minute. None of them locks the class or
 * counts who is in it; a seat is drawn among the free ones, and the unique index of seats lets one of those have it who drew the
 * same. Whoever drew in vain draws again.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import { alias, ALIASES } from '../../domain/aliases.ts';
import { returnCode } from '../../domain/codes.ts';
import type { ClassDoor, EnrolmentMode } from '../../domain/enrolment.ts';
import { Problem } from '../../http/problems.ts';

/** Of as many as join at once, at least one has a seat after each: so many would have to draw the same again and again. */
const TRIES = 20;

export interface OpenedClass {
  readonly id: string;
  readonly gradeLevel: number;
  readonly language: string;
  readonly capacity: number;
  readonly epoch: number;
  readonly hasRoom: boolean;
  readonly door: ClassDoor;
}

/** @returns the class of a code, whether or not it can be joined. */
export async function classOf(db: Kysely<DB>, code: string): Promise<OpenedClass | undefined> {
  const row = await db
    .selectFrom('classrooms')
    .select([
      'id',
      'grade_level',
      'language',
      'capacity',
      'epoch',
      'enrolment',
      'locked_at',
      'archived_at',
      'expires_at',
    ])
    .select((row) => [
      row
        .exists(
          row
            .selectFrom('consents')
            .select('consents.id')
            .whereRef('consents.basis', '=', 'classrooms.consent_basis')
            .where('consents.revoked_at', 'is', null)
            .where('consents.signed_on', '<=', sql<Date>`current_date`),
        )
        .as('is_consented'),
      sql<boolean>`capacity > (select count(*) from student_sessions s where s.classroom_id = classrooms.id and s.seat is not null)`.as(
        'has_room',
      ),
    ])
    .where('code', '=', code)
    .executeTakeFirst();
  return row === undefined
    ? undefined
    : {
        id: row.id,
        gradeLevel: row.grade_level,
        language: row.language,
        capacity: row.capacity,
        epoch: row.epoch,
        hasRoom: row.has_room,
        door: {
          mode: row.enrolment as EnrolmentMode,
          isLocked: row.locked_at !== null,
          isArchived: row.archived_at !== null,
          expiresAtMs: row.expires_at.getTime(),
          isConsented: Boolean(row.is_consented),
        },
      };
}

export interface Enrolment {
  readonly id: string;
  readonly alias: string;
  readonly epoch: number;
}

/** @returns a digest of a return code that is of no use to who reads the database, and another one in each class. */
export type HashReturnCode = (classroomId: string, code: string) => Buffer;

/** How many seats were to draw from (one, or none), and what came of it unless another drew the same. */
type Drawn = { readonly free: number } & (Enrolment | Readonly<Record<keyof Enrolment, null>>);

const isEnrolled = (row: Drawn | undefined): row is Drawn & Enrolment => typeof row?.id === 'string';

/** Takes a seat for somebody new. @returns the enrolment and its return code. @throws Problem 409 when the class is full. */
export async function enrol(
  db: Kysely<DB>,
  { id: classroomId, capacity }: OpenedClass,
  hash: HashReturnCode,
): Promise<Enrolment & { readonly returnCode: string }> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const code = returnCode(randomBytes(6));
    const { rows } = await sql<Drawn>`
      with free as (
        select seat from generate_series(1, ${capacity}::integer) as seat
        where not exists (select from student_sessions s where s.classroom_id = ${classroomId} and s.seat = seat.seat)
        order by random() limit 1
      ), entered as (
        insert into student_sessions (classroom_id, seat, alias, return_code_hash)
        select ${classroomId}, seat, ${alias(randomInt(ALIASES))}, ${hash(classroomId, code)} from free
        on conflict do nothing
        returning id, alias, epoch
      )
      select (select count(*)::int from free) as free, entered.id, entered.alias, entered.epoch from (values (1)) as one left join entered on true`.execute(
      db,
    );
    const [row] = rows;
    if (isEnrolled(row)) return { id: row.id, alias: row.alias, epoch: row.epoch, returnCode: code };
    if (row?.free === 0) throw new Problem({ status: 409, detail: 'This class is full. Tell your teacher.' });
  }
  throw new Problem({ status: 503, detail: 'Many are joining at this moment. Try again.', retryAfterSeconds: 1 });
}

/** @returns the enrolment of a return code, or undefined when nobody in the class has it. */
export const comeBack = async (
  db: Kysely<DB>,
  classroomId: string,
  returnCodeHash: Buffer,
): Promise<Enrolment | undefined> =>
  db
    .updateTable('student_sessions')
    .set({ last_seen_at: sql<Date>`now()` })
    .where('classroom_id', '=', classroomId)
    .where('return_code_hash', '=', returnCodeHash)
    .where('removed_at', 'is', null)
    .returning(['id', 'alias', 'epoch'])
    .executeTakeFirst();

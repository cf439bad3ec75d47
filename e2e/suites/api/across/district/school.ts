/** A school with a bit of everything that is somebody's: people, a class, students, and what they did. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import { digestOf, newSecret } from '@heroes/api/features/accounts/secrets.ts';
import type { DB } from '@heroes/migrations/tables.ts';
import {
  enrol,
  makeClassroom,
  makePerson,
  makeSchool,
  type Classroom,
  type Enrolled,
  type Person,
} from '../../people.ts';
import type { Stack } from '../../stack.ts';

/** A lesson of the curriculum, published, with an activity. */
export const LESSON = 'what-a-hero-does';

const HOUR_MS = 3_600_000;
const later = (): Date => new Date(Date.now() + HOUR_MS);

export interface School {
  readonly schoolId: string;
  readonly facilitator: Person;
  readonly schoolAdmin: Person;
  readonly classroom: Classroom;
  readonly student: Enrolled;
  /** In the same class. */
  readonly classmate: Enrolled;
  readonly incidentId: string;
  readonly signalId: string;
  readonly invitationId: string;
  /** The facilitator's role. */
  readonly roleId: string;
  /** By which the facilitator asks for what is kept of them. */
  readonly requestId: string;
}

/** Makes one, and rows of it in every table that holds what is somebody's. */
export async function makeFullSchool(stack: Stack): Promise<School> {
  const schoolId = await makeSchool(stack);
  const facilitator = await makePerson(stack, 'facilitator', schoolId);
  const schoolAdmin = await makePerson(stack, 'school_admin', schoolId);
  const classroom = await makeClassroom(stack, facilitator.accountId, schoolId);
  const student = await enrol(stack, classroom);
  const classmate = await enrol(stack, classroom);
  const { db } = stack;
  for (const each of [student, classmate]) await participate(db, each);
  await teach(db, classroom);
  await askForData(stack, student, schoolAdmin);
  return {
    ...{ schoolId, facilitator, schoolAdmin, classroom, student, classmate },
    ...(await seekHelp(db, student)),
    ...(await administer(db, schoolId, { by: schoolAdmin, of: facilitator })),
    requestId: await askForOwnData(stack, facilitator),
  };
}

async function teach(db: Kysely<DB>, { id }: Classroom): Promise<void> {
  const lesson = { classroom_id: id, lesson_id: LESSON, version: 1 };
  await db.insertInto('lesson_pins').values(lesson).execute();
  await db.insertInto('live_sessions').values(lesson).execute();
}

async function participate(db: Kysely<DB>, { enrolmentId, classroomId }: Enrolled): Promise<void> {
  const own = { enrolment_id: enrolmentId, classroom_id: classroomId };
  await db
    .insertInto('lesson_progress')
    .values({ session_id: enrolmentId, lesson_id: LESSON, version: 1, step: 1 })
    .execute();
  await db
    .insertInto('check_ins')
    .values({ ...own, id: randomUUID(), feeling: 'calm', intensity: 2, felt_at: new Date() })
    .execute();
  await db
    .insertInto('activity_responses')
    .values({
      ...own,
      lesson_id: LESSON,
      version: 1,
      activity_id: 'an-activity',
      choices: [0],
      answered_at: new Date(),
    })
    .execute();
  await db
    .insertInto('sync_batches')
    .values({ enrolment_id: enrolmentId, batch_id: randomUUID(), request: randomBytes(32), results: '[]' })
    .execute();
}

async function seekHelp(db: Kysely<DB>, { enrolmentId, classroomId }: Enrolled) {
  const own = { enrolment_id: enrolmentId, classroom_id: classroomId };
  const { id: signalId } = await db
    .insertInto('help_signals')
    .values({ ...own, escalates_at: later() })
    .returning('id')
    .executeTakeFirstOrThrow();
  const { id: incidentId } = await db
    .insertInto('incident_reports')
    .values({ ...own, role: 'bystander', category: 'exclusion', description: `Said behind the gym, ${randomUUID()}` })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { signalId, incidentId };
}

async function administer(db: Kysely<DB>, schoolId: string, { by, of }: { readonly by: Person; readonly of: Person }) {
  const { id: invitationId } = await db
    .insertInto('invitations')
    .values({
      email: `${randomUUID()}@example.org`,
      role: 'facilitator',
      school_id: schoolId,
      secret_hash: randomBytes(32),
      invited_by: by.accountId,
      expires_at: later(),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await db
    .insertInto('account_identities')
    .values({ issuer: 'https://id.example.org', subject: randomUUID(), account_id: of.accountId })
    .execute();
  const { id: signInId } = await db
    .selectFrom('sign_ins')
    .select('id')
    .where('account_id', '=', of.accountId)
    .executeTakeFirstOrThrow();
  await db
    .insertInto('refresh_tokens')
    .values({ secret_hash: randomBytes(32), sign_in_id: signInId, expires_at: later() })
    .execute();
  const { id: roleId } = await db
    .selectFrom('account_roles')
    .select('id')
    .where('account_id', '=', of.accountId)
    .executeTakeFirstOrThrow();
  return { invitationId, roleId };
}

/** Somebody asks for what is kept of a student. */
async function askForData({ db }: Pick<Stack, 'db'>, { enrolmentId }: Enrolled, { accountId }: Person): Promise<void> {
  await db
    .insertInto('rights_requests')
    .values({
      kind: 'access',
      enrolment_id: enrolmentId,
      subject: `student:${enrolmentId}`,
      due_at: later(),
      requested_by: accountId,
    })
    .execute();
}

/** Somebody asks for what is kept of themselves. @returns the request. */
export async function askForOwnData({ db }: Pick<Stack, 'db'>, { accountId }: Person): Promise<string> {
  const { id } = await db
    .insertInto('rights_requests')
    .values({
      kind: 'access',
      account_id: accountId,
      subject: `account:${accountId}`,
      due_at: later(),
      requested_by: accountId,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** An export that somebody has asked for, ready, with its link. @returns its id, and the secret of the link. */
export async function makeExport({ db }: Stack, { accountId }: Person, classroomId?: string) {
  const { id } = await db
    .insertInto('exports')
    .values({
      kind: classroomId === undefined ? 'district_progress' : 'class_progress',
      format: 'csv',
      classroom_id: classroomId ?? null,
      requested_by: accountId,
      state: 'ready',
      contents: Buffer.from('lesson,completed\n'),
      finished_at: new Date(),
      expires_at: later(),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const secret = newSecret();
  await db
    .insertInto('export_links')
    .values({ secret_hash: digestOf(secret), export_id: id, expires_at: later() })
    .execute();
  return { exportId: id, secret };
}

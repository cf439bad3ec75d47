/** What is past its time is deleted: that, and nothing else. */
import { randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { enrol, makeClassroom, makePerson, makeSchool, type Classroom, type Enrolled, type Person } from './people.ts';
import { afterDays, checkIn, count, DAY_MS, progress, report, rowsOf, signal } from './retention-run.ts';
import { startStack, type Stack } from './stack.ts';

let stack: Stack;
let admin: Person;
let teacher: Person;
let schoolId: string;
let classroom: Classroom;
let student: Enrolled;

beforeAll(async () => {
  stack = await startStack();
  admin = await makePerson(stack, 'district_admin');
  schoolId = await makeSchool(stack);
  teacher = await makePerson(stack, 'facilitator', schoolId);
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

beforeEach(async () => {
  classroom = await makeClassroom(stack, teacher.accountId, schoolId);
  student = await enrol(stack, classroom);
});

afterEach(async () => {
  await sql`delete from classrooms`.execute(stack.db);
});

describe('the job', () => {
  it('deletes what is due and nothing before', async () => {
    await checkIn(stack, student, 5);
    await checkIn(stack, student);
    expect(rowsOf(await afterDays(stack, 24.9), 'CheckIn')).toBe(0);
    expect(rowsOf(await afterDays(stack, 25.1), 'CheckIn')).toBe(1);
    expect(await count(stack, 'check_ins')).toBe(1);
    expect(rowsOf(await afterDays(stack, 30.1), 'CheckIn')).toBe(1);
    expect(await count(stack, 'student_sessions')).toBe(1);
  });

  it('deletes a student with all that is the student’s, and counts it', async () => {
    await progress(stack, student);
    await stack.db
      .insertInto('sync_batches')
      .values({
        enrolment_id: student.enrolmentId,
        batch_id: randomUUID(),
        request: randomBytes(4),
        results: '[]',
        created_at: new Date(Date.now() + 90 * DAY_MS),
      })
      .execute();
    const other = await enrol(stack, classroom);
    await stack.db
      .updateTable('student_sessions')
      .set({ last_seen_at: new Date(Date.now() + DAY_MS) })
      .where('id', '=', other.enrolmentId)
      .execute();
    expect(rowsOf(await afterDays(stack, 90.1), 'StudentSession')).toBe(3);
    const left = await stack.db.selectFrom('student_sessions').select('id').execute();
    expect(left).toEqual([{ id: other.enrolmentId }]);
    expect(await count(stack, 'lesson_progress')).toBe(0);
    const run = await stack.db
      .selectFrom('retention_runs')
      .select(['rows_deleted', 'rows_by_table'])
      .where('class', '=', 'StudentSession')
      .orderBy('started_at', 'desc')
      .executeTakeFirstOrThrow();
    expect(run.rows_deleted).toBe(3);
    expect(run.rows_by_table).toMatchObject({ student_sessions: 1, lesson_progress: 1, sync_batches: 1 });
  });

  it('keeps a student as long as a call for help of it is kept', async () => {
    await signal(stack, student);
    expect(rowsOf(await afterDays(stack, 300), 'StudentSession')).toBe(0);
    const outcome = await afterDays(stack, 365.1);
    expect(rowsOf(outcome, 'HelpSignal')).toBe(1);
    expect(rowsOf(outcome, 'StudentSession')).toBe(1);
  });

  it('counts the time of a call for help from when it was resolved', async () => {
    await signal(stack, student);
    const resolvedAt = new Date(Date.now() + 100 * DAY_MS);
    await stack.db.updateTable('help_signals').set({ state: 'resolved', resolved_at: resolvedAt }).execute();
    expect(rowsOf(await afterDays(stack, 464.9), 'HelpSignal')).toBe(0);
    expect(rowsOf(await afterDays(stack, 465.1), 'HelpSignal')).toBe(1);
  });

  it('deletes a class that has ended when nothing of it is kept longer', async () => {
    await report(stack, student);
    const endsAt = new Date(Date.now() - 100 * DAY_MS);
    await stack.db.updateTable('classrooms').set({ archived_at: endsAt }).execute();
    const early = await afterDays(stack, 300);
    expect(rowsOf(early, 'StudentSession')).toBe(1);
    expect(rowsOf(early, 'Classroom')).toBe(0);
    expect(await count(stack, 'incident_reports')).toBe(1);
    const late = await afterDays(stack, 365.1);
    expect(rowsOf(late, 'IncidentReport')).toBe(1);
    expect(rowsOf(late, 'Classroom')).toBe(1);
    expect(await count(stack, 'classrooms')).toBe(0);
  });

  it('deletes more than a batch', async () => {
    await sql`insert into idempotency_keys (id, request, created_at)
      select decode(lpad(to_hex(n), 8, '0'), 'hex'), '\\x00', now() - interval '8 days' from generate_series(1, 2500) n`.execute(
      stack.db,
    );
    await sql`insert into student_sessions (classroom_id, alias, last_seen_at)
      select ${classroom.id}::uuid, 'Otter ' || n, now() - interval '91 days' from generate_series(1, 120) n`.execute(
      stack.db,
    );
    const outcome = await afterDays(stack, 0);
    expect(rowsOf(outcome, 'Operational')).toBe(2500);
    expect(rowsOf(outcome, 'StudentSession')).toBe(120);
    expect(await count(stack, 'student_sessions')).toBe(1);
  });

  it('deletes what signing in left behind, and keeps sign-ins that are good', async () => {
    const before = await count(stack, 'sign_ins');
    const { id } = await stack.db
      .insertInto('sign_ins')
      .values({ account_id: teacher.accountId, method: 'password', expires_at: new Date(Date.now() - 8 * DAY_MS) })
      .returning('id')
      .executeTakeFirstOrThrow();
    const expiresAt = new Date(Date.now() - 8 * DAY_MS);
    await stack.db
      .insertInto('refresh_tokens')
      .values({ secret_hash: randomBytes(32), sign_in_id: id, expires_at: expiresAt })
      .execute();
    await stack.db
      .insertInto('oidc_requests')
      .values({ state_hash: randomBytes(32), sealed: randomBytes(8), expires_at: expiresAt })
      .execute();
    expect(rowsOf(await afterDays(stack, 0), 'Operational')).toBe(3);
    expect(await count(stack, 'sign_ins')).toBe(before);
  });

  it('never deletes what was not delivered', async () => {
    const old = new Date(Date.now() - 400 * DAY_MS);
    const message = { topic: 'help.raised', payload: '{}', created_at: old };
    await stack.db
      .insertInto('outbox')
      .values([message, { ...message, delivered_at: old }])
      .execute();
    await afterDays(stack, 0);
    expect(await count(stack, 'outbox')).toBe(1);
    await sql`delete from outbox`.execute(stack.db);
  });

  it('deletes exports with their contents as soon as they have expired', async () => {
    const row = { kind: 'class_progress', format: 'csv', requested_by: teacher.accountId, contents: Buffer.from('x') };
    const exported = await stack.db
      .insertInto('exports')
      .values([
        { ...row, expires_at: new Date(Date.now() - 1_000) },
        { ...row, expires_at: new Date(Date.now() + DAY_MS) },
      ])
      .returning('id')
      .execute();
    await stack.db
      .insertInto('export_links')
      .values(exported.map(({ id }) => ({ secret_hash: randomBytes(32), export_id: id, expires_at: new Date() })))
      .execute();
    expect(rowsOf(await afterDays(stack, 0), 'Export')).toBe(2);
    expect(await count(stack, 'exports')).toBe(1);
    await sql`delete from exports`.execute(stack.db);
  });

  it('deletes accounts that nobody used for long, but never the last who can let others in', async () => {
    const gone = await makePerson(stack, 'facilitator', schoolId);
    const second = await makePerson(stack, 'district_admin');
    const used = async (at: Date, ...ids: string[]) =>
      stack.db.updateTable('accounts').set({ last_active_at: at }).where('id', 'in', ids).execute();
    const long = new Date(Date.now() - 731 * DAY_MS);
    await used(long, gone.accountId, admin.accountId, second.accountId);
    expect(await afterDays(stack, 0).then(async () => ids())).toEqual(
      expect.arrayContaining([admin.accountId, second.accountId, teacher.accountId]),
    );
    expect(await ids()).not.toContain(gone.accountId);
    await used(new Date(), admin.accountId);
    await afterDays(stack, 0);
    expect(await ids()).not.toContain(second.accountId);
    expect(await ids()).toContain(admin.accountId);
    async function ids(): Promise<string[]> {
      return (await stack.db.selectFrom('accounts').select('id').execute()).map(({ id }) => id);
    }
  });
});

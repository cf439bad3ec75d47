/** Deletion by age leaves evidence, whatever happens, and the audit holds all the while. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asActor } from '@heroes/api/data/transaction.ts';
import { record } from '@heroes/api/features/audit/record.ts';
import { anchorAudit } from '@heroes/jobs/audit-anchor.ts';
import { KEPT_CLASSES } from '@heroes/migrations/retention.ts';
import { parseRetentionPolicy } from '@heroes/runtime/retention-policy.ts';
import {
  bearer,
  enrol,
  makeClassroom,
  makePerson,
  makeSchool,
  type Classroom,
  type Enrolled,
  type Person,
} from './people.ts';
import { afterDays, checkIn, count, POLICY, policyWithout, rowsOf } from './retention-run.ts';
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

/** As somebody who has just signed in: what is done a year from now has ended all sign-ins of today. */
async function verify() {
  const reader = await makePerson(stack, 'district_admin');
  const answer = await stack.app.inject({
    method: 'POST',
    url: '/v1/audit/verify',
    headers: bearer(reader),
    payload: {},
  });
  return answer.json<{ fault: unknown; anchors: { holds: boolean }[]; head: { sequence: number; hash: string } }>();
}

describe('the evidence', () => {
  it('deletes nothing without a policy, nor what would take such along', async () => {
    await checkIn(stack, student, 1000);
    await stack.db
      .updateTable('student_sessions')
      .set({ last_seen_at: new Date(0) })
      .execute();
    await stack.db
      .updateTable('classrooms')
      .set({ archived_at: new Date(0) })
      .execute();
    const outcome = await afterDays(stack, 0, policyWithout('CheckIn'));
    expect(outcome.skipped).toEqual(['CheckIn', 'StudentSession', 'Classroom']);
    expect(await count(stack, 'check_ins')).toBe(1);
    expect(await count(stack, 'classrooms')).toBe(1);
    const nothing = await afterDays(stack, 0, parseRetentionPolicy('[]'));
    expect(nothing.classes).toEqual([]);
    expect(nothing.skipped).toEqual([...KEPT_CLASSES]);
  });

  it('leaves evidence of every class each time, also where nothing was due', async () => {
    const before = await count(stack, 'retention_runs');
    const outcome = await afterDays(stack, 0);
    const runs = await stack.db
      .selectFrom('retention_runs')
      .selectAll()
      .orderBy('started_at', 'desc')
      .limit(KEPT_CLASSES.length)
      .execute();
    expect(await count(stack, 'retention_runs')).toBe(before + KEPT_CLASSES.length);
    expect(runs.map((run) => run.class).sort()).toEqual([...KEPT_CLASSES].sort());
    for (const run of runs) {
      expect(run.policy_version).toBe(POLICY.version);
      expect(run.finished_at).not.toBeNull();
      expect(run.cutoff.toISOString()).toBe(outcome.classes.find((each) => each.class === run.class)?.cutoff);
    }
  });

  it('does again what it did, without harm', async () => {
    await checkIn(stack, student, 40);
    const [one, two] = [await afterDays(stack, 0), await afterDays(stack, 0)];
    expect([rowsOf(one, 'CheckIn'), rowsOf(two, 'CheckIn')]).toEqual([1, 0]);
  });

  it('says what it did when it was cut off, and goes on next time', async () => {
    await checkIn(stack, student, 40);
    // Whatever is wrong with a class, those before it are done, and told of.
    await sql`create function refuse() returns trigger language plpgsql as $$ begin raise exception 'cut off'; end $$`.execute(
      stack.db,
    );
    await sql`create trigger refuse before delete on student_sessions for each row execute function refuse()`.execute(
      stack.db,
    );
    await stack.db
      .updateTable('student_sessions')
      .set({ last_seen_at: new Date(0) })
      .execute();
    await expect(afterDays(stack, 0)).rejects.toThrow('cut off');
    await sql`drop function refuse cascade`.execute(stack.db);
    const [cut] = await stack.db.selectFrom('retention_runs').selectAll().where('finished_at', 'is', null).execute();
    expect(cut).toMatchObject({ class: 'StudentSession', rows_deleted: 0 });
    expect(await count(stack, 'check_ins')).toBe(0);
    expect(rowsOf(await afterDays(stack, 0), 'StudentSession')).toBe(1);
  });

  it('works beside itself', async () => {
    await sql`insert into student_sessions (classroom_id, alias, last_seen_at)
      select ${classroom.id}::uuid, 'Heron ' || n, now() - interval '91 days' from generate_series(1, 200) n`.execute(
      stack.db,
    );
    const both = await Promise.all([afterDays(stack, 0), afterDays(stack, 0)]);
    expect(both.reduce((sum, each) => sum + (rowsOf(each, 'StudentSession') ?? 0), 0)).toBe(200);
  });
});

describe('the audit meanwhile', () => {
  it('loses who it was on time, and holds', async () => {
    const actor = { kind: 'account', accountId: admin.accountId, signInId: randomUUID(), grants: [] } as const;
    await asActor(stack.context.db, actor, async (db) => {
      await record(db, { actor, action: 'test.done', object: 'test', personal: { email: 'someone@example.org' } });
    });
    expect(rowsOf(await afterDays(stack, 364), 'Audit')).toBe(0);
    expect(rowsOf(await afterDays(stack, 365.1), 'Audit')).toBe(1);
    expect(await count(stack, 'audit_personal')).toBe(0);
    expect((await verify()).fault).toBeNull();
  });

  it('is anchored, and the anchor holds', async () => {
    const { head } = await verify();
    const anchor = await anchorAudit(stack.db);
    expect(anchor?.sequence).toBe(head.sequence + 1);
    const { anchors } = await verify();
    expect(anchors).toMatchObject([{ sequence: anchor?.sequence, hash: anchor?.hash, holds: true }]);
    expect(await anchorAudit(stack.db)).toMatchObject({ sequence: head.sequence + 2 });
  });

  it('gets no anchor when it does not hold since the last one', async () => {
    await verify();
    await sql`alter table audit_entries disable trigger user`.execute(stack.db);
    await sql`update audit_entries set hash = '\\x01' where sequence = (select max(sequence) from audit_entries)`.execute(
      stack.db,
    );
    await expect(anchorAudit(stack.db)).rejects.toThrow('kubectl heroes audit verify');
    await sql`update audit_entries set hash = (select hash from audit_head) where hash = '\\x01'`.execute(stack.db);
    await sql`alter table audit_entries enable trigger user`.execute(stack.db);
    expect(await anchorAudit(stack.db)).not.toBeNull();
  });
});

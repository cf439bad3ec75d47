/** Deletion at somebody's wish: all of it or nothing, with a certificate that can be proved. */
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asActor } from '@heroes/api/data/transaction.ts';
import { record } from '@heroes/api/features/audit/record.ts';
import type { Table } from '@heroes/migrations/retention.ts';
import { districtAdmin, startUnhurried, verifyAs } from './audit-tampering.ts';
import { enrol, makePerson } from './people.ts';
import { ask, makeScene, type Answered, type Scene } from './privacy-scene.ts';
import type { Stack } from './stack.ts';

let stack: Stack;
let scene: Scene;

beforeAll(async () => {
  stack = await startUnhurried();
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

beforeEach(async () => {
  scene = await makeScene(stack);
});

interface Request {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly state: string;
  readonly refusal: string | null;
  readonly createdAt: string;
  readonly dueAt: string;
  readonly exportId: string | null;
  readonly certificate: string | null;
}

type By = { readonly token: string };

const request = async (as: By, kind: string, subject: object): Promise<Answered<Request>> =>
  ask<Request>(stack, 'POST /v1/privacy/requests', { as, body: { kind, subject } });

const execute = async (id: string, as: By = scene.admin): Promise<Answered<Request>> =>
  ask<Request>(stack, `POST /v1/privacy/requests/${id}/execute`, { as });

const ofStudent = (): { enrolmentId: string } => ({ enrolmentId: scene.student.enrolmentId });

/** What a JWS says, whoever signed it. */
const claimsIn = (jws: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

/** Rows that hold an id anywhere in them. */
async function mentions(id: string): Promise<string[]> {
  const { rows: tables } = await sql<{ name: Table }>`select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE'`.execute(stack.db);
  const found: string[] = [];
  for (const { name } of tables) {
    const { rows } = await sql<{
      n: string;
    }>`select count(*) as n from ${sql.table(name)} t where t::text like ${`%${id}%`}`.execute(stack.db);
    if (rows[0]?.n !== '0') found.push(name);
  }
  return found.sort();
}

describe('a deletion', () => {
  it('deletes all that is a student’s, and says so in a certificate of ours', async () => {
    const { body } = await request(scene.teacher, 'deletion', ofStudent());
    const granted = await execute(body.id);
    expect(granted.status).toBe(200);
    expect(granted.body.state).toBe('done');
    const certificate = String(granted.body.certificate);
    expect(claimsIn(certificate)).toMatchObject({
      jti: body.id,
      sub: `student:${scene.student.enrolmentId}`,
      deleted: [
        { class: 'ActivityResponse', rows: 1 },
        { class: 'CheckIn', rows: 1 },
        { class: 'HelpSignal', rows: 1 },
        { class: 'StudentSession', rows: 2 },
      ],
      cleared: [{ class: 'IncidentReport', rows: 1 }],
    });
    const proved = await ask(stack, 'POST /v1/privacy/certificates/verify', { body: { certificate } });
    expect(proved.body).toMatchObject({ isOurs: true, claims: { request: body.id, subject: body.subject } });
    // What it was called is known to the evidence; nothing of it is left.
    expect(await mentions(scene.student.enrolmentId)).toEqual(['audit_entries', 'rights_requests']);
    const report = await stack.db
      .selectFrom('incident_reports')
      .select(['description', 'enrolment_id'])
      .where('classroom_id', '=', scene.classroom.id)
      .executeTakeFirstOrThrow();
    expect(report).toEqual({ description: null, enrolment_id: null });
  });

  it('ends the student’s token, and leaves the others alone', async () => {
    const other = await enrol(stack, scene.classroom);
    const { body } = await request(scene.teacher, 'deletion', ofStudent());
    await execute(body.id);
    const left = await stack.db
      .selectFrom('student_sessions')
      .select('id')
      .where('classroom_id', '=', scene.classroom.id)
      .execute();
    expect(left).toEqual([{ id: other.enrolmentId }]);
  });

  it('is done once, also by two at the same time', async () => {
    const { body } = await request(scene.teacher, 'deletion', ofStudent());
    const both = await Promise.all([execute(body.id), execute(body.id)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('is certified also when nothing was left', async () => {
    const { body } = await request(scene.teacher, 'deletion', ofStudent());
    await stack.db.deleteFrom('student_sessions').where('id', '=', scene.student.enrolmentId).execute();
    const granted = await execute(body.id);
    expect(claimsIn(String(granted.body.certificate))).toMatchObject({ sub: body.subject, deleted: [] });
  });

  it('is all or nothing', async () => {
    const { body } = await request(scene.teacher, 'deletion', ofStudent());
    await sql`create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$`.execute(
      stack.db,
    );
    await sql`create trigger refuse before update on rights_requests for each row when (new.state = 'done') execute function refuse()`.execute(
      stack.db,
    );
    expect((await execute(body.id)).status).toBe(500);
    await sql`drop function refuse cascade`.execute(stack.db);
    expect(await mentions(scene.student.enrolmentId)).toEqual(
      expect.arrayContaining([
        'activity_responses',
        'check_ins',
        'help_signals',
        'lesson_progress',
        'student_sessions',
      ]),
    );
    expect((await execute(body.id)).status).toBe(200);
  });

  it('deletes an account with who it was in the audit, which still holds; its classes stay', async () => {
    const { accountId } = scene.teacher;
    await asActor(stack.context.db, districtAdmin(scene.admin), async (db) => {
      const object = `account:${accountId}`;
      const { email } = await db
        .selectFrom('accounts')
        .select('email')
        .where('id', '=', accountId)
        .executeTakeFirstOrThrow();
      const actor = districtAdmin(scene.admin);
      await record(db, {
        actor,
        action: 'invitation.made',
        object: 'invitation:x',
        personal: { email: email.toUpperCase() },
      });
      await record(db, {
        actor,
        action: 'invitation.made',
        object: 'invitation:y',
        personal: { email: 'other@example.org' },
      });
      await record(db, {
        actor: districtAdmin(scene.admin),
        action: 'test.done',
        object,
        personal: { email: 'x@example.org' },
      });
    });
    const { body } = await request(scene.admin, 'deletion', { accountId });
    const granted = await execute(body.id);
    expect(claimsIn(String(granted.body.certificate)).deleted).toEqual([
      { class: 'Account', rows: 2 },
      { class: 'Audit', rows: 2 },
      { class: 'Operational', rows: 1 },
    ]);
    expect(await mentions(accountId)).toEqual(['audit_entries', 'rights_requests']);
    const classroom = await stack.db
      .selectFrom('classrooms')
      .select('owner_id')
      .where('id', '=', scene.classroom.id)
      .executeTakeFirstOrThrow();
    expect(classroom.owner_id).toBeNull();
    expect((await verifyAs(stack, scene.admin)).fault).toBeNull();
  });

  it('is neither of oneself nor of the last administrator', async () => {
    const own = await request(scene.admin, 'deletion', { accountId: scene.admin.accountId });
    expect((await execute(own.body.id)).status).toBe(409);
    await stack.db
      .updateTable('accounts')
      .set({ suspended_at: new Date() })
      .where('id', 'in', (eb) =>
        eb
          .selectFrom('account_roles')
          .select('account_id')
          .where('role', '=', 'district_admin')
          .where('account_id', '!=', scene.admin.accountId),
      )
      .execute();
    const other = await makePerson(stack, 'district_admin');
    const mutual = await request(scene.admin, 'deletion', { accountId: other.accountId });
    const ends = await Promise.all([execute(own.body.id, other), execute(mutual.body.id, scene.admin)]);
    expect(ends.map(({ status }) => status).sort()).toEqual([200, 409]);
  });
});

describe('a certificate', () => {
  it('is no token, a token no certificate, and a changed one neither', async () => {
    const { body } = await request(scene.teacher, 'deletion', ofStudent());
    const { certificate } = (await execute(body.id)).body;
    expect((await ask(stack, 'GET /v1/audit', { as: { token: String(certificate) } })).status).toBe(401);
    const prove = async (text: string) =>
      (await ask(stack, 'POST /v1/privacy/certificates/verify', { body: { certificate: text } })).body;
    expect(await prove(scene.admin.token)).toEqual({ isOurs: false, claims: null });
    const [header, , signature] = String(certificate).split('.');
    const forged = Buffer.from(JSON.stringify({ sub: 'student:x', jti: 'x', iss: 'heroes-in-waiting', iat: 1 }));
    expect(await prove(`${header}.${forged.toString('base64url')}.${signature}`)).toEqual({
      isOurs: false,
      claims: null,
    });
    expect(await prove('a.b.c')).toEqual({ isOurs: false, claims: null });
  });

  it('is proved after its key has gone out of use', async () => {
    const { body } = await request(scene.teacher, 'deletion', ofStudent());
    const { certificate } = (await execute(body.id)).body;
    await sql`update signing_keys set signs_from = signs_from - interval '99 days', retires_at = retires_at - interval '99 days'`.execute(
      stack.db,
    );
    const proved = await ask(stack, 'POST /v1/privacy/certificates/verify', { body: { certificate } });
    expect(proved.body).toMatchObject({ isOurs: true });
    await sql`update signing_keys set retires_at = retires_at + interval '99 days', signs_from = signs_from + interval '99 days'`.execute(
      stack.db,
    );
  });
});

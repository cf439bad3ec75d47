/** What people may ask for: to be given what is kept of them, or to have it deleted. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startUnhurried } from './audit-tampering.ts';
import { makeClassroom, makePerson, makeSchool } from './people.ts';
import { ask, makeExports, makeScene, someId, type Answered, type Scene } from './privacy-scene.ts';
import { count } from './retention-run.ts';
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

describe('a request', () => {
  it('is received, due in 45 days, and seen by who asked and by the district', async () => {
    const { status, body } = await request(scene.teacher, 'deletion', ofStudent());
    expect(status).toBe(201);
    expect(body).toMatchObject({
      kind: 'deletion',
      subject: `student:${scene.student.enrolmentId}`,
      state: 'received',
    });
    expect(Date.parse(body.dueAt) - Date.parse(body.createdAt)).toBeCloseTo(45 * 86_400_000, -4);
    for (const as of [scene.teacher, scene.admin]) {
      expect((await ask(stack, `GET /v1/privacy/requests/${body.id}`, { as })).body).toMatchObject({ id: body.id });
      const listed = await ask<{ items: Request[] }>(stack, 'GET /v1/privacy/requests', { as });
      expect(listed.body.items.map(({ id }) => id)).toContain(body.id);
    }
    const other = await makePerson(stack, 'facilitator', scene.schoolId);
    expect((await ask(stack, `GET /v1/privacy/requests/${body.id}`, { as: other })).status).toBe(404);
    expect((await ask<{ items: Request[] }>(stack, 'GET /v1/privacy/requests', { as: other })).body.items).toEqual([]);
  });

  it('finds a student by its class and return code, as a parent can name it', async () => {
    const typed = scene.returnCode.toLowerCase();
    const { body } = await request(scene.principal, 'access', { classroomId: scene.classroom.id, returnCode: typed });
    expect(body.subject).toBe(`student:${scene.student.enrolmentId}`);
    const wrong = { classroomId: scene.classroom.id, returnCode: 'ZZZ-ZZZ' };
    expect((await request(scene.principal, 'access', wrong)).status).toBe(404);
    const elsewhere = await makeClassroom(stack, scene.teacher.accountId, scene.schoolId);
    const other = { classroomId: elsewhere.id, returnCode: scene.returnCode };
    expect((await request(scene.principal, 'access', other)).status).toBe(404);
  });

  it('is of nobody whom the asker does not answer for', async () => {
    const elsewhere = await makeScene(stack);
    for (const as of [elsewhere.teacher, elsewhere.principal])
      expect((await request(as, 'access', ofStudent())).status).toBe(404);
    expect((await request(scene.admin, 'access', { enrolmentId: someId() })).status).toBe(404);
    expect((await request(scene.teacher, 'access', { accountId: scene.principal.accountId })).status).toBe(404);
    expect((await request(scene.teacher, 'access', { accountId: scene.teacher.accountId })).status).toBe(201);
    expect((await request(scene.admin, 'access', { accountId: scene.principal.accountId })).status).toBe(201);
    expect((await ask(stack, 'POST /v1/privacy/requests', { as: scene.student, body: {} })).status).toBe(403);
    expect((await ask(stack, 'POST /v1/privacy/requests', { body: {} })).status).toBe(401);
  });

  it.each([
    ['of no kind', { kind: 'correction', subject: { enrolmentId: someId() } }],
    ['of nobody', { kind: 'access', subject: {} }],
    ['of two at once', { kind: 'access', subject: { enrolmentId: someId(), accountId: someId() } }],
    ['of an id that is none', { kind: 'access', subject: { enrolmentId: '1' } }],
  ])('%s is refused', async (_what, body) => {
    expect((await ask(stack, 'POST /v1/privacy/requests', { as: scene.admin, body })).status).toBe(400);
  });

  it('is received once while it is open, also from two at the same time', async () => {
    const both = await Promise.all([
      request(scene.teacher, 'deletion', ofStudent()),
      request(scene.admin, 'deletion', ofStudent()),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  it('is refused with a reason, and then neither granted nor asked for again by itself', async () => {
    const { body } = await request(scene.teacher, 'deletion', ofStudent());
    const refuse = `POST /v1/privacy/requests/${body.id}/refuse`;
    expect((await ask(stack, refuse, { as: scene.teacher, body: { reason: 'identity' } })).status).toBe(403);
    const { body: refused } = await ask<Request>(stack, refuse, { as: scene.admin, body: { reason: 'legal_hold' } });
    expect(refused).toMatchObject({ state: 'refused', refusal: 'legal_hold' });
    expect((await execute(body.id)).status).toBe(409);
    expect(await count(stack, 'student_sessions')).toBeGreaterThan(0);
  });

  it('is granted by the district alone', async () => {
    const { body } = await request(scene.teacher, 'deletion', ofStudent());
    expect((await execute(body.id, scene.teacher)).status).toBe(403);
    expect((await execute(body.id, scene.principal)).status).toBe(403);
    expect((await execute(someId())).status).toBe(404);
  });
});

describe('access', () => {
  const fetched = async (exportId: string | null): Promise<Record<string, Record<string, unknown>[]>> => {
    await makeExports(stack);
    const link = await ask<{ secret: string }>(stack, `POST /v1/exports/${String(exportId)}/links`, {
      as: scene.admin,
    });
    const file = await ask(stack, 'POST /v1/exports/download', { body: { secret: link.body.secret } });
    expect(file.status).toBe(200);
    return file.body as never;
  };

  it('gives all that is kept of a student', async () => {
    const { body } = await request(scene.teacher, 'access', ofStudent());
    const granted = await execute(body.id);
    expect(granted.body).toMatchObject({ state: 'received', certificate: null });
    const own = await fetched(granted.body.exportId);
    expect(Object.fromEntries(Object.entries(own).map(([name, rows]) => [name, rows.length]))).toEqual({
      enrolment: 1,
      progress: 1,
      checkIns: 1,
      answers: 1,
      helpSignals: 1,
      incidentReports: 1,
    });
    expect(own.incidentReports?.[0]).toMatchObject({ description: 'what the child wrote' });
    const done = await ask<Request>(stack, `GET /v1/privacy/requests/${body.id}`, { as: scene.teacher });
    expect(done.body).toMatchObject({ state: 'done', exportId: null });
  });

  it('gives an adult what is kept of them, and no secrets', async () => {
    const { body } = await request(scene.teacher, 'access', { accountId: scene.teacher.accountId });
    const granted = await execute(body.id);
    const own = await fetched(granted.body.exportId);
    expect(own.roles).toMatchObject([{ role: 'facilitator' }]);
    expect(own.classrooms).toHaveLength(1);
    expect(JSON.stringify(own)).not.toMatch(/password_hash|\\\\x|totp_secret/);
  });

  it('granted twice is one file', async () => {
    const { body } = await request(scene.teacher, 'access', ofStudent());
    const one = await execute(body.id);
    const two = await execute(body.id);
    expect(two.body.exportId).toBe(one.body.exportId);
  });

  it('of somebody at another school is nobody’s but the district’s to grant', async () => {
    const school = await makeSchool(stack);
    const stranger = await makePerson(stack, 'school_admin', school);
    const { body } = await request(scene.teacher, 'access', ofStudent());
    expect((await execute(body.id, stranger)).status).toBe(403);
  });
});

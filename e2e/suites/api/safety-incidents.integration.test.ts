/** Incident reports: by students and adults, with words only where the district takes them, reviewed by adults. */
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bearer, makePerson, type Person } from './people.ts';
import { auditOf, get, makeScene, post, type Caller, type Scene } from './safety-scene.ts';
import { startStack, type Stack } from './stack.ts';

let stack: Stack;
let district: Person;
let scene: Scene;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

beforeEach(async () => {
  district = await makePerson(stack, 'district_admin');
  scene = await makeScene(stack);
  await stack.db.updateTable('district_settings').set({ free_text: false, help_escalation_minutes: 10 }).execute();
});

interface Report {
  readonly id: string;
  readonly role: string;
  readonly state: string;
  readonly description: string | null;
  readonly reporter: string | null;
  readonly reportedBy: string | null;
  readonly happenedOn: string | null;
}

const REPORT = { role: 'bystander', category: 'verbal' };

const reports = async (body: object, caller: Caller = scene.student) => post(stack, caller, '/v1/me/incidents', body);

async function patch(caller: Caller, url: string, payload: object) {
  return stack.app.inject({ method: 'PATCH', url, headers: bearer(caller), payload });
}

async function listed(caller: Caller, url = `/v1/classrooms/${scene.classroom.id}/incidents`): Promise<Report[]> {
  const answer = await get(stack, caller, url);
  expect(answer.statusCode).toBe(200);
  return answer.json<{ items: Report[] }>().items;
}

const today = (): string => new Date().toISOString().slice(0, 10);

describe('a report', () => {
  it('of a bystander says what happened and not who says so; of a target, also who', async () => {
    const answer = await reports({ ...REPORT, happenedOn: today() });
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({ crisis: { locale: 'en-US' } });
    await reports({ role: 'target', category: 'exclusion' });
    const [target, bystander] = await listed(scene.teacher);
    expect(target).toMatchObject({ role: 'target', happenedOn: null, description: null, state: 'new' });
    expect(target?.reporter).toMatch(/^Calm Otter/);
    expect(bystander).toMatchObject({ role: 'bystander', happenedOn: today(), reporter: null });
    expect(JSON.stringify(bystander)).not.toContain(scene.student.enrolmentId);
  });

  it('is told of by ids alone', async () => {
    const { id } = (await reports(REPORT)).json<{ id: string }>();
    const told = await stack.db
      .selectFrom('outbox')
      .select(['topic', 'payload'])
      .orderBy('created_at', 'desc')
      .executeTakeFirst();
    expect(told).toEqual({ topic: 'incident.reported', payload: { incidentId: id, classroomId: scene.classroom.id } });
  });

  it('holds words only where the district takes them, and says so', async () => {
    const inWords = { ...REPORT, description: 'They took my bag.' };
    const refused = await reports(inWords);
    expect(refused.statusCode).toBe(422);
    expect(refused.json()).toMatchObject({ errors: [{ pointer: '/body/description' }] });
    expect(refused.json<{ detail: string }>().detail).toContain('takes no free text');
    expect(await listed(scene.teacher)).toEqual([]);
    expect((await patch(district, '/v1/district/settings', { freeText: true })).statusCode).toBe(200);
    expect((await reports(inWords)).statusCode).toBe(201);
    expect(await listed(scene.teacher)).toMatchObject([{ description: 'They took my bag.' }]);
    expect(stack.logged.filter((line) => line.includes('my bag'))).toEqual([]);
  });

  it.each([
    ['a category that there is not', { role: 'target', category: 'boredom' }, 400],
    ['a role that is no student’s', { role: 'adult', category: 'verbal' }, 400],
    ['a field of its own', { ...REPORT, name: 'x' }, 400],
    ['another’s enrolment', { ...REPORT, enrolmentId: 'x' }, 400],
    ['words that are none', { ...REPORT, description: ' ' }, 400],
    ['words without end', { ...REPORT, description: 'x'.repeat(1001) }, 400],
    ['a character that cannot be kept', { ...REPORT, description: 'a\u0000b' }, 400],
    ['a day that there is not', { ...REPORT, happenedOn: '2026-02-31' }, 422],
    ['a day to come', { ...REPORT, happenedOn: '2999-01-01' }, 422],
    ['a day long past', { ...REPORT, happenedOn: '2001-01-01' }, 422],
  ])('with %s is refused', async (_, body, status) => {
    expect((await reports(body)).statusCode).toBe(status);
    expect(await listed(scene.teacher)).toEqual([]);
  });

  it('is the last of twenty in a day; then the student is sent to an adult', async () => {
    const { enrolmentId, classroomId } = scene.student;
    const row = { classroom_id: classroomId, enrolment_id: enrolmentId, role: 'bystander', category: 'other' };
    await stack.db
      .insertInto('incident_reports')
      .values(Array.from({ length: 19 }, () => row))
      .execute();
    expect((await reports(REPORT)).statusCode).toBe(201);
    const refused = await reports(REPORT);
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '3600']);
    await stack.db
      .updateTable('incident_reports')
      .set({ created_at: sql<Date>`created_at - interval '1 day'` })
      .where('enrolment_id', '=', enrolmentId)
      .execute();
    expect((await reports(REPORT)).statusCode).toBe(201);
  });

  it('of an adult is recorded as theirs', async () => {
    const url = `/v1/classrooms/${scene.classroom.id}/incidents`;
    const answer = await post(stack, scene.teacher, url, { category: 'physical', happenedOn: today() });
    expect(answer.statusCode).toBe(201);
    const { accountId } = scene.teacher;
    expect(await listed(scene.teacher)).toMatchObject([{ role: 'adult', reportedBy: accountId, reporter: null }]);
    const { id } = answer.json<{ id: string }>();
    expect(await auditOf(stack, `incident:${id}`)).toEqual([`account:${accountId} incident.reported`]);
    expect((await post(stack, scene.teacher, url, { category: 'physical', description: 'x' })).statusCode).toBe(422);
  });
});

describe('reports', () => {
  it('are seen by the class’s teacher, its school and the district, new ones first', async () => {
    const other = await makeScene(stack);
    const made: string[] = [];
    for (let each = 0; each < 3; each += 1) made.push((await reports(REPORT)).json<{ id: string }>().id);
    await patch(scene.teacher, `/v1/classrooms/${scene.classroom.id}/incidents/${made[2] ?? ''}`, { state: 'closed' });
    const ids = async (caller: Caller, url: string) => (await listed(caller, url)).map(({ id }) => id);
    const expected = [made[1], made[0], made[2]];
    expect(await ids(scene.teacher, `/v1/classrooms/${scene.classroom.id}/incidents`)).toEqual(expected);
    expect(await ids(scene.schoolAdmin, `/v1/schools/${scene.schoolId}/incidents`)).toEqual(expected);
    expect(await ids(district, '/v1/district/incidents?limit=50')).toEqual(expect.arrayContaining(made));
    expect(await ids(other.schoolAdmin, `/v1/schools/${other.schoolId}/incidents`)).toEqual([]);
    for (const stranger of [other.teacher, other.schoolAdmin])
      expect((await get(stack, stranger, `/v1/classrooms/${scene.classroom.id}/incidents`)).statusCode).toBe(404);
    expect((await get(stack, other.schoolAdmin, `/v1/schools/${scene.schoolId}/incidents`)).statusCode).toBe(404);
    for (const url of [`/v1/classrooms/${scene.classroom.id}/incidents`, '/v1/district/incidents'])
      expect((await get(stack, scene.student, url)).statusCode).toBe(403);
    expect((await get(stack, scene.teacher, '/v1/district/incidents')).statusCode).toBe(403);
    expect((await post(stack, scene.teacher, '/v1/me/incidents', REPORT)).statusCode).toBe(403);
  });

  it('come in pages that neither skip nor repeat', async () => {
    const made: string[] = [];
    for (let each = 0; each < 5; each += 1) made.push((await reports(REPORT)).json<{ id: string }>().id);
    const seen: string[] = [];
    let query = '?limit=2';
    for (;;) {
      const answer = await get(stack, scene.teacher, `/v1/classrooms/${scene.classroom.id}/incidents${query}`);
      const { items, nextCursor } = answer.json<{ items: Report[]; nextCursor: string | null }>();
      seen.push(...items.map(({ id }) => id));
      if (nextCursor === null) break;
      query = `?limit=2&cursor=${nextCursor}`;
    }
    expect(seen).toEqual(made.reverse());
  });
});

describe('a review', () => {
  it('goes forward, once, and is recorded', async () => {
    const { id } = (await reports(REPORT)).json<{ id: string }>();
    const url = `/v1/classrooms/${scene.classroom.id}/incidents/${id}`;
    const first = await patch(scene.teacher, url, { state: 'reviewed' });
    expect(first.json()).toMatchObject({ state: 'reviewed', reviewedBy: scene.teacher.accountId });
    expect((await patch(scene.teacher, url, { state: 'reviewed' })).json()).toEqual(first.json());
    expect((await patch(scene.schoolAdmin, url, { state: 'closed' })).statusCode).toBe(200);
    expect((await patch(scene.teacher, url, { state: 'reviewed' })).statusCode).toBe(409);
    expect((await patch(scene.teacher, url, { state: 'new' })).statusCode).toBe(400);
    expect(await auditOf(stack, `incident:${id}`)).toEqual([
      `account:${scene.teacher.accountId} incident.reviewed`,
      `account:${scene.schoolAdmin.accountId} incident.closed`,
    ]);
  });

  it('may take words away for good, once', async () => {
    await stack.db.updateTable('district_settings').set({ free_text: true }).execute();
    const { id } = (await reports({ ...REPORT, description: 'It was Sam.' })).json<{ id: string }>();
    const url = `/v1/classrooms/${scene.classroom.id}/incidents/${id}`;
    const first = await patch(scene.teacher, url, { description: null });
    expect(first.json()).toMatchObject({ state: 'new', description: null });
    expect((await patch(scene.teacher, url, { description: null })).json()).toEqual(first.json());
    expect((await patch(scene.teacher, url, { description: 'Other words.' })).statusCode).toBe(400);
    expect((await patch(scene.teacher, url, {})).statusCode).toBe(400);
    expect(await auditOf(stack, `incident:${id}`)).toEqual([`account:${scene.teacher.accountId} incident.redacted`]);
    const kept = await stack.db.selectFrom('incident_reports').select('description').where('id', '=', id).execute();
    expect(kept).toEqual([{ description: null }]);
  });

  it('is of a report of one’s own class', async () => {
    const other = await makeScene(stack);
    const { id } = (await reports(REPORT)).json<{ id: string }>();
    const by = async (caller: Caller, classroomId: string) =>
      (await patch(caller, `/v1/classrooms/${classroomId}/incidents/${id}`, { state: 'closed' })).statusCode;
    expect(await by(other.teacher, scene.classroom.id)).toBe(404);
    expect(await by(other.teacher, other.classroom.id)).toBe(404);
    expect(await by(scene.student, scene.classroom.id)).toBe(403);
  });
});

describe('the district’s settings', () => {
  it('are the district’s alone, change by what is given, and are recorded', async () => {
    const read = async () => (await get(stack, district, '/v1/district/settings')).json<Record<string, unknown>>();
    expect(await read()).toMatchObject({ freeText: false, helpEscalationMinutes: 10 });
    const answer = await patch(district, '/v1/district/settings', { helpEscalationMinutes: 3 });
    expect(answer.json()).toMatchObject({ freeText: false, helpEscalationMinutes: 3 });
    expect(await read()).toEqual(answer.json());
    expect((await auditOf(stack, 'district')).at(-1)).toBe(`account:${district.accountId} district-settings.changed`);
    for (const person of [scene.teacher, scene.schoolAdmin, scene.student]) {
      expect((await get(stack, person, '/v1/district/settings')).statusCode).toBe(403);
      expect((await patch(person, '/v1/district/settings', { freeText: true })).statusCode).toBe(403);
    }
    for (const body of [{}, { helpEscalationMinutes: 0 }, { helpEscalationMinutes: 1441 }, { id: false }])
      expect((await patch(district, '/v1/district/settings', body)).statusCode).toBe(400);
  });
});

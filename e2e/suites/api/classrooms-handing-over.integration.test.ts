/** Classes that get another teacher, and classes that come back from the archive. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caller, join, joined, makeTaughtClass, recordConsent, startUncounted, type Asked } from './class-calls.ts';
import { makePerson, makeSchool } from './people.ts';
import type { Stack } from './stack.ts';

interface Shown {
  readonly id: string;
  readonly ownerId: string | null;
  readonly archivedAt: string | null;
}

let stack: Stack;

beforeAll(async () => {
  stack = await startUncounted();
  await recordConsent(stack);
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

type Caller = NonNullable<Asked['as']>;
const call = async (url: string, asked: Asked = {}) => caller(stack)<Shown>(url, asked);
const read = async (id: string, as: Caller) => call(`/v1/classrooms/${id}`, { as });
const handOver = async (id: string, as: Caller, ownerId: string) =>
  call(`/v1/classrooms/${id}/hand-over`, { method: 'POST', as, payload: { ownerId } });
const act = async (id: string, as: Caller, what: 'archive' | 'restore') =>
  call(`/v1/classrooms/${id}/${what}`, { method: 'POST', as });

const audited = async (id: string) =>
  stack.db
    .selectFrom('audit_entries')
    .select(['action', 'detail'])
    .where('object', '=', `classroom:${id}`)
    .orderBy('sequence')
    .execute();

describe('handing a class over', () => {
  it('gives it to another facilitator of the school, and takes it from the one before', async () => {
    const { id, schoolId, teacher } = await makeTaughtClass(stack);
    const admin = await makePerson(stack, 'school_admin', schoolId);
    const next = await makePerson(stack, 'facilitator', schoolId);
    expect((await read(id, next)).status).toBe(404);
    const { status, body } = await handOver(id, admin, next.accountId);
    expect([status, body.ownerId]).toEqual([200, next.accountId]);
    expect((await read(id, next)).status).toBe(200);
    expect(await audited(id)).toEqual([
      { action: 'classroom.handed-over', detail: { from: teacher.accountId, to: next.accountId } },
    ]);
    // The token that the former teacher had is over, so that no stream of the class stays open by it.
    expect([401, 404]).toContain((await read(id, teacher)).status);
    const { epoch } = await stack.db
      .selectFrom('accounts')
      .select('epoch')
      .where('id', '=', teacher.accountId)
      .executeTakeFirstOrThrow();
    expect(epoch).toBe(1);
  });

  it('gives one to a school that nobody teaches it in any more', async () => {
    const { id, schoolId, teacher } = await makeTaughtClass(stack);
    await stack.db.deleteFrom('accounts').where('id', '=', teacher.accountId).execute();
    const next = await makePerson(stack, 'facilitator', schoolId);
    const district = await makePerson(stack, 'district_admin');
    expect((await handOver(id, district, next.accountId)).body.ownerId).toBe(next.accountId);
  });

  it('twice to the same is once', async () => {
    const { id, schoolId } = await makeTaughtClass(stack);
    const admin = await makePerson(stack, 'school_admin', schoolId);
    const next = await makePerson(stack, 'facilitator', schoolId);
    expect((await handOver(id, admin, next.accountId)).status).toBe(200);
    expect((await handOver(id, admin, next.accountId)).status).toBe(200);
    expect((await read(id, next)).status).toBe(200);
    expect(await audited(id)).toHaveLength(1);
  });

  it('is for none who does not teach there, is suspended or is not there, all with the same answer', async () => {
    const { id, schoolId, teacher } = await makeTaughtClass(stack);
    const admin = await makePerson(stack, 'school_admin', schoolId);
    const suspended = await makePerson(stack, 'facilitator', schoolId);
    await stack.db
      .updateTable('accounts')
      .set({ suspended_at: new Date() })
      .where('id', '=', suspended.accountId)
      .execute();
    const elsewhere = await makePerson(stack, 'facilitator', await makeSchool(stack));
    const answers = [];
    for (const ownerId of [suspended.accountId, elsewhere.accountId, admin.accountId, randomUUID()]) {
      const { status, body } = await handOver(id, admin, ownerId);
      answers.push(JSON.stringify({ status, ...body, requestId: '' }));
    }
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain('"status":422');
    expect((await read(id, teacher)).body.ownerId).toBe(teacher.accountId);
  });

  it('is not for teachers, nor for administrators of other schools, nor of a class that is archived', async () => {
    const { id, schoolId, teacher } = await makeTaughtClass(stack);
    const next = await makePerson(stack, 'facilitator', schoolId);
    const other = await makePerson(stack, 'school_admin', await makeSchool(stack));
    expect((await handOver(id, teacher, next.accountId)).status).toBe(403);
    expect((await handOver(id, other, next.accountId)).status).toBe(404);
    const admin = await makePerson(stack, 'school_admin', schoolId);
    await act(id, admin, 'archive');
    expect((await handOver(id, admin, next.accountId)).status).toBe(409);
  });
});

describe('taking a class out of the archive', () => {
  it('lets students in again, but by no token from before', async () => {
    const { id, code, teacher } = await makeTaughtClass(stack);
    const before = await joined(stack, code);
    await act(id, teacher, 'archive');
    expect((await join(stack, code)).status).toBe(410);
    const { status, body } = await act(id, teacher, 'restore');
    expect([status, body.archivedAt]).toEqual([200, null]);
    expect((await call('/v1/me', { as: before })).status).toBe(401);
    const again = await join(stack, code, { returnCode: before.returnCode });
    expect([again.status, again.body.alias]).toEqual([201, before.alias]);
    expect((await call('/v1/me', { as: again.body })).status).toBe(200);
    expect((await audited(id)).map(({ action }) => action)).toEqual(['classroom.archived', 'classroom.restored']);
  });

  it('that is not in it changes nothing', async () => {
    const { id, code, teacher } = await makeTaughtClass(stack);
    const student = await joined(stack, code);
    expect((await act(id, teacher, 'restore')).status).toBe(200);
    expect((await call('/v1/me', { as: student })).status).toBe(200);
    expect(await audited(id)).toEqual([]);
  });

  it('is refused while its school is archived', async () => {
    const { id, schoolId, teacher } = await makeTaughtClass(stack, { archived_at: new Date() });
    await stack.db.updateTable('schools').set({ archived_at: new Date() }).where('id', '=', schoolId).execute();
    expect((await act(id, teacher, 'restore')).status).toBe(409);
  });
});

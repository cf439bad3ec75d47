/** Who is in a class: seen by its teacher, sent out, removed, and how far they are. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  caller,
  join,
  joined,
  makeStaff,
  makeTaughtClass,
  recordConsent,
  startUncounted,
  type Asked,
  type TaughtClass,
} from './class-calls.ts';
import { makePerson } from './people.ts';
import type { Stack } from './stack.ts';

interface Shown {
  readonly id: string;
  readonly archivedAt: string | null;
}
interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

let stack: Stack;

beforeAll(async () => {
  stack = await startUncounted();
  await recordConsent(stack);
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

const call = async <Body = Shown>(url: string, asked: Asked = {}) => caller(stack)<Body>(url, asked);
const act = async ({ id, teacher }: TaughtClass, path: string) =>
  call(`/v1/classrooms/${id}${path}`, { method: 'POST', as: teacher });
const audited = async (id: string) =>
  (
    await stack.db
      .selectFrom('audit_entries')
      .select('action')
      .where('object', '=', `classroom:${id}`)
      .orderBy('sequence')
      .execute()
  ).map(({ action }) => action);

describe('those in a class', () => {
  const gone = async (as: { readonly token: string }) =>
    expect.poll(async () => (await call('/v1/me', { as })).status, { timeout: 15_000, interval: 500 }).toBe(401);

  it('are sent out within seconds, and come back with their return codes', async () => {
    const taught = await makeTaughtClass(stack);
    const student = await joined(stack, taught.code);
    expect((await call('/v1/me', { as: student })).status).toBe(200);
    await act(taught, '/tokens/end');
    await gone(student);
    const back = await join(stack, taught.code, { returnCode: student.returnCode });
    expect((await call('/v1/me', { as: back.body })).body).toMatchObject({ alias: student.alias });
  });

  it('are out when the class is archived', async () => {
    const taught = await makeTaughtClass(stack);
    const student = await joined(stack, taught.code);
    expect((await act(taught, '/archive')).body.archivedAt).not.toBeNull();
    await gone(student);
    expect((await join(stack, taught.code)).status).toBe(410);
    const { body } = await call<Page<Shown>>('/v1/classrooms', { as: taught.teacher });
    expect(body.items).toEqual([]);
    const archived = await call<Page<Shown>>('/v1/classrooms?archived=true', { as: taught.teacher });
    expect(archived.body.items.map(({ id }) => id)).toEqual([taught.id]);
  });

  it('are listed to their teacher alone, by alias and when they were last seen', async () => {
    const taught = await makeTaughtClass(stack);
    const students = await Promise.all(Array.from({ length: 3 }, async () => joined(stack, taught.code)));
    const url = `/v1/classrooms/${taught.id}/students`;
    const { body } = await call<Page<{ alias: string }>>(url, { as: taught.teacher });
    expect(body.items.map(({ alias }) => alias).sort()).toEqual(students.map(({ alias }) => alias).sort());
    for (const item of body.items) expect(Object.keys(item).sort()).toEqual(['alias', 'id', 'lastSeenAt']);
    const others = await Promise.all([
      makePerson(stack, 'school_admin', taught.schoolId),
      makePerson(stack, 'district_admin'),
      makePerson(stack, 'facilitator', taught.schoolId),
    ]);
    const statuses = await Promise.all(others.map(async (as) => (await call(url, { as })).status));
    expect(statuses).toEqual([403, 403, 404]);
    expect((await call(url, { as: students[0] as { token: string } })).status).toBe(403);
    // Who administers the school and teaches elsewhere in it does not become the teacher of this class.
    const both = await makeStaff(stack, [
      { role: 'school_admin', schoolId: taught.schoolId },
      { role: 'facilitator', schoolId: taught.schoolId },
    ]);
    expect((await call(url, { as: both })).status).toBe(404);
  });

  it('are removed by their teacher: the token ends and the seat is free', async () => {
    const taught = await makeTaughtClass(stack, { capacity: 1 });
    const student = await joined(stack, taught.code);
    const { body } = await call<{ id: string }>('/v1/me', { as: student });
    const url = `/v1/classrooms/${taught.id}/students/${body.id}`;
    const other = await makeTaughtClass(stack);
    const elsewhere = `/v1/classrooms/${other.id}/students/${body.id}`;
    expect((await call(elsewhere, { method: 'DELETE', as: other.teacher })).status).toBe(404);
    expect((await call(url, { method: 'DELETE', as: taught.teacher })).status).toBe(204);
    expect((await call(url, { method: 'DELETE', as: taught.teacher })).status).toBe(404);
    await gone(student);
    expect((await join(stack, taught.code)).status).toBe(201);
    expect(await audited(taught.id)).toEqual(['classroom.student-removed']);
  });
});

describe('the progress of a class', () => {
  it('is counted by lesson, and shown by alias, to its teacher alone', async () => {
    const taught = await makeTaughtClass(stack);
    const [one, other] = [await joined(stack, taught.code), await joined(stack, taught.code)];
    const put = async (as: { readonly token: string }, lessonId: string, payload: object) =>
      call(`/v1/me/progress/${lessonId}`, { method: 'PUT', as, payload });
    await put(one, 'what-a-hero-does', { step: 4, completed: true });
    await put(other, 'what-a-hero-does', { step: 1 });
    await put(one, 'bullying-or-conflict', { step: 2 });
    const url = `/v1/classrooms/${taught.id}/progress`;
    expect((await call<Page<object>>(url, { as: taught.teacher })).body.items).toEqual([
      { lessonId: 'bullying-or-conflict', started: 1, completed: 0 },
      { lessonId: 'what-a-hero-does', started: 2, completed: 1 },
    ]);
    const byAlias = await call<Page<{ alias: string; step: number; completedAt: string | null }>>(
      `${url}/what-a-hero-does`,
      { as: taught.teacher },
    );
    const shown = new Map(byAlias.body.items.map((item) => [item.alias, item]));
    expect(shown.get(one.alias)).toMatchObject({ step: 4, completedAt: expect.any(String) as string });
    expect(shown.get(other.alias)).toMatchObject({ step: 1, completedAt: null });
    const admin = await makePerson(stack, 'school_admin', taught.schoolId);
    for (const each of [url, `${url}/what-a-hero-does`]) expect((await call(each, { as: admin })).status).toBe(403);
  });
});

/** Live sessions: what a class is taught now, set by who teaches it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caller, makeTaughtClass, recordConsent, startUncounted, type Asked, type TaughtClass } from './class-calls.ts';
import { enrol, makePerson } from './people.ts';
import type { Stack } from './stack.ts';

const LESSON = 'bullying-or-conflict';
const OTHER_LESSON = 'what-a-hero-does';

interface State {
  readonly revision: number;
  readonly session: { readonly lessonId: string; readonly version: number; readonly step: number } | null;
}

let stack: Stack;

beforeAll(async () => {
  stack = await startUncounted();
  await recordConsent(stack);
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

const call = async (url: string, asked: Asked) => caller(stack)<State & { readonly detail?: string }>(url, asked);
const live = (id: string) => `/v1/classrooms/${id}/live`;
const start = async ({ id, teacher }: TaughtClass, lessonId = LESSON) =>
  call(live(id), { method: 'POST', as: teacher, payload: { lessonId } });
const move = async ({ id, teacher }: TaughtClass, payload: object) =>
  call(live(id), { method: 'PATCH', as: teacher, payload });
const end = async ({ id, teacher }: TaughtClass) => call(`${live(id)}/end`, { method: 'POST', as: teacher });
const look = async ({ id }: { readonly id: string }, as: { readonly token: string }) => call(live(id), { as });

describe('a live session', () => {
  it('is started, moved on and ended by who teaches, and seen by who is in the class', async () => {
    const taught = await makeTaughtClass(stack);
    const student = await enrol(stack, taught);
    expect((await look(taught, student)).body).toEqual({ revision: 0, session: null });
    const started = await start(taught);
    expect(started.status).toBe(201);
    expect(started.body.session).toMatchObject({ lessonId: LESSON, version: 1, step: 0 });
    const moved = await move(taught, { step: 2 });
    expect(moved.body.session).toMatchObject({ lessonId: LESSON, step: 2 });
    expect((await look(taught, student)).body).toEqual(moved.body);
    const another = await move(taught, { lessonId: OTHER_LESSON });
    expect(another.body.session).toMatchObject({ lessonId: OTHER_LESSON, step: 0 });
    const ended = await end(taught);
    expect(ended.body.session).toBeNull();
    expect((await end(taught)).body).toEqual(ended.body);
    const revisions = [started, moved, another, ended].map(({ body }) => body.revision);
    expect(revisions).toEqual([...revisions].sort((a, b) => a - b));
    expect(new Set(revisions).size).toBe(4);
  });

  it('takes the place of the one that was under way; of two started at once one stays', async () => {
    const taught = await makeTaughtClass(stack);
    const first = await start(taught);
    const second = await start(taught, OTHER_LESSON);
    expect(second.body.revision).toBeGreaterThan(first.body.revision);
    const both = await Promise.all([start(taught), start(taught, OTHER_LESSON)]);
    expect(both.map(({ status }) => status).filter((status) => status !== 201 && status !== 409)).toEqual([]);
    const open = await stack.db
      .selectFrom('live_sessions')
      .select('id')
      .where('classroom_id', '=', taught.id)
      .where('ended_at', 'is', null)
      .execute();
    expect(open).toHaveLength(1);
  });

  it('is refused where there is nothing to teach', async () => {
    const taught = await makeTaughtClass(stack);
    expect((await start(taught, 'no-such-lesson')).status).toBe(404);
    expect((await move(taught, { step: 1 })).status).toBe(409);
    await start(taught);
    expect((await move(taught, { step: 19 })).status).toBe(422);
    expect((await move(taught, { lessonId: 'no-such-lesson' })).status).toBe(404);
    expect((await move(taught, {})).status).toBe(400);
    await call(`/v1/classrooms/${taught.id}/archive`, { method: 'POST', as: taught.teacher });
    expect((await look(taught, taught.teacher)).body.session).toBeNull();
    expect((await start(taught)).status).toBe(409);
  });

  it('is nobody else’s to see or to change', async () => {
    const [taught, other] = [await makeTaughtClass(stack), await makeTaughtClass(stack)];
    await start(taught);
    const student = await enrol(stack, taught);
    const stranger = await enrol(stack, other);
    expect((await look(taught, stranger)).status).toBe(404);
    expect((await look(taught, other.teacher)).status).toBe(404);
    expect((await call(live(taught.id), { method: 'PATCH', as: student, payload: { step: 1 } })).status).toBe(403);
    expect((await call(live(taught.id), { method: 'PATCH', as: other.teacher, payload: { step: 1 } })).status).toBe(
      404,
    );
    const admin = await makePerson(stack, 'school_admin', taught.schoolId);
    expect((await call(live(taught.id), { method: 'PATCH', as: admin, payload: { step: 1 } })).status).toBe(200);
  });

  it('is audited when it starts and ends', async () => {
    const taught = await makeTaughtClass(stack);
    await start(taught);
    await end(taught);
    const rows = await stack.db
      .selectFrom('audit_entries')
      .select('action')
      .where('object', '=', `classroom:${taught.id}`)
      .orderBy('sequence')
      .execute();
    expect(rows.map(({ action }) => action)).toEqual(['live.started', 'live.ended']);
  });
});

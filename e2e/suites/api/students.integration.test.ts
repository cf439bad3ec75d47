/** What students do: their own progress. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mergeProgress, type Progress } from '@heroes/api/domain/progress.ts';
import { asActor } from '@heroes/api/data/transaction.ts';
import { manyLessons, writeProgress } from '@heroes/api/features/students/progress-writes.ts';
import {
  caller,
  counted,
  joined,
  makeTaughtClass,
  recordConsent,
  startUncounted,
  type Joined,
  type TaughtClass,
} from './class-calls.ts';
import { enrol, makePerson } from './people.ts';
import type { Stack } from './stack.ts';

const LESSON = 'bullying-or-conflict';

interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}
interface Shown {
  readonly lessonId: string;
  readonly version: number;
  readonly step: number;
  readonly startedAt: string;
  readonly completedAt: string | null;
}

let stack: Stack;
let taught: TaughtClass;
let student: Joined;

beforeAll(async () => {
  stack = await startUncounted();
  await recordConsent(stack);
  taught = await makeTaughtClass(stack, { capacity: 200 });
  student = await joined(stack, taught.code);
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

const send = async <Body = Record<string, unknown>>(
  method: 'POST' | 'PUT',
  url: string,
  { as = student, ...payload }: { readonly as?: { readonly token: string } } & Record<string, unknown>,
) => caller(stack)<Body>(url, { method, as, payload });
const progressOf = async (as: { readonly token: string }) =>
  (await caller(stack)<Page<Shown>>('/v1/me/progress', { as })).body.items;

describe('one’s own progress', () => {
  it('is put, read, and never taken back', async () => {
    const as = await joined(stack, taught.code);
    const url = `/v1/me/progress/${LESSON}`;
    const first = await send<Shown>('PUT', url, { as, step: 2 });
    expect(first).toMatchObject({ status: 200, body: { lessonId: LESSON, version: 1, step: 2, completedAt: null } });
    const done = await send<Shown>('PUT', url, { as, step: 4, completed: true });
    expect(done.body.completedAt).not.toBeNull();
    const late = await send<Shown>('PUT', url, { as, step: 1 });
    expect(late.body).toEqual(done.body);
    expect(await progressOf(as)).toEqual([done.body]);
  });

  it('is counted when a lesson is begun and when it is done, once', async () => {
    const as = await joined(stack, taught.code);
    const read = async () => [await counted(stack, 'lesson_started'), await counted(stack, 'lesson_completed')];
    const [started = 0, completed = 0] = await read();
    for (const body of [{ step: 1 }, { step: 3, completed: true }, { step: 3, completed: true }])
      await send('PUT', `/v1/me/progress/${LESSON}`, { as, ...body });
    expect(await read()).toEqual([started + 1, completed + 1]);
    const { values } = await stack.context.metrics.lessonMinutes.get();
    expect(values.some(({ labels }) => labels.lesson_id === LESSON)).toBe(true);
  });

  it('is that of nobody else, whatever one sends', async () => {
    const [one, other] = [await joined(stack, taught.code), await joined(stack, taught.code)];
    await send('PUT', `/v1/me/progress/${LESSON}`, { as: one, step: 2 });
    expect(await progressOf(other)).toEqual([]);
    const foreign = await send('PUT', `/v1/me/progress/${LESSON}`, { as: other, step: 2, enrolmentId: randomUUID() });
    expect(foreign.status).toBe(400);
    const teacher = await caller(stack)('/v1/me/progress', { as: taught.teacher });
    expect(teacher.status).toBe(403);
    expect((await caller(stack)('/v1/me/progress')).status).toBe(401);
  });

  it.each([
    ['no-such-lesson', { step: 1 }, 404],
    [LESSON, { step: 1, version: 99 }, 404],
    [LESSON, { step: 51 }, 400],
    [LESSON, { step: -1 }, 400],
    [LESSON, { step: 1, note: 'I am Kim' }, 400],
    [LESSON, {}, 400],
    ['Not_An_Id', { step: 1 }, 400],
  ])('of %s as %j is refused with %i', async (lessonId, body, status) => {
    expect((await send('PUT', `/v1/me/progress/${lessonId}`, body)).status).toBe(status);
  });

  it('is in the version that the class has pinned', async () => {
    const pinned = await makeTaughtClass(stack);
    const as = await joined(stack, pinned.code);
    const { content, digest } = await stack.db
      .selectFrom('lesson_versions')
      .select(['content', 'digest'])
      .where('lesson_id', '=', LESSON)
      .where('state', '=', 'published')
      .executeTakeFirstOrThrow();
    const version = 7;
    await stack.db
      .insertInto('lesson_versions')
      .values({
        lesson_id: LESSON,
        version,
        content: JSON.stringify(content),
        digest,
        source: 'curriculum',
        state: 'retired',
        published_at: new Date(),
        retired_at: new Date(),
      })
      .execute();
    await stack.db.insertInto('lesson_pins').values({ classroom_id: pinned.id, lesson_id: LESSON, version }).execute();
    const { body } = await send<Shown>('PUT', `/v1/me/progress/${LESSON}`, { as, step: 1 });
    expect(body.version).toBe(version);
    const older = await send<Shown>('PUT', `/v1/me/progress/${LESSON}`, { as, step: 2, version: 1 });
    expect(older.body).toMatchObject({ step: 2, version });
  });

  it('merges in the database as it does in domain/progress.ts', async () => {
    const time = fc.integer({ min: 0, max: 5 }).map((minute) => Date.parse('2026-11-25T08:00:00Z') + minute * 60_000);
    const progress: fc.Arbitrary<Progress> = fc.record({
      step: fc.integer({ min: 0, max: 50 }),
      version: fc.integer({ min: 1, max: 4 }),
      startedAtMs: time,
      completedAtMs: fc.option(time),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(progress, { minLength: 1, maxLength: 5 }), async (told) => {
        const { enrolmentId, classroomId } = await enrol(stack, taught);
        const actor = { kind: 'student', enrolmentId, classroomId } as const;
        for (const each of told)
          await asActor(stack.context.db, actor, async (db) =>
            writeProgress(db, actor, manyLessons([{ lessonId: LESSON, ...each }])),
          );
        const row = await stack.db
          .selectFrom('lesson_progress')
          .select(['step', 'version', 'started_at', 'completed_at'])
          .where('session_id', '=', enrolmentId)
          .executeTakeFirstOrThrow();
        const [first, ...rest] = told as [Progress, ...Progress[]];
        expect({
          step: row.step,
          version: row.version,
          startedAtMs: row.started_at.getTime(),
          completedAtMs: row.completed_at?.getTime() ?? null,
        }).toEqual(rest.reduce(mergeProgress, first));
      }),
      { numRuns: 40 },
    );
  });

  it('of two devices at once comes to what both say', async () => {
    const as = await joined(stack, taught.code);
    const steps = [3, 9, 1, 7, 5];
    const answers = await Promise.all(
      steps.map(async (step) => send('PUT', `/v1/me/progress/${LESSON}`, { as, step, completed: step === 1 })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await progressOf(as)).toMatchObject([{ step: 9, completedAt: expect.any(String) as string }]);
  });
});

it('nothing of students is for accounts', async () => {
  const admin = await makePerson(stack, 'district_admin');
  for (const url of ['/v1/me', '/v1/me/progress']) expect((await caller(stack)(url, { as: admin })).status).toBe(403);
});

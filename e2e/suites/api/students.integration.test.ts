/** What students do: their own progress, check-ins and answers, online and after being offline. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FEELINGS } from '@heroes/api/domain/feelings.ts';
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
const ACTIVITY = 'three-marks';

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
        const [first, ...rest] = told;
        expect({
          step: row.step,
          version: row.version,
          startedAtMs: row.started_at.getTime(),
          completedAtMs: row.completed_at?.getTime() ?? null,
        }).toEqual(rest.reduce(mergeProgress, first as Progress));
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

describe('a check-in', () => {
  const felt = (more: object = {}) => ({ id: randomUUID(), feeling: 'calm', intensity: 2, needsHelp: false, ...more });
  const signalsOf = async ({ token }: { readonly token: string }) => {
    const { body } = await caller(stack)<{ id: string }>('/v1/me', { as: { token } });
    return stack.db.selectFrom('help_signals').select(['id', 'state']).where('enrolment_id', '=', body.id).execute();
  };

  it('is kept once, however often it is sent', async () => {
    const as = await joined(stack, taught.code);
    const body = felt();
    const [first, again] = [
      await send('POST', '/v1/me/check-ins', { as, ...body }),
      await send('POST', '/v1/me/check-ins', { as, ...body }),
    ];
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(first.body).toEqual({ id: body.id, feltAt: expect.any(String) as string });
    const rows = await stack.db.selectFrom('check_ins').select('feeling').where('id', '=', body.id).execute();
    expect(rows).toEqual([{ feeling: 'calm' }]);
    expect(await signalsOf(as)).toEqual([]);
  });

  it('that asks for help calls the teacher in the same transaction, and says whom else to turn to', async () => {
    const as = await joined(stack, taught.code);
    const body = felt({ feeling: 'scared', intensity: 5, needsHelp: true });
    const { status, body: answer } = await send('POST', '/v1/me/check-ins', { as, ...body });
    expect(status).toBe(201);
    expect(answer.crisis).toMatchObject({ resources: expect.arrayContaining([]) as unknown[] });
    expect((answer.crisis as { resources: unknown[] }).resources.length).toBeGreaterThan(0);
    expect(await signalsOf(as)).toMatchObject([{ state: 'open' }]);
    await send('POST', '/v1/me/check-ins', { as, ...body });
    expect(await signalsOf(as)).toHaveLength(1);
  });

  it('leaves nothing when the call for help cannot be made', async () => {
    const as = await joined(stack, taught.code);
    const body = felt({ needsHelp: true });
    await stack.postgres.sql('revoke insert on help_signals from heroes_api');
    expect((await send('POST', '/v1/me/check-ins', { as, ...body })).status).toBe(500);
    await stack.postgres.sql('grant insert on help_signals to heroes_api');
    expect(await stack.db.selectFrom('check_ins').select('id').where('id', '=', body.id).execute()).toEqual([]);
    expect((await send('POST', '/v1/me/check-ins', { as, ...body })).status).toBe(201);
    expect(await signalsOf(as)).toHaveLength(1);
  });

  it('of an id that says something else, or is another’s, is refused', async () => {
    const as = await joined(stack, taught.code);
    const body = felt();
    await send('POST', '/v1/me/check-ins', { as, ...body });
    expect((await send('POST', '/v1/me/check-ins', { as, ...body, intensity: 5 })).status).toBe(409);
    expect((await send('POST', '/v1/me/check-ins', body)).status).toBe(409);
  });

  it.each([
    [{ feeling: 'I am Kim and I am sad' }],
    [{ intensity: 0 }],
    [{ intensity: 6 }],
    [{ id: 'x' }],
    [{ note: 'text' }],
    [{ needsHelp: 'yes' }],
  ])('takes no text and nothing that it does not know: %j', async (more) => {
    expect((await send('POST', '/v1/me/check-ins', felt(more))).status).toBe(400);
  });

  it('knows feelings that the table takes', () => {
    expect(FEELINGS.every((feeling) => feeling.length <= 12)).toBe(true);
  });
});

describe('an answer to an activity', () => {
  const url = `/v1/me/lessons/${LESSON}/activities/${ACTIVITY}`;
  const kept = async (as: { readonly token: string }) => {
    const { body } = await caller(stack)<{ id: string }>('/v1/me', { as });
    return stack.db
      .selectFrom('activity_responses')
      .select(['choices', 'version'])
      .where('enrolment_id', '=', body.id)
      .execute();
  };

  it('is kept in rising order, and replaced by a later one', async () => {
    const as = await joined(stack, taught.code);
    const { status, body } = await send('PUT', url, { as, choices: [2, 0] });
    expect(status).toBe(200);
    expect(body).toMatchObject({ lessonId: LESSON, activityId: ACTIVITY, version: 1, choices: [0, 2] });
    await send('PUT', url, { as, choices: [1] });
    expect(await kept(as)).toEqual([{ choices: [1], version: 1 }]);
  });

  it.each([
    [`/v1/me/lessons/no-such-lesson/activities/${ACTIVITY}`, { choices: [0] }, 404],
    [`/v1/me/lessons/${LESSON}/activities/no-such-activity`, { choices: [0] }, 404],
    [url, { choices: [0], version: 99 }, 404],
    [url, { choices: [5] }, 422],
    [url, { choices: [1, 1] }, 422],
    [url, { choices: ['It is done on purpose'] }, 400],
    [url, { choices: [0], text: 'free' }, 400],
  ])('to %s as %j is refused with %i', async (each, body, status) => {
    expect((await send('PUT', each, body)).status).toBe(status);
  });
});

describe('a batch from a device that was offline', () => {
  interface Result {
    readonly status: string;
    readonly reason?: string;
  }
  interface Synced {
    readonly batchId: string;
    readonly results: readonly Result[];
    readonly crisis?: unknown;
  }
  const ago = (minutes: number, skewMs = 0) => new Date(Date.now() + skewMs - minutes * 60_000).toISOString();
  const batch = (items: readonly object[], more: object = {}) => ({
    batchId: randomUUID(),
    sentAt: ago(0),
    items,
    ...more,
  });
  const progress = (more: object = {}) => ({
    type: 'progress',
    lessonId: LESSON,
    version: 1,
    step: 3,
    completed: false,
    at: ago(1),
    ...more,
  });
  const sync = async (as: { readonly token: string }, body: object) =>
    send<Synced>('POST', '/v1/me/sync', { as, ...body });

  it('is done once, and answered the same when it is sent again', async () => {
    const as = await joined(stack, taught.code);
    const checkIn = { type: 'check-in', id: randomUUID(), feeling: 'sad', intensity: 4, needsHelp: false, at: ago(2) };
    const body = batch([
      progress(),
      progress({ step: 4, completed: true }),
      progress({ lessonId: 'no-such-lesson' }),
      checkIn,
      { type: 'answer', lessonId: LESSON, version: 1, activityId: ACTIVITY, choices: [0, 1], at: ago(3) },
      { type: 'answer', lessonId: LESSON, version: 1, activityId: ACTIVITY, choices: [9], at: ago(3) },
    ]);
    const first = await sync(as, body);
    expect(first.status).toBe(200);
    expect(first.body.results.map(({ status, reason }) => reason ?? status)).toEqual([
      'taken',
      'taken',
      'lesson',
      'taken',
      'taken',
      'choices',
    ]);
    const again = await sync(as, { ...body, sentAt: ago(-5) });
    expect(again.body).toEqual(first.body);
    expect(await progressOf(as)).toMatchObject([{ step: 4, completedAt: expect.any(String) as string }]);
    const rows = await stack.db.selectFrom('check_ins').select('feeling').where('id', '=', checkIn.id).execute();
    expect(rows).toHaveLength(1);
  });

  it('of an id that held something else is refused', async () => {
    const as = await joined(stack, taught.code);
    const body = batch([progress()]);
    await sync(as, body);
    expect((await sync(as, { ...body, items: [progress({ step: 9 })] })).status).toBe(422);
    expect(await progressOf(as)).toMatchObject([{ step: 3 }]);
  });

  it('sent twice at once is done once', async () => {
    const as = await joined(stack, taught.code);
    const body = batch([progress({ completed: true })]);
    const before = await counted(stack, 'lesson_completed');
    const [one, other] = await Promise.all([sync(as, body), sync(as, body)]);
    expect(one.body).toEqual(other.body);
    expect(await counted(stack, 'lesson_completed')).toBe(before + 1);
  });

  it('whose items were sent before in another batch changes nothing', async () => {
    const as = await joined(stack, taught.code);
    const items = [
      progress(),
      { type: 'check-in', id: randomUUID(), feeling: 'sad', intensity: 4, needsHelp: true, at: ago(2) },
    ];
    const [first, second] = [await sync(as, batch(items)), await sync(as, batch(items))];
    expect(second.body.results).toEqual(first.body.results);
    const { body } = await caller(stack)<{ id: string }>('/v1/me', { as });
    const signals = stack.db.selectFrom('help_signals').select('presses').where('enrolment_id', '=', body.id);
    expect(await signals.execute()).toHaveLength(1);
    expect(first.body.crisis).toBeDefined();
  });

  it('tells times by our clock, whatever the device’s says', async () => {
    const { enrolmentId, token } = await enrol(stack, taught);
    await stack.db
      .updateTable('student_sessions')
      .set({ created_at: new Date(Date.now() - 3_600_000) })
      .where('id', '=', enrolmentId)
      .execute();
    const skewMs = 400 * 86_400_000;
    const body = batch(
      [
        progress({ at: ago(10, skewMs) }),
        progress({ lessonId: 'what-a-hero-does', at: ago(100_000, skewMs) }),
        progress({ lessonId: 'making-it-right', at: ago(-30, skewMs) }),
      ],
      { sentAt: ago(0, skewMs) },
    );
    const beforeMs = Date.now();
    expect((await sync({ token }, body)).status).toBe(200);
    const shown = new Map((await progressOf({ token })).map((each) => [each.lessonId, Date.parse(each.startedAt)]));
    expect(Math.abs((shown.get(LESSON) ?? 0) - (beforeMs - 600_000))).toBeLessThan(30_000);
    expect(Math.abs((shown.get('what-a-hero-does') ?? 0) - (beforeMs - 3_600_000))).toBeLessThan(30_000);
    expect(Math.abs((shown.get('making-it-right') ?? 0) - beforeMs)).toBeLessThan(30_000);
  });

  it('holds a hundred items and no more, and none that is unknown', async () => {
    const as = await joined(stack, taught.code);
    const many = (count: number) => batch(Array.from({ length: count }, (_, step) => progress({ step: step % 50 })));
    expect((await sync(as, many(100))).body.results).toHaveLength(100);
    expect((await sync(as, many(101))).status).toBe(400);
    for (const body of [batch([]), batch([{ type: 'note', text: 'x' }]), batch([progress({ note: 'x' })])])
      expect((await sync(as, body)).status).toBe(400);
    expect((await sync(as, batch([progress()], { sentAt: '2026-12-31T23:59:60Z' }))).status).toBe(422);
    const leap = await sync(as, batch([progress({ at: '2026-12-31T23:59:60Z' })]));
    expect(leap.body.results).toMatchObject([{ status: 'refused', reason: 'time' }]);
  });

  it('leaves no half when it breaks off', async () => {
    const as = await joined(stack, taught.code);
    const body = batch([
      progress(),
      { type: 'check-in', id: randomUUID(), feeling: 'sad', intensity: 4, needsHelp: false, at: ago(2) },
    ]);
    await stack.postgres.sql('revoke insert on check_ins from heroes_api');
    expect((await sync(as, body)).status).toBe(500);
    await stack.postgres.sql('grant insert on check_ins to heroes_api');
    expect(await progressOf(as)).toEqual([]);
    expect((await sync(as, body)).body.results.map(({ status }) => status)).toEqual(['taken', 'taken']);
  });
});

it('nothing of students is for accounts', async () => {
  const admin = await makePerson(stack, 'district_admin');
  for (const url of ['/v1/me', '/v1/me/progress']) expect((await caller(stack)(url, { as: admin })).status).toBe(403);
});

/** What students did while their device was offline. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
import { enrol } from './people.ts';
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

describe('a batch from a device that was offline', () => {
  interface Result {
    readonly status: string;
    readonly reason?: string;
    readonly errors?: readonly { readonly pointer: string }[];
  }
  interface Synced {
    readonly batchId: string;
    readonly results: readonly Result[];
    readonly crisis?: unknown;
  }
  const ago = (minutes: number, skewMs = 0) => new Date(Date.now() + skewMs - minutes * 60_000).toISOString();
  const batch = (items: readonly unknown[], more: object = {}) => ({
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

  it('holds a hundred items and no more', async () => {
    const as = await joined(stack, taught.code);
    const many = (count: number) => batch(Array.from({ length: count }, (_, step) => progress({ step: step % 50 })));
    expect((await sync(as, many(100))).body.results).toHaveLength(100);
    expect((await sync(as, many(101))).status).toBe(400);
    for (const body of [batch([]), batch([], { items: 'x' })]) expect((await sync(as, body)).status).toBe(400);
    expect((await sync(as, batch([progress()], { sentAt: '2026-12-31T23:59:60Z' }))).status).toBe(422);
    const leap = await sync(as, batch([progress({ at: '2026-12-31T23:59:60Z' })]));
    expect(leap.body.results).toMatchObject([{ status: 'refused', reason: 'time' }]);
  });

  it('refuses what is no item by itself, says where, and takes the others', async () => {
    const as = await joined(stack, taught.code);
    const wrong = [
      5,
      null,
      { type: 'note', text: 'a secret' },
      progress({ note: 'a secret' }),
      progress({ step: 99, version: 0 }),
      progress({ lessonId: 'a secret\0' }),
    ];
    const body = batch([progress(), ...wrong, progress({ step: 4 })]);
    const first = await sync(as, body);
    expect(first.status).toBe(200);
    expect(first.body.results.map(({ status, reason }) => reason ?? status)).toEqual([
      'taken',
      ...wrong.map(() => 'form'),
      'taken',
    ]);
    const pointers = first.body.results.map(({ errors = [] }) => errors.map(({ pointer }) => pointer).sort());
    expect(pointers.slice(1, 4)).toEqual([['/type'], ['/type'], ['/type']]);
    expect(pointers[5]).toEqual(['/step', '/version']);
    expect(pointers[6]).toEqual(['/lessonId']);
    expect(JSON.stringify(first.body)).not.toContain('secret');
    expect(await progressOf(as)).toMatchObject([{ lessonId: LESSON, step: 4 }]);
    expect((await sync(as, body)).body).toEqual(first.body);
  });

  it('is heard when it calls for help, whatever else is wrong with the item', async () => {
    const as = await joined(stack, taught.code);
    const { status, body } = await sync(as, batch([{ type: 'check-in', feeling: 'no such feeling', needsHelp: true }]));
    expect([status, body.results[0]?.reason]).toEqual([200, 'form']);
    expect(body.crisis).toBeDefined();
    const me = await caller(stack)<{ id: string }>('/v1/me', { as });
    const signals = stack.db.selectFrom('help_signals').select('state').where('enrolment_id', '=', me.body.id);
    expect(await signals.execute()).toMatchObject([{ state: 'open' }]);
  });

  it('is heard when it calls for help, also where the check-in is refused', async () => {
    const as = await joined(stack, taught.code);
    const id = randomUUID();
    const felt = { type: 'check-in', id, feeling: 'sad', intensity: 4, at: ago(2) };
    const { body } = await sync(
      as,
      batch([
        { ...felt, needsHelp: false },
        { ...felt, needsHelp: true },
      ]),
    );
    expect(body.results.map(({ status }) => status)).toEqual(['taken', 'refused']);
    expect(body.crisis).toBeDefined();
    const me = await caller(stack)<{ id: string }>('/v1/me', { as });
    const signals = stack.db.selectFrom('help_signals').select('state').where('enrolment_id', '=', me.body.id);
    expect(await signals.execute()).toMatchObject([{ state: 'open' }]);
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

/** Help signals: raised once, seen by who must see them, only ever going forward. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asActor } from '@heroes/api/data/transaction.ts';
import { bearer, enrol, makePerson, type Person } from './people.ts';
import { act, askForHelp, auditOf, get, makeScene, queueOf, toldOf, type Scene, type Signal } from './safety-scene.ts';
import { startStack, type Stack } from './stack.ts';

let stack: Stack;
let district: Person;
let scene: Scene;

beforeAll(async () => {
  stack = await startStack();
  district = await makePerson(stack, 'district_admin');
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

beforeEach(async () => {
  scene = await makeScene(stack);
});

/** Raises a signal. @returns it as the teacher sees it. */
async function raised(student = scene.student): Promise<Signal> {
  const answer = await askForHelp(stack, student);
  expect(answer.statusCode).toBe(200);
  const { items } = await queueOf(stack, scene.teacher, scene.classroom, '?limit=50');
  const signal = items.find((each) => each.student.enrolmentId === student.enrolmentId && each.state !== 'resolved');
  if (signal === undefined) throw new Error('the signal is not in the queue');
  return signal;
}

const does = async (what: string, { id: signalId }: Signal, adult = scene.teacher) =>
  act(stack, adult, { classroom: scene.classroom, signalId, what });

/** Makes the child's last press older than two that count as one. */
const pressedLongAgo = async ({ id }: Signal): Promise<void> => {
  await stack.db
    .updateTable('help_signals')
    .set({ pressed_at: sql<Date>`pressed_at - interval '1 minute'` })
    .where('id', '=', id)
    .execute();
};

describe('a student who asks for help', () => {
  it('is in the teacher’s queue, and is told whom else to turn to', async () => {
    expect((await get(stack, scene.student, '/v1/me/help')).json()).toMatchObject({ signal: null });
    const answer = await askForHelp(stack, scene.student);
    expect(answer.json()).toMatchObject({
      signal: { state: 'open', acknowledgedAt: null, escalatedAt: null, resolvedAt: null },
      crisis: { locale: 'en-US' },
    });
    expect(answer.body).toContain('988');
    const { items } = await queueOf(stack, scene.teacher, scene.classroom);
    expect(items).toMatchObject([{ state: 'open', student: { enrolmentId: scene.student.enrolmentId }, presses: 1 }]);
    expect(items[0]?.student.alias).toMatch(/^Calm Otter/);
    expect((await get(stack, scene.student, '/v1/me/help')).json()).toEqual(answer.json());
    expect(await toldOf(stack, items[0]?.id ?? '')).toEqual(['help.raised']);
  });

  it('escalates when the district says', async () => {
    const signal = await raised();
    const row = await stack.db
      .selectFrom('help_signals')
      .selectAll()
      .where('id', '=', signal.id)
      .executeTakeFirstOrThrow();
    const minutes = ((row.escalates_at?.getTime() ?? 0) - row.raised_at.getTime()) / 60_000;
    expect(Math.round(minutes)).toBe(10);
  });

  it('is one child in need, however many times at once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, async () => askForHelp(stack, scene.student)));
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
    const { items } = await queueOf(stack, scene.teacher, scene.classroom);
    expect(items).toHaveLength(1);
    expect(await toldOf(stack, items[0]?.id ?? '')).toEqual(['help.raised']);
  });

  it('is never refused for asking too often', async () => {
    const statuses = new Set<number>();
    for (let press = 0; press < 60; press += 1) statuses.add((await askForHelp(stack, scene.student)).statusCode);
    expect(statuses).toEqual(new Set([200]));
  });

  it('may send it again with its key', async () => {
    const headers = { ...bearer(scene.student), 'idempotency-key': randomUUID() };
    const [first, second] = [
      await stack.app.inject({ method: 'POST', url: '/v1/me/help', headers }),
      await stack.app.inject({ method: 'POST', url: '/v1/me/help', headers }),
    ];
    expect(second.json()).toEqual(first.json());
    expect(second.headers['idempotency-replayed']).toBe('true');
  });

  it('is told in its language, or else in one that there is', async () => {
    const locale = async (asked: string) =>
      (await get(stack, scene.student, `/v1/me/help?locale=${asked}`)).json<{ crisis: { locale: string } }>().crisis
        .locale;
    expect(await locale('es-MX')).toBe('es-US');
    expect(await locale('de')).toBe('en-US');
    const open = await stack.app.inject('/v1/crisis-resources?locale=es');
    expect(open.json()).toMatchObject({ locale: 'es-US', locales: ['en-US', 'es-US'] });
    expect((await stack.app.inject('/v1/crisis-resources?locale=%00')).statusCode).toBe(400);
  });

  it('sees no signal but its own', async () => {
    const other = await enrol(stack, scene.classroom);
    await raised(other);
    expect((await get(stack, scene.student, '/v1/me/help')).json()).toMatchObject({ signal: null });
    const actor = { kind: 'student', enrolmentId: scene.student.enrolmentId, classroomId: scene.classroom.id } as const;
    const seen = await asActor(stack.context.db, actor, async (db) =>
      db.selectFrom('help_signals').select('id').execute(),
    );
    expect(seen).toEqual([]);
  });

  it('raises another one once the former is resolved', async () => {
    const first = await raised();
    expect((await does('resolve', first)).statusCode).toBe(200);
    const second = await raised();
    expect(second.id).not.toBe(first.id);
    expect((await queueOf(stack, scene.teacher, scene.classroom)).items.map(({ state }) => state)).toEqual([
      'open',
      'resolved',
    ]);
  });
});

describe('an adult', () => {
  it('acknowledges, escalates and resolves; twice is once; each is told of and recorded', async () => {
    const signal = await raised();
    for (const what of ['acknowledge', 'escalate', 'resolve']) {
      const first = await does(what, signal);
      expect(first.statusCode).toBe(200);
      expect((await does(what, signal)).json()).toEqual(first.json());
    }
    const [resolved] = (await queueOf(stack, scene.teacher, scene.classroom)).items;
    const { accountId } = scene.teacher;
    expect(resolved).toMatchObject({ state: 'resolved', acknowledgedBy: accountId, resolvedBy: accountId });
    expect(await toldOf(stack, signal.id)).toEqual([
      'help.raised',
      'help.acknowledged',
      'help.escalated',
      'help.resolved',
    ]);
    expect(await auditOf(stack, `help-signal:${signal.id}`)).toEqual(
      ['acknowledged', 'escalated', 'resolved'].map((done) => `account:${accountId} help-signal.${done}`),
    );
  });

  it('comes too late for what is resolved', async () => {
    const signal = await raised();
    await does('resolve', signal);
    for (const what of ['acknowledge', 'escalate']) {
      const answer = await does(what, signal);
      expect(answer.statusCode).toBe(409);
      expect(answer.headers['content-type']).toContain('application/problem+json');
    }
    expect(await auditOf(stack, `help-signal:${signal.id}`)).toHaveLength(1);
  });

  it('acknowledges at the same moment as another: one of them is recorded', async () => {
    const signal = await raised();
    const answers = await Promise.all([does('acknowledge', signal), does('acknowledge', signal, scene.schoolAdmin)]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    expect(await auditOf(stack, `help-signal:${signal.id}`)).toHaveLength(1);
  });

  it('has the time again when the child presses again', async () => {
    const signal = await raised();
    expect((await does('acknowledge', signal)).json()).toMatchObject({ escalatesAt: null });
    const again = await raised();
    expect(again).toMatchObject({ id: signal.id, state: 'acknowledged', presses: 2 });
    expect(again.escalatesAt).not.toBeNull();
    await pressedLongAgo(again);
    expect(await raised()).toMatchObject({ presses: 3, escalatesAt: again.escalatesAt });
    expect((await does('acknowledge', signal)).json()).toMatchObject({ escalatesAt: null });
    expect(await toldOf(stack, signal.id)).toEqual([
      'help.raised',
      'help.acknowledged',
      'help.pressed_again',
      'help.pressed_again',
      'help.acknowledged',
    ]);
  });

  it('sees whom nobody has answered first, longest waiting first, and what is over last, page by page', async () => {
    const students = await Promise.all(Array.from({ length: 6 }, async () => enrol(stack, scene.classroom)));
    const signals: Signal[] = [];
    for (const student of students) signals.push(await raised(student));
    const [a, b, c, d, e, f] = signals as [Signal, Signal, Signal, Signal, Signal, Signal];
    await does('acknowledge', a);
    await does('escalate', d);
    await does('resolve', b);
    await does('resolve', e);
    const seen: string[] = [];
    let query = '?limit=2';
    for (;;) {
      const { items, nextCursor } = await queueOf(stack, scene.teacher, scene.classroom, query);
      seen.push(...items.map(({ id }) => id));
      if (nextCursor === null) break;
      query = `?limit=2&cursor=${nextCursor}`;
    }
    expect(seen).toEqual([c, d, f, a, e, b].map(({ id }) => id));
  });

  it('is sent a queue again only when it has changed, and it is kept nowhere', async () => {
    const signal = await raised();
    const url = `/v1/classrooms/${scene.classroom.id}/help-signals`;
    const first = await get(stack, scene.teacher, url);
    expect(first.headers['cache-control']).toBe('no-store');
    const headers = { ...bearer(scene.teacher), 'if-none-match': String(first.headers.etag) };
    const second = await stack.app.inject({ url, headers });
    expect([second.statusCode, second.body]).toEqual([304, '']);
    await does('acknowledge', signal);
    expect((await stack.app.inject({ url, headers })).statusCode).toBe(200);
  });
});

describe('a signal that has escalated', () => {
  it('is in the queues of its school and of the district, and in no other school’s', async () => {
    const other = await makeScene(stack);
    const signal = await raised();
    const ids = async (person: Person, url: string): Promise<string[]> =>
      (await get(stack, person, url)).json<{ items: Signal[] }>().items.map(({ id }) => id);
    expect(await ids(scene.schoolAdmin, `/v1/schools/${scene.schoolId}/help-signals`)).toEqual([]);
    await does('escalate', signal);
    expect(await ids(scene.schoolAdmin, `/v1/schools/${scene.schoolId}/help-signals`)).toEqual([signal.id]);
    expect(await ids(other.schoolAdmin, `/v1/schools/${other.schoolId}/help-signals`)).toEqual([]);
    expect(await ids(district, '/v1/district/help-signals?limit=50')).toContain(signal.id);
    expect((await get(stack, other.schoolAdmin, `/v1/schools/${scene.schoolId}/help-signals`)).statusCode).toBe(404);
  });
});

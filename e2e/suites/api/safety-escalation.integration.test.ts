/** What escalates by itself, and that nothing is ever half done or lost, whatever dies at whatever moment. */
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { escalateDue } from '@heroes/api/features/safety/escalation.ts';
import { prepareWorkers } from '@heroes/api/workers/start.ts';
import { killConnections } from './dying.ts';
import { clear, dyingEverywhere, inOutbox, startMortal, type MortalStack } from './mortal.ts';
import { enrol } from './people.ts';
import { act, askForHelp, auditOf, makeScene, post, queueOf, toldOf, type Scene } from './safety-scene.ts';

let stack: MortalStack;
let scene: Scene;

beforeAll(async () => {
  stack = await startMortal();
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

beforeEach(async () => {
  await clear(stack);
  scene = await makeScene(stack);
});

/** Signals of as many students, due to escalate. @returns their ids. */
async function dueSignals(count: number): Promise<string[]> {
  const students = await Promise.all(Array.from({ length: count }, async () => enrol(stack, scene.classroom)));
  const rows = await stack.db
    .insertInto('help_signals')
    .values(
      students.map(({ enrolmentId }) => ({
        classroom_id: scene.classroom.id,
        enrolment_id: enrolmentId,
        escalates_at: new Date(Date.now() - 1_000),
      })),
    )
    .returning('id')
    .execute();
  return rows.map(({ id }) => id);
}

const escalations = async (): Promise<string[]> => {
  const rows = await stack.db
    .selectFrom('outbox')
    .select(sql<string>`payload ->> 'signalId'`.as('id'))
    .where('topic', '=', 'help.escalated')
    .execute();
  return rows.map(({ id }) => id);
};

describe('escalation by itself', () => {
  it('is done once for each signal, however many pods look at once', async () => {
    const due = await dueSignals(70);
    const pods = Array.from({ length: 4 }, async () => {
      while (await escalateDue(stack.context.db));
    });
    await Promise.all(pods);
    while (await escalateDue(stack.context.db));
    expect((await escalations()).sort()).toEqual(due.sort());
    const { items } = await queueOf(stack, scene.teacher, scene.classroom, '?limit=50');
    expect(
      items.every(
        ({ state, escalatedAt, revision }) => state === 'escalated' && escalatedAt !== null && revision === 2,
      ),
    ).toBe(true);
    expect(await auditOf(stack, `help-signal:${due[0] ?? ''}`)).toEqual(['worker help-signal.escalated']);
  });

  it('leaves alone what is not due, was acknowledged or is resolved', async () => {
    await askForHelp(stack, scene.student);
    const [acknowledged = '', resolved = ''] = await dueSignals(2);
    await act(stack, scene.teacher, { classroom: scene.classroom, signalId: acknowledged, what: 'acknowledge' });
    await act(stack, scene.teacher, { classroom: scene.classroom, signalId: resolved, what: 'resolve' });
    expect(await escalateDue(stack.context.db)).toBe(false);
    expect(await escalations()).toEqual([]);
  });

  it('waits for nobody who is at a signal, and finds it later', async () => {
    const [held = '', free = ''] = await dueSignals(2);
    await stack.db.transaction().execute(async (db) => {
      await db.selectFrom('help_signals').select('id').where('id', '=', held).forUpdate().execute();
      await escalateDue(stack.context.db);
      expect(await escalations()).toEqual([free]);
    });
    await escalateDue(stack.context.db);
    expect((await escalations()).sort()).toEqual([held, free].sort());
  });

  it('is done entirely or not at all, whatever statement it dies after', async () => {
    const due = await dueSignals(2);
    const statements = await dyingEverywhere(
      stack,
      async () => escalateDue(stack.context.db).catch(() => undefined),
      async () => {
        const states = await stack.db.selectFrom('help_signals').select('state').execute();
        const told = await escalations();
        const recorded = (await Promise.all(due.map(async (id) => auditOf(stack, `help-signal:${id}`)))).flat();
        const isDone = told.length > 0;
        expect(states.map(({ state }) => state)).toEqual(due.map(() => (isDone ? 'escalated' : 'open')));
        expect([told.length, recorded.length]).toEqual(isDone ? [2, 2] : [0, 0]);
      },
    );
    expect(statements).toBeGreaterThan(5);
    expect((await escalations()).sort()).toEqual(due.sort());
  });

  it('goes on by itself when all connections were cut', async () => {
    const stopWorkers = prepareWorkers(stack.context)();
    try {
      await killConnections(stack.postgres);
      const [due = ''] = await dueSignals(1);
      await killConnections(stack.postgres);
      await vi.waitFor(
        async () => {
          expect(await escalations()).toEqual([due]);
        },
        { timeout: 20_000, interval: 200 },
      );
    } finally {
      await stopWorkers();
    }
  });
});

describe('what a student does', () => {
  it('is kept with what is told of it or not at all, whatever statement it dies after', async () => {
    const statuses: number[] = [];
    const help = async () => statuses.push((await askForHelp(stack, scene.student)).statusCode);
    const statements = await dyingEverywhere(stack, help, async () => {
      const signals = await stack.db.selectFrom('help_signals').select('id').execute();
      const told = await inOutbox(stack);
      expect([signals.length, told.length]).toEqual(statuses.at(-1) === 200 ? [1, 1] : [0, 0]);
    });
    expect(statements).toBeGreaterThanOrEqual(3);
    expect(statuses.at(-1)).toBe(200);
    expect(new Set(statuses.slice(0, -1))).toEqual(new Set([503]));
  });

  it('is so for a report of an incident as well', async () => {
    const body = { role: 'target', category: 'threat' };
    const statuses: number[] = [];
    await dyingEverywhere(
      stack,
      async () => statuses.push((await post(stack, scene.student, '/v1/me/incidents', body)).statusCode),
      async () => {
        const reports = await stack.db.selectFrom('incident_reports').select('id').execute();
        expect([reports.length, (await inOutbox(stack)).length]).toEqual(statuses.at(-1) === 201 ? [1, 1] : [0, 0]);
      },
    );
    expect(statuses.at(-1)).toBe(201);
  });
});

describe('what an adult does', () => {
  it('is kept, recorded and told of together or not at all', async () => {
    await askForHelp(stack, scene.student);
    const [signal] = (await queueOf(stack, scene.teacher, scene.classroom)).items;
    const signalId = signal?.id ?? '';
    const statuses: number[] = [];
    await dyingEverywhere(
      stack,
      async () =>
        statuses.push(
          (await act(stack, scene.teacher, { classroom: scene.classroom, signalId, what: 'resolve' })).statusCode,
        ),
      async () => {
        const done = statuses.at(-1) === 200 ? 1 : 0;
        const { state } = await stack.db.selectFrom('help_signals').select('state').executeTakeFirstOrThrow();
        const told = (await toldOf(stack, signalId)).filter((topic) => topic === 'help.resolved');
        const recorded = await auditOf(stack, `help-signal:${signalId}`);
        expect([state === 'resolved' ? 1 : 0, told.length, recorded.length]).toEqual([done, done, done]);
      },
    );
    expect(statuses.at(-1)).toBe(200);
  });
});

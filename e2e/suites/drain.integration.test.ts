/** Pods come and go under load, each an API and its PgBouncer as they are shipped, and no request is lost by it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { StartedNetwork, StartedTestContainer } from 'testcontainers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedCurriculum } from '@heroes/migrations/curriculum/seed.ts';
import { migrate } from '@heroes/migrations/migrator.ts';
import type { DB } from '@heroes/migrations/tables.ts';
import { drive, type Sample } from '../bench/api/arrivals.ts';
import { lessonCalls, type Name } from '../bench/api/lesson-mix.ts';
import { SECRETS } from '../bench/api/pod.ts';
import { openSchool, type School } from '../bench/api/scene.ts';
import { Sender } from '../bench/api/sender.ts';
import { capture } from '../cluster/progress.ts';
import { openAsOwner } from './api/stack.ts';
import { newNetwork, startApiPod, startCache, startPostgres, type ApiPod, type Postgres } from './containers.ts';
import { Endpoints } from './drain/endpoints.ts';

/** Of a pod here; as it is shipped it is longer, as is the time after which balancers know. */
const DRAIN_MS = 4_000;
const KNOWN_AFTER_MS = 2_500;
const PER_SECOND = 40;
/** What is never refused for what else there is to do. */
const ASKED: readonly Name[] = ['lesson', 'progress', 'check-in', 'join'];

let network: StartedNetwork;
let postgres: Postgres;
let cache: StartedTestContainer;
let db: Kysely<DB>;
let school: School;
const pods = new Set<ApiPod>();

beforeAll(async () => {
  network = await newNetwork();
  postgres = await startPostgres(network);
  db = openAsOwner(postgres);
  await migrate(db);
  await seedCurriculum(db);
  cache = await startCache(network);
  school = await openSchool({ db }, { students: 90, joins: 2_000 });
});

afterAll(async () => {
  for (const pod of pods) await Promise.all([pod.container.stop(), pod.pooler.stop()]);
  await db.destroy();
  await cache.stop();
  await postgres.container.stop();
  await network.stop();
});

/** Starts a pod. @returns it once it is ready. */
async function startPod(): Promise<ApiPod> {
  const pod = await startApiPod(network, { ...SECRETS, DRAIN_SECONDS: String(DRAIN_MS / 1000) });
  pods.add(pod);
  const ready = async (): Promise<number> =>
    fetch(`${pod.url}/readyz`).then(
      ({ status }) => status,
      () => 0,
    );
  await expect.poll(ready, { timeout: 60_000, interval: 250 }).toBe(200);
  return pod;
}

/** Tells a process to stop. @returns what it ended with. */
async function terminate(container: StartedTestContainer): Promise<number> {
  const ended = capture(['docker', 'wait', container.getId()]);
  await capture(['docker', 'kill', '--signal=TERM', container.getId()]);
  return Number(await ended);
}

/** As the kubelet ends a pod: the container first, its sidecar when that has gone. @returns what both ended with. */
async function endPod(pod: ApiPod): Promise<readonly number[]> {
  pods.delete(pod);
  return [await terminate(pod.container), await terminate(pod.pooler)];
}

function* everyOfThem(isOver: () => boolean): Generator<number> {
  for (let index = 0; !isOver(); index += 1) yield (index * 1000) / PER_SECOND;
}

/** A lesson that goes on while something is done. @returns all that was asked. */
async function underLoad(origin: string, work: () => Promise<void>): Promise<readonly Sample[]> {
  await using sender = new Sender(origin);
  const next = lessonCalls(await school.scene());
  let isOver = false;
  const load = drive({
    due: everyOfThem(() => isOver),
    next: async () => {
      for (let call = next(); ; call = next()) if (ASKED.includes(call.name)) return sender.send(call);
    },
  });
  try {
    await work();
  } finally {
    isOver = true;
  }
  return await load;
}

describe('a pod that is told to stop', () => {
  it('loses no request, and neither does one that comes in its place', async () => {
    await using endpoints = await Endpoints.open();
    const add = async (): Promise<ApiPod> => {
      const pod = await startPod();
      endpoints.add(pod.url);
      return pod;
    };
    const scaleDown = async (pod: ApiPod): Promise<void> => {
      const [ends] = await Promise.all([endPod(pod), endpoints.remove(pod.url, KNOWN_AFTER_MS)]);
      expect(ends).toEqual([0, 0]);
    };
    const [first, second] = [await add(), await add()];
    const samples = await underLoad(endpoints.origin, async () => {
      await sleep(1_000);
      await scaleDown(first);
      const third = await add();
      // Two at once, as when a class ends.
      const fourth = await add();
      await Promise.all([scaleDown(second), scaleDown(third)]);
      await sleep(1_000);
      endpoints.add((await startPod()).url);
      await scaleDown(fourth);
      await sleep(1_000);
    });
    expect(endpoints.lost).toEqual([]);
    expect(samples.filter(({ status }) => status < 200 || status >= 300)).toEqual([]);
    for (const name of ASKED)
      expect(
        samples.some((sample) => sample.name === name),
        name,
      ).toBe(true);
    const seats = db.selectFrom('student_sessions').where('seat', 'is not', null);
    const { count } = await seats.select(({ fn }) => fn.countAll().as('count')).executeTakeFirstOrThrow();
    expect(Number(count)).toBe(samples.filter(({ name }) => name === 'join').length);
  });

  it('answers what it was asked before, however late it is by then', async () => {
    const pod = await startPod();
    const { students, lessons } = await school.scene();
    const [student, lesson] = [students.at(-1), lessons[1]];
    if (student === undefined || lesson === undefined) throw new Error('the school is empty');
    const held = Promise.withResolvers<undefined>();
    const released = Promise.withResolvers<undefined>();
    const holding = db.transaction().execute(async (owner) => {
      await owner
        .selectFrom('student_sessions')
        .selectAll()
        .where('id', '=', student.enrolmentId)
        .forUpdate()
        .execute();
      held.resolve(undefined);
      await released.promise;
    });
    await held.promise;
    const ended = endPod(pod);
    // It is asked while it still takes requests, and answers when it takes none any more.
    await sleep(DRAIN_MS - 500);
    const asked = fetch(`${pod.url}/v1/me/progress/${lesson.id}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${student.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ step: 1 }),
    });
    await sleep(1_000);
    await expect(fetch(`${pod.url}/livez`)).rejects.toThrow();
    released.resolve(undefined);
    await holding;
    const { status, headers } = await asked;
    expect([status, headers.get('connection')]).toEqual([200, 'close']);
    expect(await ended).toEqual([0, 0]);
  });

  it('tells who listens to come again, and when, before it closes their streams', async () => {
    const pod = await startPod();
    const { students } = await school.scene();
    const [student] = students;
    if (student === undefined) throw new Error('the school is empty');
    const stream = await fetch(`${pod.url}/v1/classrooms/${student.classroomId}/live/events`, {
      headers: { authorization: `Bearer ${student.token}`, accept: 'text/event-stream' },
    });
    expect(stream.status).toBe(200);
    const [text, ends] = await Promise.all([stream.text(), endPod(pod)]);
    expect(text).toMatch(/retry: \d+\n\nevent: end\ndata: \{"reason":"restart"\}\n\n$/);
    expect(ends).toEqual([0, 0]);
  });

  it('before it was ready waits for nobody', async () => {
    const pod = await startApiPod(network, { ...SECRETS, DATABASE_PASSWORD: 'wrong', DRAIN_SECONDS: '60' });
    expect((await fetch(`${pod.url}/readyz`)).status).toBe(503);
    expect(await endPod(pod)).toEqual([0, 0]);
  });
});

/** Rates shared by the pods, what is shed first, and whose address counts; over the real cache and database. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FastifyInstance } from 'fastify';
import { buildApp } from '@heroes/api/app.ts';
import type { Actor } from '@heroes/api/access/roles.ts';
import { createRates, type Rates } from '@heroes/api/limits/rates.ts';
import { wire } from '@heroes/api/wiring.ts';
import { createLogger } from '@heroes/runtime/logger.ts';
import { capture } from '../../cluster/progress.ts';
import { bearer, enrol, makeClassroom, makePerson, makeSchool, type Classroom, type Enrolled } from './people.ts';
import { startStack, type Stack } from './stack.ts';

const NOBODY: Actor = { kind: 'anonymous' };
const SETTINGS = { TRUSTED_PROXIES: '10.0.0.0/8,fd00::/8', DATABASE_POOL_SIZE: '4' };

let stack: Stack;
let student: Enrolled;
/** Whom the rates were asked for, by address. */
const addresses: string[] = [];
const opened = new AsyncDisposableStack();

function recording(rates: Rates): Rates {
  return {
    ...rates,
    admit: async (route, actor, address) => {
      addresses.push(address);
      return rates.admit(route, actor, address);
    },
  };
}

beforeAll(async () => {
  stack = opened.use(
    await startStack({ settings: SETTINGS, adapt: (context) => ({ ...context, rates: recording(context.rates) }) }),
  );
  student = await enrol(stack, await anotherClass());
});

/** Of a teacher and a school of its own. */
async function anotherClass(): Promise<Classroom> {
  const schoolId = await makeSchool(stack);
  const { accountId } = await makePerson(stack, 'facilitator', schoolId);
  return makeClassroom(stack, accountId, schoolId);
}

afterAll(async () => {
  await opened.disposeAsync();
});

beforeEach(() => {
  addresses.length = 0;
});

/** Another pod of the same platform. */
async function startPod(): Promise<FastifyInstance> {
  const log = createLogger({ service: 'heroes-api', version: 'test', destination: { write: () => undefined } });
  const { context, close } = wire(stack.context.config, log);
  opened.defer(close);
  const app = opened.adopt(buildApp(context, log), async (each) => each.close());
  await app.ready();
  return app;
}

const ofMe = async (app: FastifyInstance, who: Enrolled): Promise<number> =>
  (await app.inject({ url: '/v1/me', headers: bearer(who) })).statusCode;

/** @returns how many of so many calls at once were admitted, and the seconds that they took. */
async function admitted(times: number, call: () => Promise<unknown>): Promise<{ count: number; seconds: number }> {
  const startMs = performance.now();
  const outcomes = await Promise.allSettled(Array.from({ length: times }, call));
  const count = outcomes.filter(({ status }) => status === 'fulfilled').length;
  return { count, seconds: (performance.now() - startMs) / 1000 };
}

const anew = (): Actor => ({ kind: 'student', enrolmentId: randomUUID(), classroomId: randomUUID() });

describe('a rate', () => {
  it('is one for all pods: 20 at once and 10 a second, however many of them are asked', async () => {
    const other = await startPod();
    const startMs = performance.now();
    const statuses = await Promise.all(
      Array.from({ length: 60 }, async (_each, index) => ofMe(index % 2 === 0 ? stack.app : other, student)),
    );
    const seconds = (performance.now() - startMs) / 1000;
    const count = statuses.filter((status) => status === 200).length;
    expect(count).toBeGreaterThanOrEqual(20);
    expect(count).toBeLessThanOrEqual(20 + Math.ceil(10 * seconds));
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
  });

  it('says when to come again, as a problem', async () => {
    const me = await enrol(stack, { id: student.classroomId });
    const answers = await Promise.all(
      Array.from({ length: 100 }, async () => stack.app.inject({ url: '/v1/me', headers: bearer(me) })),
    );
    const refused = answers.find(({ statusCode }) => statusCode === 429);
    expect(refused?.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(refused?.headers['retry-after']).toBe('1');
    const metrics = await stack.app.inject('/metrics');
    expect(metrics.body).toMatch(/requests_rate_limited_total\{limit="subject"\} [1-9]/);
  });

  it('goes by the cache’s clock: a pod whose clock is wrong gives nobody more', async () => {
    const { cache } = stack.context;
    const digest = (text: string): Buffer => Buffer.from(text);
    const ahead = createRates({ cache, digest, clock: () => Date.now() + 3_600_000 });
    const behind = createRates({ cache, digest, clock: () => Date.now() - 3_600_000 });
    const actor = anew();
    let turn = 0;
    const { count, seconds } = await admitted(60, async () =>
      (turn++ % 2 === 0 ? ahead : behind).admit({ rate: 'subject' }, actor, ''),
    );
    expect(count).toBeLessThanOrEqual(20 + Math.ceil(10 * seconds));
    expect(count).toBeGreaterThanOrEqual(20);
  });

  it('lets a school of 1,500 behind one address join at the bell, and stops a flood', async () => {
    const { rates } = stack.context;
    const join = async () => rates.admit({ rate: 'join' }, NOBODY, '203.0.113.7');
    expect((await admitted(1_500, join)).count).toBe(1_500);
    const flood = await admitted(5_000, join);
    expect(flood.count).toBeLessThanOrEqual(500 + Math.ceil(100 * (flood.seconds + 60)));
    expect(flood.count).toBeLessThan(5_000);
  });

  it('keeps no address', async () => {
    await stack.context.rates.admit({ rate: 'join' }, NOBODY, '203.0.113.99');
    const { output } = await stack.cache.exec([
      'valkey-cli',
      '--no-auth-warning',
      '-a',
      'cache-secret',
      'keys',
      'rate:*',
    ]);
    expect(output).toContain('rate:join:');
    expect(output).not.toContain('203.0.113');
  });
});

describe('an address', () => {
  const seenFrom = async (remoteAddress: string, forwarded?: string): Promise<string | undefined> => {
    const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
    await stack.app.inject({
      method: 'POST',
      url: '/v1/join/preview',
      remoteAddress,
      headers,
      payload: { code: 'ABCDEFGH' },
    });
    return addresses.at(-1);
  };

  it.each([
    ['its own, whatever a stranger claims', '192.0.2.1', '203.0.113.5', '192.0.2.1'],
    ['what a trusted proxy has seen', '10.1.2.3', '203.0.113.5', '203.0.113.5'],
    [
      'the last that no trusted proxy is, whatever was claimed before it',
      '10.1.2.3',
      '198.51.100.1, 203.0.113.5',
      '203.0.113.5',
    ],
    [
      'what the first of several trusted proxies has seen',
      '10.1.2.3',
      '198.51.100.1, 203.0.113.5, 10.9.9.9',
      '203.0.113.5',
    ],
    ['what a trusted proxy has seen over IPv6', 'fd00::7', '2001:db8::5', '2001:db8::5'],
    ['the proxy’s own when it says nothing', '10.1.2.3', undefined, '10.1.2.3'],
  ])('is %s', async (_what, remoteAddress, forwarded, expected) => {
    expect(await seenFrom(remoteAddress, forwarded)).toBe(expected);
  });
});

describe('under load', () => {
  const pause = async (container: { getId: () => string }) => capture(['docker', 'pause', container.getId()]);
  const resume = async (container: { getId: () => string }) => capture(['docker', 'unpause', container.getId()]);

  it('with a database that hangs, what can wait is refused at once, lessons of the cache are not, and all is well after', async () => {
    const lessons = '/v1/lessons';
    expect((await stack.app.inject(lessons)).statusCode).toBe(200);
    // More than there are connections: the first hold them, the others wait for them. Each is of another class: one class waits for one query.
    const students = await Promise.all(Array.from({ length: 8 }, async () => enrol(stack, await anotherClass())));
    await pause(stack.postgres.container);
    try {
      const waiting = students.map(async (each) => ofMe(stack.app, each));
      await vi.waitUntil(isRefused, { timeout: 10_000 });
      expect((await stack.app.inject(lessons)).statusCode).toBe(200);
      const statuses = await Promise.all(waiting);
      expect(statuses.every((status) => status === 503 || status === 429)).toBe(true);
    } finally {
      await resume(stack.postgres.container);
    }
    await expect.poll(async () => ofMe(stack.app, student), { timeout: 30_000, interval: 500 }).toBe(200);
    expect((await stack.app.inject('/metrics')).body).toMatch(/db_connection_wait_seconds \d/);
  });

  function isRefused(): boolean {
    try {
      stack.context.shedding.admitToDatabase({ priority: 'normal' });
      return false;
    } catch {
      stack.context.shedding.admitToDatabase({ priority: 'essential' });
      return true;
    }
  }

  it('with a cache that is away, each pod counts alone, and nobody is refused because of us', async () => {
    await stack.cache.stop();
    const actor = anew();
    const { count, seconds } = await admitted(60, async () =>
      stack.context.rates.admit({ rate: 'subject' }, actor, ''),
    );
    expect(count).toBeGreaterThanOrEqual(20);
    expect(count).toBeLessThanOrEqual(20 + Math.ceil(10 * seconds));
    expect(await ofMe(stack.app, await enrol(stack, { id: student.classroomId }))).toBe(200);
  });
});

/** What lessons cost when everybody asks for them at once, and what becomes of them when the cache is frozen or gone. */
import { setImmediate } from 'node:timers/promises';
import type { KyselyPlugin } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildApp } from '@heroes/api/app.ts';
import type { Context } from '@heroes/api/context.ts';
import { Library } from '@heroes/api/features/curriculum/library.ts';
import type { Lesson } from '@heroes/api/features/curriculum/shapes.ts';
import { wire } from '@heroes/api/wiring.ts';
import { capture } from '../../cluster/progress.ts';
import { asker, COMPLETE, editing, startPatient } from './lesson-calls.ts';
import { makePerson } from './people.ts';
import type { Stack } from './stack.ts';

const FIRST = 'what-a-hero-does';
const SOON = { timeout: 20_000, interval: 50 };
const BUCKET = { perSecond: 1000, burst: 1000 };

let stack: Stack;
let edit: ReturnType<typeof editing>;

beforeAll(async () => {
  stack = await startPatient();
  edit = editing(stack, {
    author: await makePerson(stack, 'content_editor'),
    reviewer: await makePerson(stack, 'district_admin'),
  });
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

const freeze = async () => capture(['docker', 'pause', stack.cache.getId()]);
const thaw = async () => capture(['docker', 'unpause', stack.cache.getId()]);
const answers = async ({ cache }: Pick<Context, 'cache'> = stack.context) =>
  (await cache.takeToken('probe', BUCKET)) !== undefined;

/** Another pod over the same database and cache, that has asked for nothing yet. */
async function startPod() {
  await using opened = new AsyncDisposableStack();
  const wired = wire(stack.context.config, stack.context.log);
  opened.defer(wired.close);
  const queries: string[] = [];
  const counting: KyselyPlugin = {
    transformQuery: ({ node }) => {
      queries.push(node.kind);
      return node;
    },
    transformResult: async ({ result }) => Promise.resolve(result),
  };
  const { cache, db } = wired.context;
  const library = new Library({ db: db.withPlugin(counting), cache, release: wired.context.config.SERVICE_VERSION });
  opened.defer(() => {
    library.close();
  });
  const app = buildApp({ ...wired.context, library, shedding: stack.context.shedding }, wired.context.log);
  opened.defer(async () => app.close());
  await expect.poll(async () => answers(wired.context), SOON).toBe(true);
  const parts = opened.move();
  return {
    ask: asker({ app }),
    queries,
    context: wired.context,
    [Symbol.asyncDispose]: async () => parts.disposeAsync(),
  };
}

/** A lesson that is published. @returns its id. */
async function makeLesson(): Promise<string> {
  const { body, etag } = await edit.begin();
  await edit.bring(body.lessonId, etag);
  return body.lessonId;
}

async function publishNext(id: string, title: string): Promise<void> {
  const { etag } = await edit.beginNext(id);
  expect((await edit.bring(id, etag, { ...COMPLETE, title })).status).toBe(200);
}

describe('at the bell', () => {
  it('a lesson is loaded once, however many ask for it at once', async () => {
    const lesson = await makeLesson();
    await using pod = await startPod();
    const asked = await Promise.all(Array.from({ length: 300 }, async () => pod.ask(`/v1/lessons/${lesson}`)));
    expect(new Set(asked.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(asked.map(({ etag }) => etag)).size).toBe(1);
    // Which state the curriculum is in, what is published, and the lesson.
    expect(pod.queries.length).toBeLessThanOrEqual(3);
  });

  it('another pod takes it from the cache, and asks the database for nothing but whether it is current', async () => {
    await edit.ask(`/v1/lessons/${FIRST}`);
    await edit.ask('/v1/lessons');
    await using pod = await startPod();
    await expect.poll(async () => (await pod.ask(`/v1/lessons/${FIRST}`)).status, SOON).toBe(200);
    await pod.ask('/v1/lessons?grade=5');
    expect(pod.queries.length).toBeLessThanOrEqual(1);
  });

  it('ids of nothing cost the database nothing', async () => {
    await using pod = await startPod();
    await pod.ask('/v1/lessons');
    const before = pod.queries.length;
    const asked = Array.from({ length: 50 }, async (_, index) => pod.ask(`/v1/lessons/nothing-${index}`));
    expect(new Set((await Promise.all(asked)).map(({ status }) => status))).toEqual(new Set([404]));
    expect(pod.queries.length - before).toBeLessThanOrEqual(1);
  });

  it('what is kept is served while the database is frozen', async () => {
    const { etag } = await edit.ask(`/v1/lessons/${FIRST}`);
    const id = stack.postgres.container.getId();
    await capture(['docker', 'pause', id]);
    try {
      const asked = await Promise.all(Array.from({ length: 50 }, async () => edit.ask(`/v1/lessons/${FIRST}`)));
      expect(asked.map((each) => `${each.status} ${each.etag}`)).toEqual(asked.map(() => `200 ${etag}`));
    } finally {
      await capture(['docker', 'unpause', id]);
    }
  });
});

describe('a publication', () => {
  it('is seen by a pod that has the former in its memory', async () => {
    const lesson = await makeLesson();
    await using pod = await startPod();
    expect((await pod.ask<Lesson>(`/v1/lessons/${lesson}`)).body).toMatchObject({ version: 1 });
    await publishNext(lesson, 'Better');
    expect((await edit.ask<Lesson>(`/v1/lessons/${lesson}`)).body).toMatchObject({ version: 2, title: 'Better' });
    const title = async () => (await pod.ask<Lesson>(`/v1/lessons/${lesson}`)).body.title;
    await expect.poll(title, SOON).toBe('Better');
    const list = async () => (await pod.ask<{ items: { title: string }[] }>('/v1/lessons?limit=50')).body.items;
    expect((await list()).map((each) => each.title)).toContain('Better');
  });

  it('is never undone by what the cache still has', async () => {
    const lesson = await makeLesson();
    await using pod = await startPod();
    await pod.ask(`/v1/lessons/${lesson}`);
    await freeze();
    try {
      await publishNext(lesson, 'Published in the frost');
      expect((await edit.ask<Lesson>(`/v1/lessons/${lesson}`)).body).toMatchObject({ version: 2 });
    } finally {
      await thaw();
    }
    const versions = async () =>
      Promise.all([edit.ask<Lesson>(`/v1/lessons/${lesson}`), pod.ask<Lesson>(`/v1/lessons/${lesson}`)]);
    await expect.poll(async () => (await versions()).map(({ body }) => body.version), SOON).toEqual([2, 2]);
    await expect.poll(async () => answers(), SOON).toBe(true);
    await using late = await startPod();
    expect((await late.ask<Lesson>(`/v1/lessons/${lesson}`)).body).toMatchObject({ version: 2 });
  });
});

describe('a frozen cache', () => {
  afterEach(async () => {
    await thaw().catch(() => undefined);
    await expect.poll(async () => answers(), SOON).toBe(true);
  });

  it('is waited for once, and then not asked until it answers a heartbeat', async () => {
    await expect.poll(async () => answers(), SOON).toBe(true);
    await freeze();
    await expect.poll(async () => answers(), SOON).toBe(false);
    // It is refused before any timer or answer of a network could have come in between.
    const outcome = await Promise.race([answers(), setImmediate('waited for')]);
    expect(outcome).toBe(false);
    const told = stack.logged.filter((line) => line.includes('the cache does not answer'));
    expect(told.length).toBeGreaterThan(0);
  });

  it('makes lessons no less right', async () => {
    const lesson = await makeLesson();
    await freeze();
    expect((await edit.ask<Lesson>(`/v1/lessons/${lesson}`)).body).toMatchObject({ version: 1 });
    expect((await edit.ask('/v1/lessons')).status).toBe(200);
    expect((await edit.ask(`/v1/lessons/${lesson}/bundle`)).status).toBe(200);
    await publishNext(lesson, 'Better');
    expect((await edit.ask<Lesson>(`/v1/lessons/${lesson}`)).body).toMatchObject({ version: 2, title: 'Better' });
  });
});

// The last, since it does not come back.
describe('a cache that is gone', () => {
  it('is not missed', async () => {
    await stack.cache.stop();
    const lesson = await makeLesson();
    await publishNext(lesson, 'Better');
    expect((await edit.ask<Lesson>(`/v1/lessons/${lesson}`)).body).toMatchObject({ version: 2, title: 'Better' });
    expect((await edit.ask('/v1/lessons?grade=5')).status).toBe(200);
    expect(await answers()).toBe(false);
    expect(stack.logged.filter((line) => line.includes('"the request failed"'))).toEqual([]);
  });
});

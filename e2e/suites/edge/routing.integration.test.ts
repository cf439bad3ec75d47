/** Where the edge sends requests while API pods come and go, and what it sends again; over the real HAProxy. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FAILURES_OUT } from '@heroes/operator/features/edge/haproxy.ts';
import { ApiPod } from './api-pod.ts';
import { ask, countBy, times, type Answered, type Sent } from './asking.ts';
import { lead, startEdge, type Edge } from './edge.ts';

const opened = new AsyncDisposableStack();
let edge: Edge;
let pods: ApiPod[] = [];
let client = 0;

beforeAll(async () => {
  edge = opened.use(await startEdge());
});
afterAll(async () => opened.disposeAsync());

const call = async (path: string, sent: Sent = {}): Promise<Answered> =>
  ask(edge.ports.http, path, { from: `127.1.0.${client}`, ...sent });
const point = (to: readonly ApiPod[]): void => {
  edge.dns.endpoints = to.map(({ endpoint }) => endpoint);
};
const podOf = ({ headers }: Answered): string => String(headers['x-pod'] ?? 'none');

/** Three pods that the edge knows, of which none has been asked for anything; from an address that nobody has asked from. */
beforeEach(async () => {
  client += 1;
  edge.dns.delayMs = 0;
  point([]);
  for (const pod of pods) await pod[Symbol.asyncDispose]();
  pods = await Promise.all(['a', 'b', 'c'].map(async (name) => ApiPod.start(`${name}${client}`)));
  for (const pod of pods) opened.use(pod);
  await lead(edge, pods);
  for (const pod of pods) pod.asked.length = 0;
}, 60_000);

const [A, B, C] = [0, 1, 2] as const;
const pod = (index: number): ApiPod => {
  const found = pods[index];
  if (found === undefined) throw new Error(`there is no pod ${index}`);
  return found;
};

describe('the edge sends requests', () => {
  it('to whoever has fewest under way: who is slow gets fewer', async () => {
    for (const each of pods) each.delayMs = 20;
    pod(A).delayMs = 3_000;
    const counts = countBy(await times(200, 12, async () => call('/v1/x')), podOf);
    const [slow = 0, ...fast] = pods.map(({ name }) => counts[name] ?? 0);
    expect(slow).toBeGreaterThan(0);
    for (const each of fast) expect(each).toBeGreaterThan(slow);
    // While all three have some, none has many more under way than another.
    expect(Math.max(...pods.map(({ mostUnderWay }) => mostUnderWay))).toBeLessThanOrEqual(5);
  });

  it('to those that have fewest requests, whatever streams they hold: a pod that comes gets no more than others', async () => {
    point([pod(A), pod(B)]);
    // The one that has gone is forgotten by then.
    await sleep(3_000);
    const held = await Promise.all(
      Array.from({ length: 40 }, async () => fetch(`http://127.0.0.1:${edge.ports.http}/v1/classrooms/x/live/events`)),
    );
    // Streams are spread themselves.
    const streams = pods.map(({ asked }) => asked.filter(({ url }) => url.endsWith('/live/events')).length);
    expect(streams).toEqual([20, 20, 0]);
    point(pods);
    await expect
      .poll(async () => times(12, 12, async () => call('/v1/x')).then(() => pod(C).count), { timeout: 10_000 })
      .toBeGreaterThan(0);
    for (const each of pods) each.delayMs = 20;
    const counts = Object.values(countBy(await times(300, 12, async () => call('/v1/x')), podOf));
    for (const { body } of held) await body?.cancel();
    expect(counts).toHaveLength(3);
    expect(Math.max(...counts)).toBeLessThan(2 * Math.min(...counts));
  }, 60_000);

  it('to a pod that comes within seconds, and to one that goes no more', async () => {
    const fourth = opened.use(await ApiPod.start('d'));
    point([...pods, fourth]);
    await expect
      .poll(async () => times(12, 12, async () => call('/v1/x')).then(() => fourth.count), { timeout: 10_000 })
      .toBeGreaterThan(0);
    point([pod(B), pod(C), fourth]);
    await expect
      .poll(
        async () => {
          const before = pod(A).count;
          const answers = await times(24, 12, async () => call('/v1/x'));
          expect(countBy(answers, ({ status }) => status)).toEqual({ 200: 24 });
          return pod(A).count - before;
        },
        { timeout: 10_000 },
      )
      .toBe(0);
  });

  it('to all of a hundred pods, as many as there may be', async () => {
    await using many = await startEdge({
      spec: { api: { replicas: { min: 1, max: 100 } }, database: { embedded: { maxConnections: 2_000 } } },
    });
    await using crowd = await ApiPod.start('hundred', '0.0.0.0');
    const { port } = crowd.endpoint;
    many.dns.endpoints = Array.from({ length: 101 }, (_, index) => ({ address: `127.11.0.${1 + index}`, port }));
    await expect
      .poll(async () => (await ask(many.ports.metrics, '/metrics?scope=backend')).text, { timeout: 20_000 })
      .toMatch(/^haproxy_backend_active_servers\{proxy="api"\} 101$/m);
  });

  it('without losing one while pods come and go all the time', async () => {
    for (const each of pods) each.delayMs = 5;
    const stop = new AbortController();
    const churn = (async () => {
      for (let turn = 0; !stop.signal.aborted; turn += 1) {
        point(pods.filter((_each, index) => index !== turn % 3));
        await sleep(400);
      }
    })();
    const answers = await times(1_500, 6, async () => call('/v1/join', { body: '{}' }));
    stop.abort();
    await churn;
    expect(countBy(answers, ({ status }) => status)).toEqual({ 201: 1_500 });
  });

  it('to the pods that it knows while the DNS is slow or says nothing', async () => {
    for (const delayMs of [1_500, Infinity]) {
      edge.dns.delayMs = delayMs;
      await sleep(5_000);
      const answers = await times(30, 3, async () => call('/v1/x'));
      expect(countBy(answers, ({ status }) => status)).toEqual({ 200: 30 });
    }
  });

  it('to the pods that it knows, for longer than trouble of the DNS lasts, also where that knows of nobody', async () => {
    await using forgetful = await startEdge();
    await lead(forgetful, pods);
    forgetful.dns.endpoints = [];
    edge.dns.delayMs = Infinity;
    await sleep(75_000);
    for (const { ports } of [edge, forgetful]) {
      const answers = await times(30, 3, async () => ask(ports.http, '/v1/x'));
      expect(countBy(answers, ({ status }) => status)).toEqual({ 200: 30 });
    }
  }, 120_000);

  it('to nobody where there is nobody: 503 as the API says it, at once, and /health is answered all the same', async () => {
    for (const each of pods) each.isReady = false;
    let answer = await call('/v1/x');
    await expect.poll(async () => (answer = await call('/v1/x')).status, { timeout: 20_000 }).toBe(503);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'retry-after': '2',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    expect(JSON.parse(answer.text)).toMatchObject({ status: 503, requestId: answer.headers['x-request-id'] });
    expect((await call('/health')).status).toBe(200);
  });
});

describe('a pod', () => {
  it('that cannot be reached is out after three failures for 30 s, and no request is lost', async () => {
    await pod(A).vanish();
    const answers = await times(60, 4, async () => call('/v1/join', { body: '{}' }));
    expect(countBy(answers, ({ status }) => status)).toEqual({ 201: 60 });
    await expect.poll(() => edge.said()).toMatch(/is DOWN, reason: .*3 consecutive errors/);
    await pod(A).comeBack();
    const fromMs = performance.now();
    pod(A).asked.length = 0;
    await expect
      .poll(async () => times(6, 6, async () => call('/v1/x')).then(() => pod(A).count), {
        timeout: 60_000,
        interval: 500,
      })
      .toBeGreaterThan(0);
    const outMs = performance.now() - fromMs;
    expect(outMs).toBeGreaterThan((FAILURES_OUT.seconds - 5) * 1000);
  }, 120_000);

  it('that says that it stops gets nothing new, while the DNS still names it', async () => {
    pod(B).isReady = false;
    await expect
      .poll(
        async () => {
          const before = pod(B).count;
          await times(24, 6, async () => call('/v1/x'));
          return pod(B).count - before;
        },
        { timeout: 20_000 },
      )
      .toBe(0);
  });
});

describe('a request whose connection breaks', () => {
  const KEY = { 'idempotency-key': 'a-key-that-is-drawn-at-random' };

  it.each([
    ['a GET', { method: 'GET' }],
    ['a POST with an Idempotency-Key', { body: '{"a":1}', headers: KEY }],
    ['a PATCH with one', { method: 'PATCH', body: '{"a":1}', headers: KEY }],
  ] as const)('is sent again when it may be done twice: %s', async (_what, sent) => {
    for (const each of pods) each.breaks = 0;
    pod(A).breaks = 1;
    pod(B).breaks = 1;
    pod(C).breaks = 1;
    const answer = await call('/v1/x', sent);
    expect(answer.status).toBeLessThan(300);
    const asked = pods.flatMap((each) => each.asked);
    expect(asked.length).toBeGreaterThan(1);
    // The same each time: the whole body, and the key.
    expect(
      new Set(asked.map(({ method, url, body, headers }) => [method, url, body, headers['idempotency-key']].join('|')))
        .size,
    ).toBe(1);
  });

  it.each([
    ['a POST', { body: '{"a":1}' }],
    ['a PUT', { method: 'PUT', body: '{"a":1}' }],
    ['a DELETE', { method: 'DELETE' }],
  ] as const)('is not when it may not: %s', async (_what, sent) => {
    for (const each of pods) each.breaks = 10;
    const answer = await call('/v1/x', sent);
    expect(answer.status).toBe(502);
    expect(JSON.parse(answer.text)).toMatchObject({ title: 'Bad Gateway', requestId: expect.any(String) as string });
    expect(pods.flatMap((each) => each.asked)).toHaveLength(1);
  });
});

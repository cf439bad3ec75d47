/** How often one may ask at the edge, whose bucket a request draws on, and that none can be had by making up a token. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LIMITS } from '@heroes/operator/features/edge/limits.ts';
import { ApiPod } from './api-pod.ts';
import {
  ask,
  countBy,
  flooded,
  rawRequest,
  refusals,
  say,
  times,
  type Answered,
  type Flood,
  type Sent,
} from './asking.ts';
import { lead, startEdge, type Edge } from './edge.ts';

const PROXY = '127.9.0.1';
/** Of a flood: answered, and not counted yet. */
const UNDER_WAY = 250;
const { token: TOKEN, anonymous: ANONYMOUS, join: JOIN } = LIMITS;

const opened = new AsyncDisposableStack();
let edge: Edge;
let pod: ApiPod;
let agent: Agent;
let client = 0;

beforeAll(async () => {
  edge = opened.use(await startEdge({ spec: { network: { trustedProxies: [PROXY] } } }));
  pod = opened.use(await ApiPod.start('a'));
  await lead(edge, [pod]);
});
afterAll(async () => opened.disposeAsync());

/** Each test asks from an address of its own. */
beforeEach(() => {
  client += 1;
  agent = new Agent({ keepAlive: true, maxSockets: 40 });
  opened.defer(() => {
    agent.destroy();
  });
  pod.asked.length = 0;
  pod.tokens.clear();
  pod.ended.clear();
});

const call = async (path: string, sent: Sent = {}): Promise<Answered> =>
  ask(edge.ports.http, path, { from: `127.2.0.${client}`, agent, ...sent });
const admitted = (answers: readonly Answered[]): number => answers.filter(({ status }) => status !== 429).length;

/** A flood of requests from the test's own address unless it says otherwise. */
const flood = (request: (index: number) => string, from = `127.2.0.${client}`): Flood => ({
  port: edge.ports.http,
  from,
  request,
});
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const madeUp = (): Flood => flood(() => rawRequest('GET /v1/me', bearer(randomUUID())));

/** @returns a token that the API has called good before. */
async function knownToken(): Promise<string> {
  const token = randomUUID();
  pod.tokens.add(token);
  expect((await call('/v1/me', { token })).status).toBe(200);
  return token;
}

describe('a token that is good', () => {
  it('has a burst of 20, then 10 a second, and is told when to come again, as the API tells it', async () => {
    const token = await knownToken();
    const answers = await times(60, 30, async () => call('/v1/me', { token }));
    expect(admitted(answers)).toBeGreaterThanOrEqual(TOKEN.burst);
    expect(admitted(answers)).toBeLessThan(TOKEN.burst + 15);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.headers).toMatchObject({
      'retry-after': '1',
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'strict-transport-security': expect.any(String) as string,
    });
    expect(JSON.parse(refused?.text ?? '')).toEqual({
      type: 'about:blank',
      title: 'Too Many Requests',
      status: 429,
      detail: 'That is more than 10 a second. Wait 1 s.',
      requestId: refused?.headers['x-request-id'],
    });
    await sleep(1_000);
    const later = await times(30, 30, async () => call('/v1/me', { token }));
    expect(admitted(later)).toBeGreaterThanOrEqual(9);
    expect(admitted(later)).toBeLessThan(25);
  });

  it('goes on at its pace without being refused', async () => {
    const token = await knownToken();
    const answers: Answered[] = [];
    for (let turn = 0; turn < 40; turn += 1) {
      answers.push(await call('/v1/me', { token }));
      await sleep(105);
    }
    expect(admitted(answers)).toBe(40);
  });

  it('is counted by itself, whatever others of its address do', async () => {
    const token = await knownToken();
    await flooded(madeUp(), async () => {
      expect(await refusals(async () => call('/v1/me', { token }))).toBe(0);
    });
  });

  it('has one bucket from wherever it is sent, and in whichever of the two headers', async () => {
    const token = await knownToken();
    const headers = { 'x-heroes-authorization': `Bearer ${token}` };
    const elsewhere = flood(() => rawRequest('GET /v1/me', bearer(token)), `127.3.0.${client}`);
    await flooded(elsewhere, async () => {
      expect(await refusals(async () => call('/v1/me', { headers }))).toBeGreaterThan(0);
    });
  });

  it('pays for a request when its headers are there, and not when its body is', async () => {
    const token = await knownToken();
    const half = `${rawRequest('POST /v1/me', { ...bearer(token), 'content-length': '10' })}half`;
    const heard = await times(2 * TOKEN.burst, 2 * TOKEN.burst, async () => say(edge.ports.http, half, 1_000));
    const refused = heard.filter((text) => text.startsWith('HTTP/1.1 429 '));
    expect(refused.length).toBeGreaterThan(0);
    expect(heard.filter((text) => text === '').length).toBeGreaterThanOrEqual(TOKEN.burst - 1);
  });

  it('shows nobody by what the edge knows it', async () => {
    const token = await knownToken();
    expect((await call('/v1/me', { token })).headers).not.toHaveProperty('x-heroes-token');
  });

  it('that is good no more draws on its address again', async () => {
    const token = await knownToken();
    pod.tokens.clear();
    await call('/v1/me', { token });
    // More than its own bucket would let through at once.
    const answers = await times(100, 100, async () => call('/v1/me', { token }));
    expect(countBy(answers, ({ status }) => status)).toEqual({ 401: 100 });
  });
});

describe('tokens that have ended', () => {
  it('cost their address no more than any request: a class that is over and polls on keeps nobody from signing in', async () => {
    const tokens = Array.from({ length: 30 }, () => randomUUID());
    for (const token of tokens) pod.ended.add(token);
    // At ten each this would be more than twice what there is.
    const polls = await times(500, 30, async (index) => call('/v1/me', { token: tokens[index % 30] ?? '' }));
    expect(countBy(polls, ({ status }) => status)).toEqual({ 401: 500 });
    expect(polls.every(({ headers }) => headers['x-heroes-token'] === undefined)).toBe(true);
    expect(await refusals(async () => call('/v1/lessons'))).toBe(0);
  });

  it('are not without a limit', async () => {
    const token = randomUUID();
    pod.ended.add(token);
    const polling = flood(() => rawRequest('GET /v1/me', bearer(token)));
    await flooded(polling, async ({ answered, refused }) => {
      expect(answered - refused).toBeGreaterThanOrEqual(ANONYMOUS.burst);
      expect(await refusals(async () => call('/v1/me', { token }))).toBeGreaterThan(0);
    });
  });
});

describe('tokens that are made up', () => {
  it('share one budget, that of their address: each one more is no bucket more', async () => {
    const fromMs = performance.now();
    await flooded(madeUp(), async (flooding) => {
      await sleep(2_000);
      const seconds = (performance.now() - fromMs) / 1000;
      const admittedThen = flooding.answered - flooding.refused;
      // Each that the API has refused costs ten; what is under way then has not been refused yet.
      const budget = ANONYMOUS.burst + ANONYMOUS.perSecond * seconds;
      expect(admittedThen).toBeGreaterThanOrEqual(ANONYMOUS.burst / 10);
      expect(admittedThen).toBeLessThanOrEqual(budget / 10 + UNDER_WAY);
    });
  });

  it('are no way around it on what is public either, nor is having none', async () => {
    const asking = flood((index) => rawRequest('GET /v1/lessons', index % 2 === 0 ? bearer(randomUUID()) : {}));
    await flooded(asking, async () => {
      expect(await refusals(async () => call('/v1/lessons'))).toBeGreaterThan(0);
    });
  });

  it('cannot be sent beside one that is good: the first is what counts, at the edge as in the API', async () => {
    const token = await knownToken();
    const headers = { authorization: 'Bearer made-up', 'x-heroes-authorization': `Bearer ${token}` };
    await flooded(madeUp(), async () => {
      expect(await refusals(async () => call('/v1/me', { headers }))).toBeGreaterThan(0);
    });
  });

  it('take no place from those that are good', async () => {
    const before = await tableSize('limit_token');
    await times(500, 40, async () => call('/v1/me', { token: randomUUID() }));
    expect(await tableSize('limit_token')).toBe(before);
  });
});

describe('one address', () => {
  it('joins a school of 1,500 within a minute: nobody is refused, and a first request with each token neither', async () => {
    const answers = await times(1_500, 30, async () => call('/v1/join', { body: '{"code":"ABCD-EFGH"}' }));
    expect(countBy(answers, ({ status }) => status)).toEqual({ 201: 1_500 });
    const tokens = Array.from({ length: 1_500 }, () => randomUUID());
    for (const token of tokens) pod.tokens.add(token);
    const firsts = await times(1_500, 30, async (index) => call('/v1/me', { token: tokens[index] ?? '' }));
    expect(countBy(firsts, ({ status }) => status)).toEqual({ 200: 1_500 });
    const seconds = await times(1_500, 30, async (index) => call('/v1/me', { token: tokens[index] ?? '' }));
    expect(countBy(seconds, ({ status }) => status)).toEqual({ 200: 1_500 });
  }, 180_000);

  it('that is used up by somebody for everything else can still join', async () => {
    await flooded(madeUp(), async () => {
      expect(await refusals(async () => call('/v1/lessons'))).toBeGreaterThan(0);
      expect(await refusals(async () => call('/v1/join', { body: '{}' }))).toBe(0);
      expect(await refusals(async () => call('/v1/join/preview', { body: '{}' }))).toBe(0);
    });
  });

  it('does not join without end', async () => {
    const fromMs = performance.now();
    const joining = flood(() => rawRequest('POST /v1/join', { 'content-length': '0' }));
    await flooded(joining, async ({ answered, refused }) => {
      const seconds = (performance.now() - fromMs) / 1000;
      expect(answered - refused).toBeGreaterThanOrEqual(JOIN.burst);
      expect(answered - refused).toBeLessThanOrEqual(JOIN.burst + JOIN.perSecond * seconds + UNDER_WAY);
      expect((await call('/v1/lessons')).status).toBe(200);
    });
  });

  it('is another one for another client, also behind a proxy that is trusted', async () => {
    const behind = (address: string): Sent => ({ from: PROXY, headers: { 'x-forwarded-for': address } });
    const lessons = (address: string) => async () => call('/v1/lessons', behind(address));
    const named = (address: string) => rawRequest('GET /v1/lessons', { 'x-forwarded-for': address });
    await flooded(
      flood(() => named('203.0.113.1'), PROXY),
      async () => {
        expect(await refusals(lessons('203.0.113.1'))).toBeGreaterThan(0);
        expect(await refusals(lessons('203.0.113.2'))).toBe(0);
      },
    );
    // An address of IPv6 is one of as many as its owner likes.
    const ofOne = (index: number) => named(`2001:db8:1:1::${(index % 60_000).toString(16)}`);
    await flooded(flood(ofOne, PROXY), async () => {
      expect(await refusals(lessons('2001:db8:1:1:ffff::1'))).toBeGreaterThan(0);
      expect(await refusals(lessons('2001:db8:1:2::1'))).toBe(0);
    });
  });

  it('is not another one because a stranger says so', async () => {
    const named = (index: number) => rawRequest('GET /v1/lessons', { 'x-forwarded-for': `203.0.113.${index % 250}` });
    await flooded(flood(named), async () => {
      const headers = { 'x-forwarded-for': '198.51.100.7' };
      expect(await refusals(async () => call('/v1/lessons', { headers }))).toBeGreaterThan(0);
    });
  });
});

/** @returns how many buckets a table holds, as the metrics say. */
async function tableSize(name: string): Promise<number> {
  const { text } = await ask(edge.ports.metrics, '/metrics?scope=sticktable');
  return Number(new RegExp(`^haproxy_sticktable_used\\{name="${name}",type="\\w+"\\} (\\d+)`, 'm').exec(text)?.[1]);
}

/** The real API behind the real edge: whose address it counts, whose token the edge learns of, and what passes. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTaughtClass, recordConsent } from '../api/class-calls.ts';
import { enrol, makeClassroom, makePerson, makeSchool, type Classroom } from '../api/people.ts';
import { startStack, type Stack } from '../api/stack.ts';
import { ask, countBy, flooded, rawRequest, refusals, times, type Answered, type Sent } from './asking.ts';
import { startEdge, type Edge } from './edge.ts';

const PROXY = '127.9.0.1';

const opened = new AsyncDisposableStack();
let stack: Stack;
let edge: Edge;
let classroom: Classroom;
/** Whom the API counted, by address. */
const counted: string[] = [];

beforeAll(async () => {
  stack = opened.use(
    await startStack({
      // The edge is in the network of this machine, whose name the DNS knows as well.
      settings: { EDGE_HOST: 'localhost' },
      adapt: (context) => ({
        ...context,
        rates: {
          ...context.rates,
          admit: async (route, actor, address) => {
            counted.push(address);
            return context.rates.admit(route, actor, address);
          },
        },
        // Other suites use the machine at the same time.
        shedding: { ...context.shedding, admit: () => undefined, admitToDatabase: () => undefined },
      }),
    }),
  );
  await recordConsent(stack);
  const schoolId = await makeSchool(stack);
  const { accountId } = await makePerson(stack, 'facilitator', schoolId);
  classroom = await makeClassroom(stack, accountId, schoolId);
  const origin = new URL(await stack.app.listen({ host: '127.0.0.1', port: 0 }));
  edge = opened.use(await startEdge({ spec: { network: { trustedProxies: [PROXY] } } }));
  edge.dns.endpoints = [{ address: '127.0.0.1', port: Number(origin.port) }];
  for (const endMs = performance.now() + 20_000; performance.now() < endMs;) {
    if ((await ask(edge.ports.http, '/v1/lessons')).status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the edge does not find the API');
});
afterAll(async () => opened.disposeAsync());

const call = async (path: string, sent: Sent = {}): Promise<Answered> => ask(edge.ports.http, path, sent);
const JSON_BODY = { 'content-type': 'application/json' };
const join = async (sent: Sent = {}): Promise<Answered> =>
  call('/v1/join', {
    body: JSON.stringify({ code: classroom.code }),
    ...sent,
    headers: { ...JSON_BODY, ...sent.headers },
  });

describe('the API behind the edge', () => {
  it.each([
    ['a client', { from: '127.10.0.7' }, '127.10.0.7'],
    [
      'a client that says it is another',
      { from: '127.10.0.8', headers: { 'x-forwarded-for': '203.0.113.9' } },
      '127.10.0.8',
    ],
    ['a client behind a proxy', { from: PROXY, headers: { 'x-forwarded-for': '6.6.6.6, 203.0.113.9' } }, '203.0.113.9'],
    ['a client of IPv6 behind one', { from: PROXY, headers: { 'x-forwarded-for': '2001:db8::9' } }, '2001:db8::9'],
  ])('counts the address of %s', async (_what, sent, address) => {
    counted.length = 0;
    expect((await join(sent)).status).toBe(201);
    expect(counted).toEqual([address]);
  });

  it('believes nobody who does not come by the edge', async () => {
    counted.length = 0;
    const { port } = stack.app.server.address() as { port: number };
    const headers = { 'x-forwarded-for': '203.0.113.9' };
    await join({ headers });
    // From an address of loopback that is not the one the name stands for.
    await ask(port, '/v1/join', {
      from: '127.10.0.9',
      body: JSON.stringify({ code: classroom.code }),
      headers: { ...JSON_BODY, ...headers },
    });
    expect(counted.at(-1)).toBe('127.10.0.9');
  });

  it('tells the edge which tokens are good, which gives them a bucket of their own and tells nobody else', async () => {
    const from = '127.10.1.1';
    const { token } = JSON.parse((await join({ from })).text) as { token: string };
    const first = await call('/v1/me/progress', { from, token });
    expect([first.status, first.headers['x-heroes-token']]).toEqual([200, undefined]);
    const madeUp = () => `a.${randomUUID()}.b`;
    const request = () => rawRequest('GET /v1/me/progress', { authorization: `Bearer ${madeUp()}` });
    // Others of the address use up all that it has.
    await flooded({ port: edge.ports.http, from, request }, async () => {
      expect(await refusals(async () => call('/v1/me/progress', { from, token: madeUp() }))).toBeGreaterThan(0);
      expect(await refusals(async () => call('/v1/me/progress', { from, token }))).toBe(0);
      expect((await join({ from })).status).toBe(201);
    });
  });

  it('tells the edge which tokens have ended, so that those who still send them use up nothing', async () => {
    const from = '127.10.1.2';
    const { token } = await enrol(stack, await makeTaughtClass(stack, { archived_at: new Date() }));
    // At ten each this would be more than there is.
    const polls = await times(400, 10, async () => call('/v1/me/progress', { from, token }));
    expect(countBy(polls, ({ status }) => status)).toEqual({ 401: 400 });
    expect(polls[0]?.headers).not.toHaveProperty('x-heroes-token');
    expect(await refusals(async () => call('/v1/lessons', { from }))).toBe(0);
  });

  it('takes a token where a proxy needs Authorization for itself, as for the audit', async () => {
    const { token } = await enrol(stack, classroom);
    const answer = await call('/v1/me/progress', { headers: { 'x-heroes-authorization': `Bearer ${token}` } });
    expect(answer.status).toBe(200);
  });

  it('answers a join that is sent again with its key as the first time', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const [first, again] = [await join({ headers }), await join({ headers })];
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.text).toBe(first.text);
    expect(again.headers['idempotency-replayed']).toBe('true');
  });

  it('sends a class its events as they come', async () => {
    const { token } = await enrol(stack, classroom);
    const gone = new AbortController();
    const answer = await fetch(`http://127.0.0.1:${edge.ports.http}/v1/classrooms/${classroom.id}/live/events`, {
      headers: { authorization: `Bearer ${token}` },
      signal: gone.signal,
    });
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    let text = '';
    while (!text.includes('event: live')) text += new TextDecoder().decode((await reader.read()).value);
    expect(text).toMatch(/^retry: \d+/);
    gone.abort();
    await expect.poll(() => stack.context.live.size).toBe(0);
  });

  it('gives its answers the headers that it gives them itself, once each', async () => {
    const { port } = stack.app.server.address() as { port: number };
    const [direct, through] = [await ask(port, '/v1/lessons'), await call('/v1/lessons')];
    const {
      date: _date,
      'x-request-id': _id,
      connection: _connection,
      'keep-alive': _keepAlive,
      ...own
    } = direct.headers;
    expect(through.headers).toMatchObject(own);
    expect(through.text).toBe(direct.text);
  });
});

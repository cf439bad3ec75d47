import { createServer, type Server } from 'node:http';
import Fastify, { LogController, type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '@heroes/runtime/logger.ts';
import { readConfig } from '@heroes/runtime/config.ts';
import { ApiConfig } from '../config.ts';
import { proxiesOf } from '../limits/proxies.ts';
import { Circuits } from '../resilience/outgoing.ts';
import { withLazyChildren } from './lazy-log.ts';
import { parentOf, startTracing, traceQuery, traceRequests } from './tracing.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const TRACEPARENT = `00-${TRACE}-${SPAN}-01`;
const USER_AGENT = 'a pupil’s tablet/1.0';

interface SentSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly status: { readonly code?: number };
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
}

interface Sent {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly SentSpan[] }[] }[];
}

/** An app that traces, and the lines that it logs. */
function traced(hasSpans: boolean): { readonly app: FastifyInstance; readonly lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const log = createLogger({
    service: 'heroes-api',
    version: 'test',
    destination: { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  const app: FastifyInstance = Fastify({
    loggerInstance: withLazyChildren(log),
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => crypto.randomUUID(),
  });
  traceRequests(app, { isTrusted: proxiesOf('10.0.0.0/8'), hasSpans });
  app.get('/v1/lessons/:lessonId', async (request) => {
    traceQuery({ level: 'query', query: { sql: 'select 1 where $1' }, queryDurationMillis: 3 });
    await new Circuits().call('there', async () => Promise.resolve());
    request.log.info({}, 'working');
    return {};
  });
  app.get('/broken', () => {
    throw new Error('broken');
  });
  return { app, lines };
}

const ask = (url: string, remoteAddress: string) => ({
  method: 'GET' as const,
  url,
  remoteAddress,
  headers: { traceparent: TRACEPARENT, 'user-agent': USER_AGENT, 'x-forwarded-for': '203.0.113.9' },
});

describe('traceparent', () => {
  it('is read as the standard has it', () => {
    expect(parentOf(TRACEPARENT)).toEqual({ traceId: TRACE, spanId: SPAN, traceFlags: 1, isRemote: true });
  });

  it.each([
    undefined,
    '',
    'x',
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `ff-${TRACE}-${SPAN}-01`,
    `${TRACEPARENT}-x`,
    [TRACEPARENT],
  ])('is nothing when it is %j', (header) => {
    expect(parentOf(header)).toBeUndefined();
  });
});

describe('without an endpoint', () => {
  it('log lines carry the trace of a trusted proxy, or one of their own, and nothing is loaded', async () => {
    const { app, lines } = traced(false);
    await startTracing(
      readConfig(ApiConfig, {
        DATABASE_PASSWORD: 'x',
        CACHE_HOST: 'x',
        CACHE_PASSWORD: 'x',
        TOKEN_SECRET: 'x'.repeat(32),
      }),
    );
    await app.inject(ask('/v1/lessons/one', '10.1.1.1'));
    await app.inject(ask('/v1/lessons/one', '192.0.2.1'));
    expect(lines[0]).toMatchObject({ 'trace.id': TRACE });
    expect(lines[1]).toMatchObject({ 'trace.id': expect.stringMatching(/^[0-9a-f]{32}$/) as string });
    expect(lines[1]?.['trace.id']).not.toBe(TRACE);
    expect(String(lines[1]?.['http.request.id']).replaceAll('-', '')).toBe(lines[1]?.['trace.id']);
  });
});

describe('with an endpoint', () => {
  let collector: Server;
  let stop: () => Promise<void>;
  const { app, lines } = traced(true);
  const spans: SentSpan[] = [];
  const texts: string[] = [];

  beforeAll(async () => {
    collector = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        texts.push(`${request.url ?? ''} ${text}`);
        const { resourceSpans } = JSON.parse(text) as Sent;
        spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
        response.setHeader('content-type', 'application/json').end('{}');
      });
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    const address = collector.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    stop = await startTracing(
      readConfig(ApiConfig, {
        DATABASE_PASSWORD: 'x',
        CACHE_HOST: 'x',
        CACHE_PASSWORD: 'x',
        TOKEN_SECRET: 'x'.repeat(32),
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}/`,
        OTEL_TRACES_SAMPLER_ARG: '1',
      }),
    );
    await app.inject(ask('/v1/lessons/one?code=KQ7M-X2WP', '10.1.1.1'));
    await app.inject(ask('/v1/lessons/two', '192.0.2.1'));
    await app.inject(ask('/broken', '192.0.2.1'));
    await stop();
  });
  afterAll(async () => {
    await app.close();
    collector.closeAllConnections();
    collector.close();
  });

  const attributesOf = ({ attributes }: SentSpan) =>
    Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

  it('a span of each request is sent by OTLP, with its route and status', () => {
    const requests = spans.filter(({ name }) => name.startsWith('GET '));
    expect(requests.map(({ name }) => name)).toEqual([
      'GET /v1/lessons/:lessonId',
      'GET /v1/lessons/:lessonId',
      'GET /broken',
    ]);
    expect(requests.map((span) => attributesOf(span))).toEqual([
      { 'http.request.method': 'GET', 'http.route': '/v1/lessons/:lessonId', 'http.response.status_code': 200 },
      { 'http.request.method': 'GET', 'http.route': '/v1/lessons/:lessonId', 'http.response.status_code': 200 },
      { 'http.request.method': 'GET', 'http.route': '/broken', 'http.response.status_code': 500 },
    ]);
    expect(requests.map(({ status }) => status.code ?? 0)).toEqual([0, 0, 2]);
    expect(texts[0]).toMatch(/^\/v1\/traces /);
  });

  it('goes on a trace that a trusted proxy began, and no other’s', () => {
    const [first, second] = spans.filter(({ name }) => name.startsWith('GET '));
    expect(first).toMatchObject({ traceId: TRACE, parentSpanId: SPAN });
    expect(second?.traceId).not.toBe(TRACE);
    expect(second?.parentSpanId ?? '').toBe('');
  });

  it('what a request asks of others is in its trace', () => {
    const [first] = spans.filter(({ name }) => name.startsWith('GET '));
    const children = spans.filter(({ parentSpanId }) => parentSpanId === first?.spanId);
    expect(children.map(({ name }) => name).sort()).toEqual(['outgoing there', 'select']);
    expect(children.every(({ traceId }) => traceId === TRACE)).toBe(true);
  });

  it('log lines are found by their trace and span', () => {
    const [first] = spans.filter(({ name }) => name.startsWith('GET '));
    expect(lines[0]).toMatchObject({ 'trace.id': TRACE, 'span.id': first?.spanId, message: 'working' });
  });

  it('nothing of a person is sent', () => {
    for (const text of texts) expect(text).not.toMatch(/192\.0\.2\.1|203\.0\.113|tablet|KQ7M|lessons\/one/);
  });
});

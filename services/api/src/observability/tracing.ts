/**
 * Traces, by OpenTelemetry. Spans are made through its API alone, which does nothing until an SDK is there; that is loaded when an
 * endpoint is set and not before. They are made here and not by a ready instrumentation, since those record addresses, whole URLs
 * and user agents: a span of ours has a route, a status and nothing of a person.
 */
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, context, isSpanContextValid, trace } from '@opentelemetry/api';
import type { Context as TraceContext, Span, SpanContext } from '@opentelemetry/api';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiConfig } from '../config.ts';

const tracer = () => trace.getTracer('heroes-api');

/** Loads the SDK where spans are to be sent somewhere. @returns what sends the last ones and ends it. */
export async function startTracing(config: ApiConfig): Promise<() => Promise<void>> {
  if (config.OTEL_EXPORTER_OTLP_ENDPOINT === '') return async () => Promise.resolve();
  const { startSdk } = await import('./tracing-sdk.ts');
  return startSdk(config);
}

/** https://www.w3.org/TR/trace-context/#traceparent-header, version 00. */
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** @returns whose part a request is, where it may say so. */
export function parentOf(header: unknown): SpanContext | undefined {
  const [, traceId = '', spanId = '', flags = ''] =
    (typeof header === 'string' ? TRACEPARENT.exec(header) : null) ?? [];
  const parent = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
  return isSpanContextValid(parent) ? parent : undefined;
}

/** @returns whose part a request is, where who sent it may say so. */
export const trustedParent =
  (isTrusted: Tracing['isTrusted']) =>
  ({ headers: { traceparent }, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): SpanContext | undefined =>
    traceparent !== undefined && isTrusted(socket.remoteAddress ?? '') ? parentOf(traceparent) : undefined;

export interface Tracing {
  readonly isTrusted: (address: string) => boolean;
  /** Whether somebody takes the spans: otherwise none are made, not even ones that are nothing. */
  readonly hasSpans: boolean;
}

/**
 * Makes a span of each request, and gives each of its log lines the ids by which it is found: of the trace that a trusted proxy
 * began, or of our own. Without spans the request's own id names the trace, see lazy-log.ts.
 */
export function traceRequests(app: FastifyInstance, { isTrusted, hasSpans }: Tracing): void {
  const parentTrusted = trustedParent(isTrusted);
  if (hasSpans) {
    makeSpans(app, parentTrusted);
    return;
  }
  app.addHook('onRequest', (request, reply, done) => {
    const parent = parentTrusted(request);
    if (parent !== undefined) giveLog(request, reply, parent);
    done();
  });
}

function makeSpans(app: FastifyInstance, parentOfRequest: (request: FastifyRequest) => SpanContext | undefined): void {
  const spans = new WeakMap<FastifyRequest, Span>();
  app.addHook('onRequest', (request, reply, done) => {
    const parent = parentOfRequest(request);
    const around = parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
    const span = beginSpan(request, around);
    spans.set(request, span);
    giveLog(request, reply, span.spanContext());
    context.with(trace.setSpan(around, span), done);
  });
  app.addHook('onResponse', (request, { statusCode }, done) => {
    const span = spans.get(request);
    span?.setAttribute('http.response.status_code', statusCode);
    if (statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
    done();
  });
}

function beginSpan(request: FastifyRequest, around: TraceContext): Span {
  const route = request.routeOptions.url ?? 'unmatched';
  const attributes = { 'http.request.method': request.method, 'http.route': route };
  return tracer().startSpan(`${request.method} ${route}`, { kind: SpanKind.SERVER, attributes, root: false }, around);
}

function giveLog(request: FastifyRequest, reply: FastifyReply, { traceId, spanId }: SpanContext): void {
  if (!isSpanContextValid({ traceId, spanId, traceFlags: 0 })) return;
  request.log = request.log.child({ 'trace.id': traceId, 'span.id': spanId });
  reply.log = request.log;
}

/** Runs work in a span of its own. */
export async function inSpan<T>(
  name: string,
  attributes: Readonly<Record<string, string>>,
  work: () => Promise<T>,
): Promise<T> {
  return tracer().startActiveSpan(name, { kind: SpanKind.CLIENT, attributes }, async (span) => {
    try {
      return await work();
    } catch (error) {
      span.setAttribute('error.type', error instanceof Error ? error.name : 'unknown');
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

export interface QueryEvent {
  readonly level: 'query' | 'error';
  /** With parameters in place of values, but for those of who acts (data/transaction.ts). */
  readonly query: { readonly sql: string };
  readonly queryDurationMillis: number;
}

const LITERAL = /'(?:[^']|'')*'/g;

/** Makes a span of a statement that is over, as Kysely tells of it. */
export function traceQuery({ level, query, queryDurationMillis }: QueryEvent): void {
  const endMs = Date.now();
  const [operation = ''] = /^\w+/.exec(query.sql) ?? [];
  const attributes = {
    'db.system.name': 'postgresql',
    'db.operation.name': operation,
    'db.query.text': query.sql.replaceAll(LITERAL, '?'),
  };
  const span = tracer().startSpan(operation, {
    kind: SpanKind.CLIENT,
    attributes,
    startTime: endMs - queryDurationMillis,
  });
  if (level === 'error') span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(endMs);
}

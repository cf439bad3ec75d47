/** The API as one Fastify instance: what holds for every route, and the routes. */
import { randomUUID } from 'node:crypto';
import Fastify, { LogController, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from '@heroes/runtime/logger.ts';
import type { Context } from './context.ts';
import { probes } from './features/operations/probes.ts';
import { refuseBroken, refuseExpectations } from './http/broken.ts';
import { setDeadline } from './http/deadline.ts';
import { sendProblem, useProblems } from './http/problems.ts';
import { answerReady } from './http/ready-answers.ts';
import { register } from './http/register.ts';
import { sendSecurityHeaders } from './http/security-headers.ts';
import { compileValidator } from './http/validation.ts';
import { TIMES_MS } from './limits/times.ts';
import { tellAnswered } from './observability/answered.ts';
import { withLazyChildren } from './observability/lazy-log.ts';
import { traceRequests } from './observability/tracing.ts';
import { ROUTES } from './routes.ts';

/** Bodies are small; a route that takes more says so. */
const BODY_LIMIT = 16 * 1024;

/** @returns the API, ready to listen. */
export function buildApp(context: Context, log: Logger): FastifyInstance {
  const { isProxy } = context;
  const app: FastifyInstance = Fastify({
    loggerInstance: withLazyChildren(log),
    // The framework's own lines carry addresses of children and whole URLs; ours carry a route.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: BODY_LIMIT,
    requestTimeout: TIMES_MS.receive,
    keepAliveTimeout: TIMES_MS.keepAlive,
    // Whoever is not named may say whose request it forwards, and is not believed.
    trustProxy: isProxy,
    forceCloseConnections: 'idle',
    frameworkErrors: (error, request, reply) => {
      void sendProblem(error, request, reply);
    },
    clientErrorHandler: refuseBroken,
    // What still comes on open connections while the pod stops is answered as ever; new ones go elsewhere.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 100 },
  });
  app.setValidatorCompiler(compileValidator);
  useProblems(app);
  refuseExpectations(app.server);
  sendSecurityHeaders(app);
  const hasSpans = context.config.OTEL_EXPORTER_OTLP_ENDPOINT !== '';
  traceRequests(app, { isTrusted: isProxy, hasSpans });
  setDeadline(app, TIMES_MS.request);
  probes(app, context);
  register(app, context, ROUTES);
  app.addHook('onResponse', (request, reply, done) => {
    observe(context, request, reply);
    done();
  });
  // Where spans are made, every request has one.
  if (!hasSpans) {
    const { answered, flush } = tellAnswered(log, isProxy);
    answerReady(app.server, context.ready, { isOpen: () => !context.isDraining(), answered });
    app.addHook('onClose', (_app, done) => {
      flush();
      done();
    });
  }
  // A stream that stays open would keep the server from closing.
  app.addHook('preClose', (done) => {
    context.live.drain();
    done();
  });
  return app;
}

/** Probes and scrapes are no one's experience of the service: they are not counted. */
const OPERATIONAL = new Set(['/livez', '/readyz', '/startupz', '/metrics']);

function observe({ metrics }: Context, request: FastifyRequest, reply: FastifyReply): void {
  const { method } = request;
  const route = request.routeOptions.url ?? 'unmatched';
  if (OPERATIONAL.has(route)) return;
  const { statusCode } = reply;
  // A stream is open for as long as a lesson lasts, which is no time that anybody waited.
  const tookMs = isEventStream(reply) ? undefined : reply.elapsedTime;
  metrics.answers.of(method, route, statusCode).count(tookMs === undefined ? undefined : tookMs / 1000);
  const line = { method, route, status_code: statusCode, durationMs: Math.round(reply.elapsedTime) };
  request.log.info(line, 'answered');
}

const isEventStream = (reply: FastifyReply): boolean =>
  String(reply.getHeader('content-type')).startsWith('text/event-stream');

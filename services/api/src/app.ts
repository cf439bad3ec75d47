/** The API as one Fastify instance: what holds for every route, and the routes. */
import { randomUUID } from 'node:crypto';
import Fastify, { LogController, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from '@heroes/runtime/logger.ts';
import type { Context } from './context.ts';
import { probes } from './features/operations/probes.ts';
import { refuseBroken, refuseExpectations } from './http/broken.ts';
import { setDeadline } from './http/deadline.ts';
import { sendAway } from './http/leaving.ts';
import { sendProblem, useProblems } from './http/problems.ts';
import { answerReady } from './http/ready-answers.ts';
import { register } from './http/register.ts';
import type { Route } from './http/route.ts';
import { sendSecurityHeaders } from './http/security-headers.ts';
import { compileValidator } from './http/validation.ts';
import { TIMES_MS } from './limits/times.ts';
import { tellAnswered } from './observability/answered.ts';
import { countInFlight, isEventStream } from './observability/in-flight.ts';
import { withLazyChildren } from './observability/lazy-log.ts';
import { traceRequests } from './observability/tracing.ts';
import { ROUTES } from './routes.ts';

/** Bodies are small; a route that takes more says so. */
const BODY_LIMIT = 16 * 1024;

/** @returns the API, ready to listen. */
export function buildApp(context: Context, log: Logger): FastifyInstance {
  const app = buildServer(context, log, ROUTES);
  probes(app, context);
  // Where spans are made, every request has one.
  if (!hasSpans(context)) {
    const { answered, flush } = tellAnswered(log, context.isProxy);
    // A pod that stops says so with each answer, which those that are ready do not.
    answerReady(app.server, context.ready, { isOpen: () => !context.life.isStopping, answered });
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

/** @returns a server of some routes, with what holds for every request. */
export function buildServer(context: Context, log: Logger, routes: readonly Route[]): FastifyInstance {
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
  traceRequests(app, { isTrusted: isProxy, hasSpans: hasSpans(context) });
  setDeadline(app, TIMES_MS.request);
  countInFlight(app, { inFlight: context.metrics.inFlight, uncounted: OPERATIONAL });
  sendAway(app, context.life);
  register(app, context, routes);
  app.addHook('onResponse', (request, reply, done) => {
    observe(context, request, reply);
    done();
  });
  return app;
}

const hasSpans = ({ config }: Context): boolean => config.OTEL_EXPORTER_OTLP_ENDPOINT !== '';

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

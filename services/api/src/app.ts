/** The API as one Fastify instance: what holds for every route, and the routes. */
import { randomUUID } from 'node:crypto';
import helmet from '@fastify/helmet';
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { Context } from './context.ts';
import { probes } from './features/operations/probes.ts';
import { refuseBroken, refuseExpectations } from './http/broken.ts';
import { setDeadline } from './http/deadline.ts';
import { sendProblem, useProblems } from './http/problems.ts';
import { register } from './http/register.ts';
import { proxiesOf } from './limits/proxies.ts';
import { TIMES_MS } from './limits/times.ts';
import { traceRequests } from './observability/tracing.ts';
import { ROUTES } from './routes.ts';

/** Bodies are small; a route that takes more says so. */
const BODY_LIMIT = 16 * 1024;

/** @returns the API, ready to listen. */
export async function buildApp(context: Context, log: FastifyBaseLogger): Promise<FastifyInstance> {
  const isProxy = proxiesOf(context.config.TRUSTED_PROXIES);
  const app: FastifyInstance = Fastify({
    loggerInstance: log,
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
  app.setValidatorCompiler(TypeBoxValidatorCompiler);
  useProblems(app);
  refuseExpectations(app.server);
  await app.register(helmet, { contentSecurityPolicy: { directives: { 'default-src': ["'none'"] } } });
  traceRequests(app, isProxy);
  setDeadline(app, TIMES_MS.request);
  probes(app, context);
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  register(app, context, ROUTES);
  app.addHook('onResponse', (request, reply, done) => {
    observe(context, request, reply);
    done();
  });
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
  const route = request.routeOptions.url ?? 'unmatched';
  if (OPERATIONAL.has(route)) return;
  const labels = { method: request.method, route, status_code: reply.statusCode };
  metrics.requests.inc(labels);
  // A stream is open for as long as a lesson lasts, which is no time that anybody waited.
  if (!isEventStream(reply)) metrics.requestSeconds.observe(labels, reply.elapsedTime / 1000);
  request.log.info({ ...labels, durationMs: Math.round(reply.elapsedTime) }, 'answered');
}

const isEventStream = (reply: FastifyReply): boolean =>
  String(reply.getHeader('content-type')).startsWith('text/event-stream');

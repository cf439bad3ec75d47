/** The API as one Fastify instance: what holds for every route, and the routes. */
import { randomUUID } from 'node:crypto';
import helmet from '@fastify/helmet';
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Context } from './context.ts';
import { sendProblem, useProblems } from './problems.ts';
import { classroomRoutes } from './routes/classrooms.ts';
import { healthRoutes } from './routes/health.ts';
import { lessonRoutes } from './routes/lessons.ts';
import { progressRoutes } from './routes/progress.ts';
import { sessionRoutes } from './routes/sessions.ts';

/** The largest body that any route takes is a few dozen bytes. */
const BODY_LIMIT = 16 * 1024;
const REQUEST_TIMEOUT_MS = 15_000;

/** @returns the API, ready to listen. */
export async function buildApp(context: Context, log: FastifyBaseLogger): Promise<FastifyInstance> {
  const app: FastifyInstance = Fastify({
    loggerInstance: log,
    // The framework's own lines carry addresses of children and whole URLs; ours carry a route.
    disableRequestLogging: true,
    genReqId: () => randomUUID(),
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    frameworkErrors: (error, request, reply) => {
      void sendProblem(error, request, reply);
    },
    routerOptions: { maxParamLength: 100 },
  });
  app.setValidatorCompiler(TypeBoxValidatorCompiler);
  useProblems(app);
  await app.register(helmet, { contentSecurityPolicy: { directives: { 'default-src': ["'none'"] } } });
  healthRoutes(app, context);
  await app.register(async (api) => {
    api.addHook('onRequest', async (request, reply) => {
      reply.header('x-request-id', request.id);
      await Promise.resolve();
    });
    await api.register(lessonRoutes(context));
    await api.register(classroomRoutes(context));
    await api.register(sessionRoutes(context));
    await api.register(progressRoutes(context));
  });
  app.addHook('onResponse', async (request, reply) => {
    observe(context, request, reply);
    await Promise.resolve();
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
  metrics.requestSeconds.observe(labels, reply.elapsedTime / 1000);
  request.log.info({ ...labels, durationMs: Math.round(reply.elapsedTime) }, 'answered');
}

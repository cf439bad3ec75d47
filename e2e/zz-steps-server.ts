import { randomUUID } from 'node:crypto';
import Fastify, { LogController } from 'fastify';
import { ApiConfig } from '@heroes/api/config.ts';
import { wire } from '@heroes/api/wiring.ts';
import { readConfig } from '@heroes/runtime/config.ts';
import { createLogger } from '@heroes/runtime/logger.ts';
import { compileValidator } from '@heroes/api/http/validation.ts';
import { withLazyChildren } from '@heroes/api/observability/lazy-log.ts';
import { traceRequests } from '@heroes/api/observability/tracing.ts';
import { setDeadline } from '@heroes/api/http/deadline.ts';
import { sendSecurityHeaders } from '@heroes/api/http/security-headers.ts';
import { register } from '@heroes/api/http/register.ts';
import { READER_ROUTES } from '@heroes/api/features/curriculum/reader-routes.ts';
const n = Number(process.argv[2]);
const config = readConfig(ApiConfig, { DATABASE_HOST: '127.0.0.1', DATABASE_PORT: '55432', DATABASE_USER: 'heroes_api', DATABASE_PASSWORD: 'x', CACHE_HOST: '127.0.0.1', CACHE_PORT: '1', CACHE_PASSWORD: 'x', TOKEN_SECRET: 'a secret that seals things, long enough' });
const log = createLogger({ service: 'heroes-api', version: 'x' });
const wired = n >= 5 ? wire(config, log) : undefined;
const isProxy = () => false;
const app: any = Fastify(n === 0 ? {} : { loggerInstance: withLazyChildren(log), logController: new LogController({ disableRequestLogging: true }), genReqId: () => randomUUID(), trustProxy: isProxy, requestTimeout: 15000, keepAliveTimeout: 72000, forceCloseConnections: 'idle', routerOptions: { maxParamLength: 100 } } as any);
app.setValidatorCompiler(compileValidator);
if (n >= 2) sendSecurityHeaders(app);
if (n >= 3) traceRequests(app, { isTrusted: isProxy, hasSpans: false });
if (n >= 4) setDeadline(app, 15000);
if (n >= 5) register(app, wired!.context, READER_ROUTES);
else { const body = Buffer.from('x'.repeat(2837)); app.get('/v1/lessons/:lessonId', (_q: any, r: any) => r.header('content-type', 'application/json; charset=utf-8').send(body)); }
if (n >= 6) {
  const { metrics } = wired!.context;
  app.addHook('onResponse', (request: any, reply: any, done: any) => {
    const labels = { method: request.method, route: request.routeOptions.url, status_code: reply.statusCode };
    metrics.requests.inc(labels); metrics.requestSeconds.observe(labels, reply.elapsedTime / 1000); done();
  });
}
process.on('SIGTERM', () => process.exit(0));
await app.listen({ host: '127.0.0.1', port: Number(process.argv[3]) });
let last = process.cpuUsage();
process.on('SIGUSR2', () => { const now = process.cpuUsage(last); last = process.cpuUsage(); process.stderr.write(`${now.user} ${now.system}\n`); });
process.stderr.write('ready\n');

import Fastify from 'fastify';
import { buildApp } from '@heroes/api/app.ts';
import { ApiConfig } from '@heroes/api/config.ts';
import { wire } from '@heroes/api/wiring.ts';
import { readConfig } from '@heroes/runtime/config.ts';
import { createLogger } from '@heroes/runtime/logger.ts';
const kind = process.argv[2];
let app;
if (kind === 'bare') {
  const json = await (await fetch('http://127.0.0.1:9101/v1/lessons/what-a-hero-does')).text();
  app = Fastify();
  app.get('/v1/lessons/:lessonId', (_q, reply) => reply.type('application/json; charset=utf-8').send(json));
} else {
  const config = readConfig(ApiConfig, { DATABASE_HOST: '127.0.0.1', DATABASE_PORT: '55432', DATABASE_USER: 'heroes_api', DATABASE_PASSWORD: 'x', CACHE_HOST: '127.0.0.1', CACHE_PORT: '1', CACHE_PASSWORD: 'x', TOKEN_SECRET: 'a secret that seals things, long enough' });
  const log = createLogger({ service: 'heroes-api', version: 'x' });
  const wired = wire(config, log);
  app = buildApp(wired.context, log);
}
process.on('SIGTERM', () => process.exit(0));
await app.listen({ host: '127.0.0.1', port: Number(process.argv[3]) });
let last = process.cpuUsage();
process.on('SIGUSR2', () => { const now = process.cpuUsage(last); last = process.cpuUsage(); process.stderr.write(`${now.user + now.system}\n`); });
process.stderr.write('ready\n');

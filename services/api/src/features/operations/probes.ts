/**
 * Probes and metrics. Readiness says whether this pod can answer, not whether the database does: an outage of the database
 * would otherwise take every pod out at once, and with them the lessons that the cache still has.
 */
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import type { Context } from '../../context.ts';

export function probes(app: FastifyInstance, { db, metrics, isDraining }: Context): void {
  let started = false;
  app.get('/livez', () => ({ status: 'ok' }));
  app.get('/startupz', async (_request, reply) => {
    if (!started) {
      try {
        await sql`select 1`.execute(db);
        started = true;
      } catch {
        return reply.code(503).send({ status: 'waiting for the database' });
      }
    }
    return { status: 'ok' };
  });
  app.get('/readyz', async (_request, reply) => {
    if (isDraining()) return reply.code(503).send({ status: 'stopping' });
    return reply.send({ status: 'ok' });
  });
  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
}

/**
 * Probes and metrics. A pod is ready from the time when it is warm until it is told to stop, and whether or not the database
 * answers meanwhile: an outage of it would otherwise take every pod out at once, and with them the lessons that the cache still has.
 */
import type { FastifyInstance } from 'fastify';
import type { Context } from '../../context.ts';

export function probes(app: FastifyInstance, { life, metrics }: Pick<Context, 'life' | 'metrics'>): void {
  app.get('/livez', () => ({ status: 'ok' }));
  // Asked by different probes, at different times, and the same to each.
  for (const path of ['/startupz', '/readyz'])
    app.get(path, async (_request, reply) => {
      const { stage } = life;
      return reply.code(stage === 'serving' ? 200 : 503).send({ status: stage === 'serving' ? 'ok' : stage });
    });
  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
}

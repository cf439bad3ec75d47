/**
 * A pod that stops answers whoever still asks, and says with each answer that its connection ends with it (RFC 9112, 9.6). Were it
 * closed by us once it is idle, the next request could be on its way on it, and would be lost.
 */
import type { FastifyInstance } from 'fastify';
import type { Life } from '../life.ts';

/** Sends the clients of an instance to other pods once this one stops. */
export function sendAway(app: FastifyInstance, life: Pick<Life, 'isStopping'>): void {
  app.addHook('onSend', (_request, reply, ...[payload, done]) => {
    if (life.isStopping) reply.header('connection', 'close');
    done(null, payload);
  });
}

/**
 * The last resort: a request that has no answer within its time gets one. Fastify's own handlerTimeout is given up as soon as a
 * body has been read, since Node closes a request then.
 */
import type { FastifyInstance } from 'fastify';
import { Problem, sendProblem } from './problems.ts';

/** Answers 503 after a time; an answer that has begun, as a stream of events, may take as long as it does. */
export function setDeadline(app: FastifyInstance, withinMs: number): void {
  app.addHook('onRequest', (request, reply, done) => {
    const timer = setTimeout(() => {
      if (reply.sent || reply.raw.headersSent) return;
      const detail = 'This takes longer than it may. Try again in a moment.';
      sendProblem(new Problem({ status: 503, detail, retryAfterSeconds: 5 }), request, reply);
    }, withinMs);
    reply.raw.once('close', () => {
      clearTimeout(timer);
    });
    done();
  });
}

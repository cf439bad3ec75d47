/**
 * The last resort: a request that has no answer within its time gets one. Fastify's own handlerTimeout is given up as soon as a
 * body has been read, since Node closes a request then. One timer looks after all of them, as most are over long before it.
 */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Problem, sendProblem } from './problems.ts';

/** How often is looked: it is that much later than promised at most. */
const EVERY_MS = 500;

/** Answers 503 after a time; an answer that has begun, as a stream of events, may take as long as it does. */
export function setDeadline(app: FastifyInstance, withinMs: number): void {
  /** In the order in which they came. */
  const waiting = new Set<FastifyReply>();
  const look = () => {
    for (const reply of waiting) {
      if (reply.elapsedTime < withinMs) return;
      waiting.delete(reply);
      if (reply.sent || reply.raw.headersSent) continue;
      const detail = 'This takes longer than it may. Try again in a moment.';
      sendProblem(new Problem({ status: 503, detail, retryAfterSeconds: 5 }), reply.request, reply);
    }
  };
  const timer = setInterval(look, Math.min(EVERY_MS, withinMs));
  timer.unref();
  app.addHook('onRequest', (_request, reply, done) => {
    waiting.add(reply);
    done();
  });
  // Also when the client has gone: it is over then as well.
  app.addHook('onResponse', (_request, reply, done) => {
    waiting.delete(reply);
    done();
  });
  app.addHook('onClose', (_app, done) => {
    clearInterval(timer);
    done();
  });
}

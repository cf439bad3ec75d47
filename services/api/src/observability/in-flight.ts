/**
 * How many requests are under way: what a pod is asked and has not answered yet. The autoscaler adds pods by it, since it grows
 * where requests wait for something that costs this pod no CPU. A stream of events is open for as long as a lesson lasts and waits for nobody, so it
 * counts until it has begun; neither do probes and scrapes count.
 */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Gauge, type Registry } from 'prom-client';

export class InFlight {
  #requests = 0;

  constructor(registry: Registry) {
    const requests = (): number => this.#requests;
    new Gauge({
      name: 'http_requests_in_flight',
      help: 'Requests under way: neither streams of events that have begun, nor probes.',
      registers: [registry],
      collect() {
        this.set(requests());
      },
    });
  }

  get requests(): number {
    return this.#requests;
  }

  /** A request has come. @returns what is called when it is over, once or more often. */
  begin(): () => void {
    let isOver = false;
    this.#requests += 1;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#requests -= 1;
    };
  }
}

export interface Counting {
  readonly inFlight: InFlight;
  /** Routes that are no one's requests. */
  readonly uncounted: ReadonlySet<string>;
}

/** Counts the requests of an instance while they are under way. */
export function countInFlight(app: FastifyInstance, { inFlight, uncounted }: Counting): void {
  const ends = new WeakMap<FastifyReply, () => void>();
  app.addHook('onRequest', (request, reply, done) => {
    if (!uncounted.has(request.routeOptions.url ?? '')) {
      const end = inFlight.begin();
      ends.set(reply, end);
      // Of a client that has gone before it was answered no more than this is heard.
      reply.raw.once('close', end);
    }
    done();
  });
  app.addHook('onSend', (_request, reply, ...[payload, done]) => {
    if (isEventStream(reply)) ends.get(reply)?.();
    done(null, payload);
  });
  app.addHook('onResponse', (_request, reply, done) => {
    ends.get(reply)?.();
    done();
  });
}

/** @returns whether an answer stays open and tells of what happens. */
export const isEventStream = (reply: FastifyReply): boolean =>
  String(reply.getHeader('content-type')).startsWith('text/event-stream');

import { Readable } from 'node:stream';
import Fastify from 'fastify';
import { Registry } from 'prom-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { countInFlight, InFlight } from './in-flight.ts';

/** A server whose only route answers when it is told to. */
async function serving() {
  const registry = new Registry();
  const inFlight = new InFlight(registry);
  const app = Fastify();
  onTestFinished(async () => app.close());
  countInFlight(app, { inFlight, uncounted: new Set(['/readyz']) });
  const gate = Promise.withResolvers<undefined>();
  const wait = async () => gate.promise.then(() => ({}));
  app.get('/slow', wait);
  app.get('/readyz', wait);
  app.get('/fails', async () => Promise.reject(new Error('it does')));
  const stream = new Readable({ read: () => undefined });
  app.get('/stream', async (_request, reply) => reply.type('text/event-stream').send(stream));
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  const exported = async (): Promise<string> => registry.getSingleMetricAsString('http_requests_in_flight');
  const answer = (): void => {
    gate.resolve(undefined);
  };
  return { app, origin, inFlight, exported, stream, answer };
}

describe('the requests in flight', () => {
  it('are those that were not answered yet', async () => {
    const { app, inFlight, exported, answer } = await serving();
    const asked = [app.inject('/slow'), app.inject('/slow'), app.inject('/readyz')];
    await expect.poll(() => inFlight.requests).toBe(2);
    expect(await exported()).toMatch(/^http_requests_in_flight 2$/m);
    answer();
    await Promise.all(asked);
    expect(inFlight.requests).toBe(0);
    expect(await exported()).toMatch(/^http_requests_in_flight 0$/m);
  });

  it('hold neither what failed nor what has no route', async () => {
    const { app, inFlight } = await serving();
    expect((await app.inject('/fails')).statusCode).toBe(500);
    expect((await app.inject('/nowhere')).statusCode).toBe(404);
    expect(inFlight.requests).toBe(0);
  });

  it('hold no stream of events that has begun, and count it once when it ends', async () => {
    const { origin, inFlight, stream } = await serving();
    stream.push(':\n\n');
    const response = await fetch(`${origin}/stream`);
    expect(response.status).toBe(200);
    expect(inFlight.requests).toBe(0);
    stream.push(null);
    await response.text();
    expect(inFlight.requests).toBe(0);
  });

  it('hold nobody who has gone', async () => {
    const { origin, inFlight } = await serving();
    const leaving = new AbortController();
    const asked = fetch(`${origin}/slow`, { signal: leaving.signal }).catch(() => undefined);
    await expect.poll(() => inFlight.requests).toBe(1);
    leaving.abort();
    await asked;
    await expect.poll(() => inFlight.requests).toBe(0);
  });
});

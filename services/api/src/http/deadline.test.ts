import { Readable } from 'node:stream';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { setDeadline } from './deadline.ts';

const opened: FastifyInstance[] = [];

function appWithin(ms: number): FastifyInstance {
  const app = Fastify();
  opened.push(app);
  setDeadline(app, ms);
  return app;
}

/** @returns where it listens. */
async function listen(app: FastifyInstance): Promise<string> {
  return app.listen({ host: '127.0.0.1', port: 0 });
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map(async (app) => app.close()));
});

describe('the deadline', () => {
  it.each(['GET', 'POST'] as const)('answers a %s that hangs, also once its body has been read', async (method) => {
    const app = appWithin(50);
    let end: (() => void) | undefined;
    app.route({
      method,
      url: '/',
      handler: async () =>
        new Promise(
          (resolve) =>
            (end = () => {
              resolve({});
            }),
        ),
    });
    const answer = await fetch(await listen(app), {
      method,
      ...(method === 'POST' ? { body: '{}', headers: { 'content-type': 'application/json' } } : {}),
    });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.headers.get('retry-after')).toBe('5');
    // What comes too late changes nothing.
    end?.();
    expect(await answer.json()).toMatchObject({ status: 503 });
  });

  it('leaves alone what answers in time, and lets an answer that has begun take its time', async () => {
    const app = appWithin(40);
    let finish: (() => void) | undefined;
    app.get('/quick', () => ({ ok: true }));
    app.get('/stream', async (_request, reply) => {
      const events = new Readable({ read: () => undefined });
      events.push('first ');
      finish = () => {
        events.push('last');
        events.push(null);
      };
      return reply.send(events);
    });
    const url = await listen(app);
    expect((await fetch(`${url}/quick`)).status).toBe(200);
    const answer = await fetch(`${url}/stream`);
    const text = answer.text();
    await vi.waitFor(() => {
      expect(finish).toBeDefined();
    });
    setTimeout(() => finish?.(), 120);
    expect(await text).toBe('first last');
  });
});

import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import Fastify from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Life } from '../life.ts';
import { sendAway } from './leaving.ts';

interface Answer {
  readonly connection: string | undefined;
  /** Of this side: the same while a connection is kept. */
  readonly port: number | undefined;
}

async function serving() {
  const life = new Life();
  const app = Fastify();
  sendAway(app, life);
  app.get('/', () => ({}));
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(async () => {
    agent.destroy();
    await app.close();
  });
  const ask = async (): Promise<Answer> => {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const asked = request(origin, { agent }, (response) => {
      const { connection } = response.headers;
      const port = asked.socket?.localPort;
      text(response).then(() => {
        resolve({ connection, port });
      }, reject);
    });
    asked.on('error', reject).end();
    return promise;
  };
  return { life, ask };
}

describe('a server', () => {
  it('keeps the connections of its clients', async () => {
    const { ask } = await serving();
    const [first, second] = [await ask(), await ask()];
    expect(first.connection).toBe('keep-alive');
    expect(second.port).toBe(first.port);
  });

  it('that stops answers, and ends each connection with its next answer', async () => {
    const { life, ask } = await serving();
    const before = await ask();
    life.enter('stopping');
    const last = await ask();
    expect(last).toEqual({ connection: 'close', port: before.port });
    expect((await ask()).port).not.toBe(before.port);
  });
});

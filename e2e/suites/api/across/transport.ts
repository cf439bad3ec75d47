/** Requests over a real connection, as they are written: no client's care for paths, headers or bodies comes between. */
import { Agent, request as open, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';

export interface Request {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly type: string;
  /** Empty for a stream of events, of which only the head is read. */
  readonly text: string;
}

export type Send = (request: Request) => Promise<Reply>;

/** Far more than any route takes; a route that hangs fails its case by it. */
const TIMEOUT_MS = 10_000;

/** Lets the API listen. @returns what sends to it, and what ends the connections. */
export async function listen(
  app: FastifyInstance,
): Promise<{ readonly send: Send; readonly port: number } & Disposable> {
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  return {
    port,
    send: async (request) => exchange({ ...request, port, agent }),
    [Symbol.dispose]: () => {
      agent.destroy();
    },
  };
}

interface Exchange extends Request {
  readonly port: number;
  readonly agent: Agent;
}

async function exchange({ method, url, headers = {}, body, port, agent }: Exchange): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const sent = open(
    { host: '127.0.0.1', port, agent, method, path: url, headers: { ...length, ...headers }, timeout: TIMEOUT_MS },
    resolve,
  );
  sent.once('error', reject);
  sent.once('timeout', () => sent.destroy(new Error(`${method} ${url} was not answered within ${TIMEOUT_MS} ms`)));
  sent.end(body);
  const answer = await promise;
  const type = answer.headers['content-type'] ?? '';
  return { status: answer.statusCode ?? 0, headers: answer.headers, type, text: await textOf(answer, type) };
}

async function textOf(answer: IncomingMessage, type: string): Promise<string> {
  if (type.startsWith('text/event-stream')) {
    answer.destroy();
    return '';
  }
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

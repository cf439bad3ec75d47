/** A small server in place of an API pod: it answers what the edge is tried with, and remembers what it was asked. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Endpoint } from './name-server.ts';

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** As the API keeps idle connections (services/api/src/limits/times.ts). */
const KEEP_ALIVE_MS = 72_000;

export class ApiPod implements AsyncDisposable {
  readonly name: string;
  /** Requests that came, but for those of health checks. */
  readonly asked: Asked[] = [];
  /** Tokens that it calls good. */
  readonly tokens = new Set<string>();
  /** Tokens that it called good once. */
  readonly ended = new Set<string>();
  /** How long an answer takes, milliseconds. */
  delayMs = 0;
  isReady = true;
  /** Requests whose connection is broken off after they were read, of those to come. */
  breaks = 0;
  /** How many are under way now, and were at most. */
  underWay = 0;
  mostUnderWay = 0;
  readonly #host: string;
  #server: Server;
  #port = 0;

  private constructor(name: string, host: string) {
    this.name = name;
    this.#host = host;
    this.#server = this.#make();
  }

  /** @param host - where it listens; 0.0.0.0 for all addresses of loopback */
  static async start(name: string, host = '127.0.0.1'): Promise<ApiPod> {
    const pod = new ApiPod(name, host);
    await pod.#listen();
    return pod;
  }

  get endpoint(): Endpoint {
    return { address: '127.0.0.1', port: this.#port };
  }

  get count(): number {
    return this.asked.length;
  }

  /** Is gone, as a pod whose process was killed: nobody listens. */
  async vanish(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  /** Comes back under the same address. */
  async comeBack(): Promise<void> {
    this.#server = this.#make();
    await this.#listen();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.vanish();
  }

  #make(): Server {
    const server = createServer((request, response) => {
      void this.#serve(request, response);
    });
    server.keepAliveTimeout = KEEP_ALIVE_MS;
    return server;
  }

  async #listen(): Promise<void> {
    this.#server.listen(this.#port, this.#host);
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === '/readyz') {
      response.writeHead(this.isReady ? 200 : 503).end();
      return;
    }
    const body = await textOf(request);
    this.asked.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
    this.underWay += 1;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    try {
      await this.#answer(request, response);
    } finally {
      this.underWay -= 1;
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.breaks > 0) {
      this.breaks -= 1;
      request.socket.destroy();
      return;
    }
    if (this.delayMs > 0) await sleep(this.delayMs);
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://pod');
    response.setHeader('x-pod', this.name);
    if (pathname.startsWith('/v1/me') && !this.#admit(request, response)) return;
    if (pathname.endsWith('/live/events')) streamEvents(response);
    else if (searchParams.has('bytes')) response.end(Buffer.alloc(Number(searchParams.get('bytes')), 'x'));
    else response.writeHead(request.method === 'POST' ? 201 : 200).end(this.name);
  }

  /** As the API does it: what is a person's is for good tokens, and it says of each that is one, or was. */
  #admit({ headers }: IncomingMessage, response: ServerResponse): boolean {
    const sent = headers.authorization ?? headers['x-heroes-authorization'];
    const [, token = ''] = /^Bearer (.*)$/.exec(String(sent)) ?? [];
    const isGood = this.tokens.has(token);
    if (isGood) response.setHeader('x-heroes-token', 'verified');
    else response.writeHead(401, this.ended.has(token) ? { 'x-heroes-token': 'ended' } : {}).end();
    return isGood;
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    // The other side has gone; what came is what there is.
  }
  return Buffer.concat(chunks).toString();
}

/** Each says when it was sent. */
function streamEvents(response: ServerResponse): void {
  response.setHeader('content-type', 'text/event-stream');
  response.write('retry: 1000\n\n');
  const timer = setInterval(() => {
    response.write(`data: ${performance.now()}\n\n`);
  }, 100);
  response.on('close', () => {
    clearInterval(timer);
  });
}

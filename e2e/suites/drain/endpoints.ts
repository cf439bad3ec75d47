/**
 * What stands before pods in a cluster: it sends each request to the next of those that are ready, on connections that it keeps, and
 * sees a pod go some time after the pod was told to. It sends nothing twice, so that whatever is lost on the way is seen.
 */
import { once } from 'node:events';
import { Agent, createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

interface Endpoint {
  readonly url: URL;
  readonly agent: Agent;
}

/** As they say of one connection, and not of what is sent on it (RFC 9110, 7.6.1). */
const HOP_BY_HOP = ['connection', 'keep-alive'];

export class Endpoints implements AsyncDisposable {
  readonly #server: Server;
  #ready: readonly Endpoint[] = [];
  #turn = 0;
  readonly #lost: string[] = [];

  private constructor() {
    this.#server = createServer((asked, answer) => {
      this.#forward(asked, answer);
    });
  }

  static async open(): Promise<Endpoints> {
    const endpoints = new Endpoints();
    endpoints.#server.listen(0, '127.0.0.1');
    await once(endpoints.#server, 'listening');
    return endpoints;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What was not answered by the pod that it was sent to. */
  get lost(): readonly string[] {
    return this.#lost;
  }

  add(url: string): void {
    this.#ready = [...this.#ready, { url: new URL(url), agent: new Agent({ keepAlive: true }) }];
  }

  /** Sends nothing more to a pod, once that is known here. */
  async remove(url: string, knownAfterMs: number): Promise<void> {
    await sleep(knownAfterMs);
    this.#ready = this.#ready.filter((each) => each.url.href !== new URL(url).href);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #forward(asked: IncomingMessage, answer: ServerResponse): void {
    this.#turn += 1;
    const endpoint = this.#ready[this.#turn % this.#ready.length];
    const { method, url, headers } = asked;
    const fail = (why: string): void => {
      this.#lost.push(`${method ?? ''} ${url ?? ''}: ${why}`);
      if (answer.headersSent) answer.destroy();
      else answer.writeHead(502).end();
    };
    if (endpoint === undefined) {
      fail('no pod is ready');
      return;
    }
    const { hostname, port } = endpoint.url;
    const sent = request({ hostname, port, method, path: url, headers: endToEnd(headers), agent: endpoint.agent });
    sent.on('response', (got) => {
      answer.writeHead(got.statusCode ?? 502, endToEnd(got.headers));
      got.pipe(answer);
    });
    sent.on('error', ({ message }) => {
      fail(message);
    });
    asked.pipe(sent);
  }
}

const endToEnd = <T extends object>(headers: T): T =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name))) as T;

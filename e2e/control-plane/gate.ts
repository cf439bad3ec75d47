/**
 * A proxy between an operator and its API server that counts, stops and breaks: plain HTTP on 127.0.0.1 in, TLS out. It sees
 * each request once it was answered, so that a test can act exactly there: kill the operator after its n-th write, with the
 * answer on the way or not; cut watches; answer in the API server's stead.
 */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Agent, request as send } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { isWrite, parseRequest, type Answered, type ApiRequest } from './api-request.ts';

export interface GateOptions {
  /** URL of the API server. */
  readonly server: string;
  /** Path of the certificate that the API server's is signed with. */
  readonly authority: string;
  /**
   * Paths of a client certificate, for callers whose kubeconfig has one instead of a token: it cannot pass through a proxy.
   * The API server then takes every caller for this one.
   */
  readonly certificate?: { readonly cert: string; readonly key: string };
}

/** An answer in the API server's stead, or none: the connection is then reset. */
export type Fault =
  { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: object } | 'reset';

export interface WriteHook {
  /** When it is called: the API server has done its work either way. */
  readonly when: 'before answer' | 'after answer';
  /** @param n - how many writes there were since the hook was set, this one included */
  readonly call: (n: number, request: Answered) => void | Promise<void>;
}

/** Headers of a connection, not of what is sent over it. */
const OUR_OWN = ['connection', 'content-length', 'host', 'transfer-encoding'];

/** Requests that a test does not mean by "writes": they come by the clock. */
const BY_THE_CLOCK = ['leases'];

export class Gate implements AsyncDisposable {
  readonly #options: GateOptions;
  readonly #upstream: Agent;
  readonly #server: Server;
  readonly #watches = new Set<ServerResponse>();
  #answered: Answered[] = [];
  #hook: (WriteHook & { writes: number }) | undefined;
  #fault: ((request: ApiRequest) => Fault | undefined) | undefined;
  /** Settles when the write before has been dealt with; see {@link onWrite}. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(options: GateOptions) {
    const { authority, certificate } = options;
    const client =
      certificate === undefined ? {} : { cert: readFileSync(certificate.cert), key: readFileSync(certificate.key) };
    this.#options = options;
    this.#upstream = new Agent({ keepAlive: true, maxFreeSockets: 256, ca: readFileSync(authority), ...client });
    this.#server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (incoming, outgoing) => {
      // Whatever fails, the caller sees a broken connection, as it would without us.
      this.#pass(incoming, outgoing).catch(() => outgoing.destroy());
    });
  }

  /** Opens a gate on a free port. */
  static async open(options: GateOptions): Promise<Gate> {
    const gate = new Gate(options);
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    gate.#server.once('error', reject).listen(0, '127.0.0.1', () => {
      resolve(undefined);
    });
    await promise;
    return gate;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Every request that was answered since it was last asked to forget them, in the answers' order. */
  get answered(): readonly Answered[] {
    return this.#answered;
  }

  /** What changed something, renewals of leases excepted. */
  get writes(): readonly Answered[] {
    return this.#answered.filter(counts);
  }

  forget(): void {
    this.#answered = [];
  }

  /**
   * Sets what happens at each write, or nothing. With a hook, writes go through in single file, so that when the hook kills
   * the operator (and then {@link cut}s what it left behind), the n-th write is the last that was done.
   */
  onWrite(hook: WriteHook | undefined): void {
    this.#hook = hook === undefined ? undefined : { ...hook, writes: 0 };
  }

  /** Sets which requests are answered by the gate itself, until it is set anew. */
  onRequest(fault: ((request: ApiRequest) => Fault | undefined) | undefined): void {
    this.#fault = fault;
  }

  /** Breaks every open watch, as a load balancer would. @returns how many there were. */
  cutWatches(): number {
    const watches = [...this.#watches];
    for (const watch of watches) watch.destroy();
    return watches.length;
  }

  /** Breaks every connection; what waits for its turn is dropped. */
  cut(): void {
    this.#server.closeAllConnections();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#server.close(() => {
      resolve(undefined);
    });
    this.cut();
    await promise;
    this.#upstream.destroy();
  }

  async #pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const request = parseRequest(incoming.method ?? 'GET', incoming.url ?? '/', incoming.headers['content-type']);
    const body = await buffer(incoming);
    const fault = this.#fault?.(request);
    if (fault !== undefined) {
      this.#refuse(request, outgoing, fault);
    } else if (request.verb === 'watch') {
      await this.#stream({ request, incoming, outgoing, body });
    } else if (this.#hook !== undefined && counts(request)) {
      await this.#inTurn(async () => this.#relay({ request, incoming, outgoing, body }));
    } else {
      await this.#relay({ request, incoming, outgoing, body });
    }
  }

  #refuse(request: ApiRequest, outgoing: ServerResponse, fault: Fault): void {
    this.#answered.push({ ...request, status: fault === 'reset' ? 0 : fault.status });
    if (fault === 'reset') outgoing.destroy();
    else
      outgoing
        .writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers })
        .end(JSON.stringify(fault.body ?? {}));
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    await mine;
  }

  async #relay({ request, outgoing, ...exchange }: Exchange): Promise<void> {
    // Its caller is gone, and had not been answered: as if it had never been sent.
    if (outgoing.destroyed || outgoing.socket?.destroyed !== false) return;
    const answer = await this.#ask(exchange);
    const body = await buffer(answer);
    const answered = { ...request, status: answer.statusCode ?? 0 };
    this.#answered.push(answered);
    const call = this.#hookFor(answered);
    if (this.#hook?.when === 'before answer') await call();
    outgoing.writeHead(answered.status, answer.headers).end(body);
    await finished(outgoing).catch(() => undefined);
    if (this.#hook?.when === 'after answer') await call();
  }

  /** @returns the hook's call for a write that was done, else one that does nothing. */
  #hookFor(answered: Answered): () => Promise<void> {
    const hook = this.#hook;
    if (hook === undefined || !counts(answered) || answered.status >= 300) return () => Promise.resolve();
    hook.writes += 1;
    return async () => {
      await hook.call(hook.writes, answered);
    };
  }

  async #stream({ request, outgoing, ...exchange }: Exchange): Promise<void> {
    const answer = await this.#ask(exchange);
    this.#answered.push({ ...request, status: answer.statusCode ?? 0 });
    this.#watches.add(outgoing);
    outgoing.once('close', () => {
      this.#watches.delete(outgoing);
      answer.destroy();
    });
    answer.once('error', () => outgoing.destroy());
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers).flushHeaders();
    answer.pipe(outgoing);
  }

  async #ask({ incoming, body }: Pick<Exchange, 'incoming' | 'body'>): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const headers = Object.entries(incoming.headers).filter(([name]) => !OUR_OWN.includes(name));
    send(new URL(incoming.url ?? '/', this.#options.server), {
      agent: this.#upstream,
      method: incoming.method ?? 'GET',
      headers: { ...Object.fromEntries(headers), 'content-length': body.length },
    })
      .once('response', resolve)
      .once('error', reject)
      .end(body);
    return promise;
  }
}

interface Exchange {
  readonly request: ApiRequest;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly body: Buffer;
}

const counts = (request: ApiRequest): boolean => isWrite(request) && !BY_THE_CLOCK.includes(request.resource);

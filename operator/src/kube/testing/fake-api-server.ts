/**
 * A Kubernetes API server for tests, in this process, over real HTTP on 127.0.0.1. It is for what a real one will not do on
 * demand: floods of 410, torn and silent watches, lost answers, slow lists. It is strict where the real one is, and in query
 * parameters stricter, so that a client that it accepts is one that the real server accepts.
 *
 * What it does not do: schemas and defaults (times of Leases and Events excepted), admission, rights, garbage collection,
 * controllers.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { KubeObject } from '../resource.ts';
import { Answering } from './answering.ts';
import type { Certified } from './certificate.ts';
import { answer } from './exchange.ts';
import { Faults, type Plan, type PlannedFault } from './faults.ts';
import { ObjectStore, type ObjectKey } from './object-store.ts';
import { OtherClient } from './other-client.ts';
import { bodyOf, Connections, type RecordedRequest } from './recorded-requests.ts';
import { BUILT_IN, type FakeResource } from './resources.ts';
import type { RequestHead, Route, Verb } from './routes.ts';

/** The real server sends a bookmark about each minute. */
const BOOKMARK_MS = 60_000;

export interface FakeApiServerOptions {
  /** Kinds that are served beside {@link BUILT_IN}. */
  readonly resources?: readonly FakeResource[];
  readonly bookmarkMs?: number;
  /** Speaks TLS, and offers HTTP/2 beside HTTP/1.1, as the real server does. */
  readonly tls?: Certified;
}

export class FakeApiServer implements AsyncDisposable {
  readonly #http: Http2SecureServer | Server;
  readonly #scheme: 'http' | 'https';
  readonly #store = new ObjectStore();
  readonly #answering: Answering;
  readonly #others: OtherClient;
  readonly #faults = new Faults();
  readonly #connections = new Connections();
  readonly #requests: RecordedRequest[] = [];
  readonly #closing = new AbortController();

  /** Starts a server on a free port. */
  static async start(options: FakeApiServerOptions = {}): Promise<FakeApiServer> {
    const server = new FakeApiServer(options);
    server.#http.listen(0, '127.0.0.1');
    await once(server.#http, 'listening');
    return server;
  }

  private constructor({ resources = [], bookmarkMs = BOOKMARK_MS, tls }: FakeApiServerOptions) {
    const served = [...BUILT_IN, ...resources];
    this.#answering = new Answering(this.#store, { resources: served, bookmarkMs });
    this.#others = new OtherClient(this.#store, served);
    this.#scheme = tls === undefined ? 'http' : 'https';
    this.#http = this.#listener(tls);
    this.#http.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
      this.#connections.accept(socket);
    });
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  /** All requests so far in their order, those included that were refused or met a fault. */
  get requests(): readonly RecordedRequest[] {
    return this.#requests;
  }

  /** How many connections were ever accepted. */
  get connections(): number {
    return this.#connections.accepted;
  }

  get openSockets(): number {
    return this.#connections.open;
  }

  get openWatches(): number {
    return this.#answering.watches.size;
  }

  /** The version of the last write. */
  get resourceVersion(): string {
    return String(this.#store.version);
  }

  /** @returns how many requests with a verb there were, all or those for one resource. */
  count(verb: Verb, resource?: string): number {
    return this.#requests.filter((each) => each.verb === verb && (resource ?? each.resource) === each.resource).length;
  }

  /** Plans a fault for the requests to come. */
  fail(planned: PlannedFault): Plan {
    return this.#faults.plan(planned);
  }

  /** Lets no planned fault happen any more. */
  liftFaults(): void {
    this.#faults.lift();
  }

  /** @returns an object as it is held, or undefined. */
  read(plural: string, key: ObjectKey): KubeObject | undefined {
    return this.#others.read(plural, key);
  }

  /** @returns the names of the objects that are held in a namespace. */
  names(plural: string, namespace?: string): string[] {
    return this.#others.names(plural, namespace);
  }

  /** Creates or replaces an object as another client does, whatever its version. @returns it as it is held. */
  put(object: KubeObject, manager = 'kubectl-edit'): KubeObject {
    return this.#others.put(object, manager);
  }

  /** Deletes an object as another client does. */
  remove(plural: string, key: ObjectKey): void {
    this.#others.remove(plural, key);
  }

  /** Forgets the past: each version and each continue token that clients know is answered with 410 from now on. */
  compact(): void {
    this.#store.compact();
  }

  /** Sends a bookmark on each open watch that asked for them. */
  sendBookmarks(): void {
    for (const watch of this.#answering.watches) watch.bookmark();
  }

  /** Ends all open watches properly, as the real server does after their time. */
  endWatches(): void {
    for (const watch of this.#answering.watches) watch.end();
  }

  /** Resets the connections of all open watches. */
  cutWatches(): void {
    for (const watch of this.#answering.watches) watch.cut();
  }

  /** Resets all connections, idle ones included, as a server does that is killed. */
  cutConnections(): void {
    this.#connections.cut();
  }

  /** Ends all requests and leaves nothing open. */
  async close(): Promise<void> {
    if (!this.#http.listening) return;
    this.#closing.abort();
    const closed = once(this.#http, 'close');
    this.#http.close();
    this.#connections.cut();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #listener(tls: Certified | undefined): Http2SecureServer | Server {
    const serve = (request: IncomingMessage, response: ServerResponse): void => void this.#serve(request, response);
    if (tls !== undefined) {
      const secure = createSecureServer({ ...tls, allowHTTP1: true });
      return secure.on('request', serve as unknown as Parameters<typeof secure.on>[1]);
    }
    const plain = createServer(serve);
    // As the real server, it keeps idle connections for long, and does not announce when it will end them.
    plain.keepAliveTimeout = 0;
    return plain;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request).catch(() => undefined);
    // The client has gone before it had said everything.
    if (body === undefined) return;
    const head = headOf(request, body);
    const route = this.#answering.route(head);
    const asked = { head, route, body, userAgent: request.headers['user-agent'] ?? '' };
    const recorded = this.#record(request, { head, body, route: 'refused' in route ? undefined : route });
    const exchange = {
      response,
      process: (broken?: Parameters<Answering['process']>[2]) => this.#answering.process(asked, response, broken),
      closing: this.#closing.signal,
    };
    await answer(exchange, this.#faults.take(recorded));
  }

  #record(
    { headers, httpVersion, socket }: IncomingMessage,
    { head, body, route }: { head: RequestHead; body: string; route: Route | undefined },
  ): RecordedRequest {
    const { method, path, query } = head;
    const meaning = { verb: route?.verb, resource: route?.resource?.plural, name: route?.name };
    const came = { httpVersion, connection: this.#connections.numberOf(socket), atMs: performance.now() };
    const recorded = { ...meaning, method, path, query, headers, body, ...came };
    this.#requests.push(recorded);
    return recorded;
  }
}

function headOf({ method = '', url = '', headers }: IncomingMessage, body: string): RequestHead {
  const { pathname, searchParams } = new URL(url, 'http://fake');
  const query = Object.fromEntries(searchParams);
  return { method, path: pathname, query, contentType: headers['content-type'], hasBody: body !== '' };
}

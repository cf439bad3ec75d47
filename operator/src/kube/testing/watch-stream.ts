/** One open watch: which changes it tells of, when it ends, and how it breaks. */
import type { ServerResponse } from 'node:http';
import type { KubeObject } from '../resource.ts';
import type { BrokenWatch } from './faults.ts';
import type { Change, ObjectStore } from './object-store.ts';
import type { FakeResource } from './resources.ts';
import type { Route } from './routes.ts';
import { selectorOf, type Selector } from './selectors.ts';
import { expired, Refusal } from './statuses.ts';

export interface WatchOptions {
  readonly route: Route & { readonly resource: FakeResource };
  readonly query: Readonly<Record<string, string>>;
  readonly store: ObjectStore;
  /** How often a bookmark comes, milliseconds. */
  readonly bookmarkMs: number;
  readonly broken: BrokenWatch | undefined;
}

export class WatchStream {
  readonly #response: ServerResponse;
  readonly #options: WatchOptions;
  readonly #selects: Selector;
  readonly #cleanUp: (() => void)[] = [];
  #told = 0;
  #isMute = false;

  constructor(response: ServerResponse, options: WatchOptions) {
    this.#response = response;
    this.#options = options;
    this.#selects = selectorOf(options.query);
  }

  /** Sends what happened since the version that was asked for, and from now on what happens. */
  start(): void {
    const { store, query, bookmarkMs, route } = this.#options;
    this.#response.once('close', () => {
      this.#close();
    });
    this.#response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    this.#breakWhenDue();
    if (this.#response.writableEnded) return;
    const version = Number(query.resourceVersion ?? 0);
    if (version === 0) for (const object of store.list(route.resource, route.namespace)) this.#tellOfPresent(object);
    else if (!this.#catchUp(version)) return;
    this.#cleanUp.push(
      store.listen((change) => {
        this.#tell(change);
      }),
    );
    if (query.allowWatchBookmarks === 'true') this.#every(bookmarkMs);
    if (query.timeoutSeconds !== undefined) this.#endAfter(Number(query.timeoutSeconds) * 1000);
  }

  /** Says which version the client has seen everything of, when it asked for that. */
  bookmark(): void {
    const { store, route, query } = this.#options;
    if (query.allowWatchBookmarks !== 'true' || this.#isMute) return;
    const { apiVersion, kind } = route.resource;
    const metadata = { resourceVersion: String(store.version), creationTimestamp: null };
    this.#write({ type: 'BOOKMARK', object: { kind, apiVersion, metadata } });
  }

  /** Closes the stream properly. */
  end(): void {
    this.#isMute = true;
    this.#response.end();
  }

  cut(): void {
    this.#isMute = true;
    this.#response.socket?.resetAndDestroy();
  }

  #close(): void {
    for (const cleanUp of this.#cleanUp.splice(0)) cleanUp();
  }

  /** @returns whether the watch goes on. */
  #catchUp(version: number): boolean {
    try {
      for (const change of this.#options.store.since(version)) this.#tell(change);
      return !this.#response.writableEnded;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#write({ type: 'ERROR', object: error.status });
      this.end();
      return false;
    }
  }

  #tellOfPresent(object: KubeObject): void {
    if (this.#selects(object)) this.#send({ type: 'ADDED', object });
  }

  /** An object that comes to be selected is added to the client's view, one that ceases to be is deleted from it. */
  #tell({ resource, object, previous, isDeletion }: Change): void {
    const { route } = this.#options;
    if (resource !== route.resource) return;
    if (route.namespace !== undefined && object.metadata.namespace !== route.namespace) return;
    const before = previous !== undefined && this.#selects(previous);
    const after = !isDeletion && this.#selects(object);
    if (before && after) this.#send({ type: 'MODIFIED', object });
    else if (after) this.#send({ type: 'ADDED', object });
    else if (before) this.#send({ type: 'DELETED', object });
  }

  #send(event: { readonly type: string; readonly object: KubeObject }): void {
    const { broken } = this.#options;
    if (this.#isMute) return;
    if (broken !== undefined && this.#told >= broken.afterChanges) {
      this.#breakWithin(event, broken);
      return;
    }
    this.#write(event);
    this.#told += 1;
    this.#breakWhenDue();
  }

  /** Breaks in the ways that need no further change. */
  #breakWhenDue(): void {
    const { broken } = this.#options;
    if (broken === undefined || this.#told < broken.afterChanges) return;
    if (broken.then === 'silence') this.#isMute = true;
    if (broken.then === 'gone') this.#write({ type: 'ERROR', object: expired('too old resource version').status });
    if (broken.then === 'end' || broken.then === 'gone') this.end();
  }

  #breakWithin(event: object, { then }: BrokenWatch): void {
    this.#isMute = true;
    const line = `${JSON.stringify(event)}\n`;
    const half = line.slice(0, line.length / 2);
    if (then === 'endMidLine') {
      this.#response.end(half);
      return;
    }
    // Only then is what was written before sure to be on its way.
    setImmediate(() => {
      // Chunked encoding by hand: a length of which only half follows.
      this.#response.socket?.write(`${Buffer.byteLength(line).toString(16)}\r\n${half}`);
      if (then === 'tear') this.#response.socket?.destroySoon();
    });
  }

  #write(event: object): void {
    this.#response.write(`${JSON.stringify(event)}\n`);
  }

  #every(ms: number): void {
    const timer = setInterval(() => {
      this.bookmark();
    }, ms);
    this.#cleanUp.push(() => {
      clearInterval(timer);
    });
  }

  #endAfter(ms: number): void {
    const timer = setTimeout(() => {
      if (this.#isMute) return;
      this.bookmark();
      this.end();
    }, ms);
    this.#cleanUp.push(() => {
      clearTimeout(timer);
    });
  }
}

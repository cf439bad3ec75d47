/**
 * Keeps a store as the API server's: lists once, then watches, resuming where a watch ended; lists anew only when the server
 * no longer holds the version to resume from. After client-go's tools/cache/reflector.go.
 */
import type { Client, Scope, WatchEvent } from './client.ts';
import { ApiError, isAhead, isExpired, messageOf } from './errors.ts';
import type { Logger } from './logger.ts';
import type { KubeMetrics } from './metrics.ts';
import type { KubeObject, Resource } from './resource.ts';
import type { Store } from './store.ts';
import { exponential, jittered, pause } from './wait.ts';

/** A watch is asked to end after 5 to 10 minutes, so that many do not come back at once. */
const WATCH_SECONDS = 300;
const BACKOFF = { baseMs: 800, maxMs: 30_000 };
/** A watch that ends sooner without a word is a fault: resuming at once would spin. */
const SHORT_MS = 1_000;
/** Bookmarks come about each minute: whoever has heard nothing for this long may know nothing of what has happened since. */
const STALE_MS = 180_000;

export interface ReflectorOptions {
  readonly client: Pick<Client, 'list' | 'watch'>;
  readonly resource: Resource;
  readonly scope: Scope;
  readonly store: Store;
  /** What is kept of an object. */
  readonly keep?: (object: KubeObject) => KubeObject;
  readonly metrics: Pick<KubeMetrics, 'lists' | 'watches' | 'watchFailures' | 'missedEvents' | 'cached'>;
  readonly log: Logger;
}

export class Reflector {
  readonly #options: ReflectorOptions;
  readonly #keep: (object: KubeObject) => KubeObject;
  readonly #labels: { readonly kind: string };
  readonly #synced = Promise.withResolvers<undefined>();
  #resourceVersion: string | undefined;
  #running = false;
  #listed = false;
  #heardMs = -Infinity;
  #counted = 0;
  #failures = 0;
  /** The server has not come to the version that we saw: it was restored from a backup. */
  #setBack = false;

  constructor(options: ReflectorOptions) {
    this.#options = options;
    this.#keep = options.keep ?? ((object) => object);
    this.#labels = { kind: options.resource.kind };
    for (const counter of ['lists', 'watches', 'watchFailures', 'missedEvents'] as const)
      options.metrics[counter].inc(this.#labels, 0);
  }

  /** What it keeps, for people: the kind and, where there is one, the namespace. */
  get name(): string {
    const { resource, scope } = this.#options;
    return scope.namespace === undefined ? resource.kind : `${resource.kind} in ${scope.namespace}`;
  }

  /** Settles once the store holds what the server held. */
  get synced(): Promise<undefined> {
    return this.#synced.promise;
  }

  /** Whether the store has been filled; not yet while it is told what the first list brings. */
  get filled(): boolean {
    return this.#listed;
  }

  /** Whether the store has been filled and the server has been heard of lately. */
  get healthy(): boolean {
    return this.#listed && performance.now() - this.#heardMs < STALE_MS;
  }

  /** Whether the last list or watch failed. */
  get failing(): boolean {
    return this.#failures > 0;
  }

  /** Runs until the signal is given; never throws for what the server does. @throws Error when it runs already. */
  async run(signal: AbortSignal): Promise<void> {
    if (this.#running) throw new Error(`${this.name} is being watched already`);
    this.#running = true;
    try {
      while (!signal.aborted) await this.#once(signal);
    } finally {
      this.#running = false;
    }
  }

  async #once(signal: AbortSignal): Promise<void> {
    const startedMs = performance.now();
    try {
      if (this.#resourceVersion === undefined) await this.#list(signal);
      // Stopped meanwhile, it must not open a watch.
      signal.throwIfAborted();
      const events = await this.#watch(signal);
      const short = events === 0 && performance.now() - startedMs < SHORT_MS;
      if (short) throw new Error('the watch ended at once');
      this.#failures = 0;
    } catch (error) {
      await this.#recover(error, signal);
    }
  }

  async #recover(error: unknown, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { log, metrics } = this.#options;
    if (isAhead(error)) this.#setBack = true;
    const expired = isExpired(error) || this.#setBack;
    if (expired) this.#resourceVersion = undefined;
    const askedMs = error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0;
    const delayMs = Math.max(askedMs, jittered(exponential(this.#failures, BACKOFF), 0.5));
    this.#failures += 1;
    metrics.watchFailures.inc(this.#labels);
    const fields = { kind: this.name, error: messageOf(error), retryInMs: Math.round(delayMs) };
    if (expired) log.info(fields, 'watch expired; listing anew');
    else log.warn(fields, 'watch failed; it will be resumed');
    await pause(delayMs, signal);
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { client, resource, scope, store, metrics } = this.#options;
    metrics.lists.inc(this.#labels);
    const { items, resourceVersion } = await client.list(resource, scope, { signal, each: this.#keep });
    if (signal.aborted) return;
    const changes = store.replace(items, resourceVersion, { anew: this.#setBack });
    this.#setBack = false;
    // The first list finds everything for the first time; what a later one finds, a watch should have told.
    if (this.#listed) metrics.missedEvents.inc(this.#labels, changes);
    this.#resourceVersion = resourceVersion;
    this.#listed = true;
    this.#heard();
    this.#synced.resolve(undefined);
  }

  /** @returns how many events came before the watch ended. */
  async #watch(signal: AbortSignal): Promise<number> {
    const { client, resource, scope, metrics } = this.#options;
    const timeoutSeconds = Math.round(jittered(WATCH_SECONDS, 1));
    const resourceVersion = this.#resourceVersion ?? '';
    metrics.watches.inc(this.#labels);
    let events = 0;
    for await (const event of client.watch(resource, { ...scope, resourceVersion, timeoutSeconds }, signal)) {
      this.#take(event);
      this.#failures = 0;
      events += 1;
    }
    return events;
  }

  #take({ type, object }: WatchEvent): void {
    const { store } = this.#options;
    if (type === 'DELETED') store.remove(object);
    else if (type !== 'BOOKMARK') store.upsert(this.#keep(object));
    this.#resourceVersion = object.metadata.resourceVersion;
    this.#heard();
  }

  #heard(): void {
    const { metrics, store } = this.#options;
    this.#heardMs = performance.now();
    // One gauge for the reflectors of all namespaces.
    metrics.cached.inc(this.#labels, store.size - this.#counted);
    this.#counted = store.size;
  }
}

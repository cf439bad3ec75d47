/**
 * Keeps a store as the API server's: lists once, then watches, resuming where a watch ended; lists anew only when the server
 * no longer holds the version to resume from. After client-go's tools/cache/reflector.go.
 */
import type { Client, Scope, WatchEvent } from './client.ts';
import { isExpired, messageOf } from './errors.ts';
import type { Logger } from './logger.ts';
import type { Resource } from './resource.ts';
import type { Store } from './store.ts';
import { exponential, jittered, pause } from './wait.ts';

/** A watch is asked to end after 5 to 10 minutes, so that many do not come back at once. */
const WATCH_SECONDS = 300;
const BACKOFF = { baseMs: 800, maxMs: 30_000 };
/** A watch that ends sooner without a word is a fault: resuming at once would spin. */
const SHORT_MS = 1_000;

export interface ReflectorOptions {
  readonly client: Pick<Client, 'list' | 'watch'>;
  readonly resource: Resource;
  readonly scope: Scope;
  readonly store: Store;
  readonly log: Logger;
}

export class Reflector {
  readonly #options: ReflectorOptions;
  readonly #synced = Promise.withResolvers<undefined>();
  #resourceVersion: string | undefined;
  #listed = false;
  #failures = 0;

  constructor(options: ReflectorOptions) {
    this.#options = options;
  }

  /** Settles once the store holds what the server held. */
  get synced(): Promise<undefined> {
    return this.#synced.promise;
  }

  /** Whether the store has been filled; it then stays useful through faults. */
  get ready(): boolean {
    return this.#listed;
  }

  /** Runs until the signal is given; never throws. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const started = performance.now();
      try {
        if (this.#resourceVersion === undefined) await this.#list(signal);
        const events = await this.#watch(signal);
        if (events === 0 && performance.now() - started < SHORT_MS) throw new Error('the watch ended at once');
        this.#failures = 0;
      } catch (error) {
        await this.#recover(error, signal);
      }
    }
  }

  async #recover(error: unknown, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { log, resource } = this.#options;
    const expired = isExpired(error);
    if (expired) this.#resourceVersion = undefined;
    const delayMs = jittered(exponential(this.#failures, BACKOFF), 0.5);
    this.#failures += 1;
    const fields = { kind: resource.kind, error: messageOf(error), retryInMs: Math.round(delayMs) };
    if (expired) log.info(fields, 'watch expired; listing anew');
    else log.warn(fields, 'watch failed; it will be resumed');
    await pause(delayMs, signal);
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { client, resource, scope, store } = this.#options;
    const { items, resourceVersion } = await client.list(resource, scope, signal);
    store.replace(items);
    this.#resourceVersion = resourceVersion;
    this.#listed = true;
    this.#synced.resolve(undefined);
  }

  /** @returns how many events came before the watch ended. */
  async #watch(signal: AbortSignal): Promise<number> {
    const { client, resource, scope } = this.#options;
    const timeoutSeconds = Math.round(jittered(WATCH_SECONDS, 1));
    const resourceVersion = this.#resourceVersion ?? '';
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
    else if (type !== 'BOOKMARK') store.upsert(object);
    this.#resourceVersion = object.metadata.resourceVersion;
  }
}

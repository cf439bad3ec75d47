/** Some kinds, kept in memory for each namespace that is served. They begin and end together. */
import type { Client } from '../kube/client.ts';
import type { Logger } from '../kube/logger.ts';
import { Reflector, type ReflectorOptions } from '../kube/reflector.ts';
import { keyOf, type KubeObject } from '../kube/resource.ts';
import { Store, type Change } from '../kube/store.ts';
import { keeper } from './held.ts';
import { PLATFORM, type Kind } from './kinds.ts';
import { INSTANCE_LABEL, MANAGED_BY_SELECTOR } from './names.ts';

export interface WatchOptions {
  readonly client: Client;
  /** Namespaces to watch; none means all. */
  readonly namespaces: readonly string[];
  /** Told of every change, and whether the first list brought it. */
  readonly notify: (kind: Kind, change: Change, first: boolean) => void;
  readonly metrics: ReflectorOptions['metrics'];
  readonly log: Logger;
}

interface Watched {
  readonly namespace: string | undefined;
  readonly store: Store;
}

export class WatchedKinds {
  readonly #options: WatchOptions;
  readonly #stop = new AbortController();
  readonly #watched = new Map<string, Watched[]>();
  readonly #reflectors: readonly Reflector[];

  constructor(kinds: readonly Kind[], options: WatchOptions) {
    this.#options = options;
    const namespaces = options.namespaces.length === 0 ? [undefined] : options.namespaces;
    this.#reflectors = kinds.flatMap((kind) => namespaces.map((namespace) => this.#reflector(kind, namespace)));
  }

  /** Begins to fill and to keep them. @returns once they are filled. */
  async start(): Promise<void> {
    for (const reflector of this.#reflectors) void reflector.run(this.#stop.signal);
    await Promise.all(this.#reflectors.map(async (reflector) => reflector.synced));
  }

  stop(): void {
    this.#stop.abort();
  }

  /** Whether everything has been read once. */
  get filled(): boolean {
    return this.#reflectors.every((reflector) => reflector.filled);
  }

  /** Whether the last word of some kind was a failure. */
  get failing(): boolean {
    return this.#reflectors.some((reflector) => reflector.failing);
  }

  /** Whether each is kept up to date, by name. */
  health(): Record<string, boolean> {
    return Object.fromEntries(this.#reflectors.map((reflector) => [reflector.name, reflector.healthy]));
  }

  /** @returns the stores of a kind, one a namespace. */
  stores(kind: Kind): readonly Store[] {
    return (this.#watched.get(kind.kind) ?? []).map(({ store }) => store);
  }

  /** @returns the store that an object belongs in, if it is watched. */
  storeOf(kind: Kind, { metadata }: KubeObject): Store | undefined {
    const watched = this.#watched.get(kind.kind) ?? [];
    return watched.find(({ namespace }) => namespace === undefined || namespace === metadata.namespace)?.store;
  }

  #reflector(kind: Kind, namespace: string | undefined): Reflector {
    const { client, notify, metrics, log } = this.#options;
    const store = new Store({
      indexes: { platform: platformsOf(kind) },
      notify: (change) => {
        notify(kind, change, !reflector.filled);
      },
    });
    this.#watched.set(kind.kind, [...(this.#watched.get(kind.kind) ?? []), { namespace, store }]);
    const scope = {
      ...(namespace === undefined ? {} : { namespace }),
      ...(kind === PLATFORM ? {} : { labelSelector: MANAGED_BY_SELECTOR }),
    };
    const reflector = new Reflector({ client, resource: kind, scope, store, keep: keeper(kind), metrics, log });
    return reflector;
  }
}

/** @returns the keys of the platforms that an object of a kind belongs to. */
export function platformsOf(kind: Kind): (object: KubeObject) => string[] {
  if (kind === PLATFORM) return ({ metadata }) => [keyOf(metadata)];
  return ({ metadata: { namespace = '', labels } }) => {
    const name = labels?.[INSTANCE_LABEL];
    return name === undefined ? [] : [keyOf({ namespace, name })];
  };
}

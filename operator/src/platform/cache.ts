/** What is held of the cluster in memory: every HeroesPlatform, and what the operator made for them. */
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import type { Client } from '../kube/client.ts';
import { messageOf } from '../kube/errors.ts';
import type { Logger } from '../kube/logger.ts';
import { Reflector } from '../kube/reflector.ts';
import { keyOf, type KubeObject } from '../kube/resource.ts';
import { Store, type Change } from '../kube/store.ts';
import { pause } from '../kube/wait.ts';
import type { Key, Reader } from './cluster.ts';
import { CHILD_KINDS, PLATFORM, POD, type Kind } from './kinds.ts';
import { INSTANCE_LABEL, MANAGED_BY_SELECTOR } from './names.ts';
import type { Live } from './observed.ts';

/** How often it is asked whether the Prometheus operator has been installed. */
const DISCOVERY_MS = 60_000;

const MONITORING_KINDS = CHILD_KINDS.filter((kind) => kind.monitoring === true);
const CORE_KINDS = [PLATFORM, POD, ...CHILD_KINDS.filter((kind) => kind.monitoring === undefined)];

export interface CacheOptions {
  readonly client: Client;
  /** Namespaces to watch; none means all. */
  readonly namespaces: readonly string[];
  /** Told the key of a platform that something changed for. */
  readonly enqueue: (key: string) => void;
  readonly log: Logger;
}

export class ClusterCache implements Reader {
  readonly #options: CacheOptions;
  /** By kind; one for each namespace that is watched. */
  readonly #stores = new Map<string, Store[]>();
  readonly #reflectors: Reflector[] = [];
  #monitoring = false;

  constructor(options: CacheOptions) {
    this.#options = options;
  }

  /** Fills the caches and keeps them until the signal is given. @returns once they are filled. */
  async start(signal: AbortSignal): Promise<void> {
    const core = this.#watch(CORE_KINDS, signal);
    await Promise.all([core, this.#discover(signal)]);
    void this.#rediscover(signal);
  }

  get ready(): boolean {
    return this.#reflectors.length > 0 && this.#reflectors.every((reflector) => reflector.ready);
  }

  platform(key: Key): HeroesPlatform | undefined {
    return this.#of(PLATFORM)
      .map((store) => store.get(keyOf(key)))
      .find((object) => object !== undefined) as HeroesPlatform | undefined;
  }

  labelled(kind: Kind, key: Key): readonly Live[] {
    return this.#of(kind).flatMap((store) => store.byIndex(keyOf(key)));
  }

  monitoring(): boolean {
    return this.#monitoring;
  }

  /** Takes what the API server answered to our own write, so that the next reconcile need not wait for its echo. */
  absorb(kind: Kind, object: KubeObject): void {
    const stores = this.#of(kind);
    const index = this.#scopes().findIndex(
      ({ namespace }) => namespace === undefined || namespace === object.metadata.namespace,
    );
    stores[index]?.upsert(object);
  }

  #of(kind: Kind): readonly Store[] {
    return this.#stores.get(kind.kind) ?? [];
  }

  #scopes(): readonly { readonly namespace?: string }[] {
    const { namespaces } = this.#options;
    return namespaces.length === 0 ? [{}] : namespaces.map((namespace) => ({ namespace }));
  }

  async #watch(kinds: readonly Kind[], signal: AbortSignal): Promise<void> {
    const { client, log } = this.#options;
    const started = kinds.flatMap((kind) =>
      this.#scopes().map((scope) => {
        const store = new Store(platformsOf(kind), (change) => {
          this.#enqueue(kind, change);
        });
        this.#stores.set(kind.kind, [...this.#of(kind), store]);
        const selector = kind === PLATFORM ? {} : { labelSelector: MANAGED_BY_SELECTOR };
        return new Reflector({ client, resource: kind, scope: { ...scope, ...selector }, store, log });
      }),
    );
    this.#reflectors.push(...started);
    for (const reflector of started) void reflector.run(signal);
    await Promise.all(started.map(async (reflector) => reflector.synced));
  }

  async #discover(signal: AbortSignal): Promise<void> {
    const { client, log } = this.#options;
    try {
      const served = await Promise.all(MONITORING_KINDS.map(async (kind) => client.serves(kind)));
      if (!served.every(Boolean)) return;
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'it could not be asked which kinds are served; asked again in a minute');
      return;
    }
    await this.#watch(MONITORING_KINDS, signal);
    this.#monitoring = true;
  }

  async #rediscover(signal: AbortSignal): Promise<void> {
    while (!this.#monitoring && !signal.aborted) {
      await pause(DISCOVERY_MS, signal);
      await this.#discover(signal);
    }
    if (signal.aborted) return;
    for (const key of this.#of(PLATFORM).flatMap((store) => store.keys())) this.#options.enqueue(key);
  }

  #enqueue(kind: Kind, { object, previous }: Change): void {
    const find = platformsOf(kind);
    const keys = new Set([...find(object), ...(previous === undefined ? [] : find(previous))]);
    for (const key of keys) this.#options.enqueue(key);
  }
}

/** @returns the keys of the platforms that an object of a kind belongs to. */
function platformsOf(kind: Kind): (object: KubeObject) => string[] {
  if (kind === PLATFORM) return ({ metadata }) => [keyOf(metadata)];
  return ({ metadata: { namespace = '', labels } }) => {
    const name = labels?.[INSTANCE_LABEL];
    return name === undefined ? [] : [keyOf({ namespace, name })];
  };
}

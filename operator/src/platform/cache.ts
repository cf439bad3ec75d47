/** What is held of the cluster in memory: every HeroesPlatform, and what the operator made for them. */
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import type { Client } from '../kube/client.ts';
import { messageOf } from '../kube/errors.ts';
import type { Logger } from '../kube/logger.ts';
import type { Priority } from '../kube/queue.ts';
import { Reflector, type ReflectorOptions } from '../kube/reflector.ts';
import { keyOf, type KubeObject } from '../kube/resource.ts';
import { Store, type Change } from '../kube/store.ts';
import { pause } from '../kube/wait.ts';
import type { Key, Reader } from './cluster.ts';
import { keeper } from './held.ts';
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
  /** Told the key of a platform that something changed for; nobody waits for what the first list brings. */
  readonly enqueue: (key: string, priority: Priority) => void;
  readonly metrics: ReflectorOptions['metrics'];
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
    if (!this.#monitoring) void this.#rediscover(signal);
  }

  /** Whether everything that is kept has been read once. */
  get filled(): boolean {
    return this.#reflectors.length > 0 && this.#reflectors.every((reflector) => reflector.filled);
  }

  /** Whether each kind is known and kept up to date, by name. */
  health(): Record<string, boolean> {
    return Object.fromEntries(this.#reflectors.map((reflector) => [reflector.name, reflector.healthy]));
  }

  platform(key: Key): HeroesPlatform | undefined {
    return this.#of(PLATFORM)
      .map((store) => store.get(keyOf(key)))
      .find((object) => object !== undefined) as HeroesPlatform | undefined;
  }

  labelled(kind: Kind, key: Key): readonly Live[] {
    return this.#of(kind).flatMap((store) => store.byIndex('platform', keyOf(key)));
  }

  monitoring(): boolean {
    return this.#monitoring;
  }

  /**
   * Takes what the API server answered to our own write, so that nobody need wait for its echo.
   * @returns what is kept of it
   */
  absorb(kind: Kind, object: KubeObject): Live {
    const kept = keeper(kind)(object);
    const index = this.#scopes().findIndex(
      ({ namespace }) => namespace === undefined || namespace === object.metadata.namespace,
    );
    const store = this.#of(kind)[index];
    const before = store?.get(keyOf(kept.metadata));
    store?.absorb(kept);
    // With our status the answer may bring an edit whose own event will then be old news: whoever wrote the status has not seen it.
    if (kind === PLATFORM && before !== undefined && !sameWish(before, kept))
      this.#options.enqueue(keyOf(kept.metadata), 'normal');
    return kept;
  }

  #of(kind: Kind): readonly Store[] {
    return this.#stores.get(kind.kind) ?? [];
  }

  #scopes(): readonly { readonly namespace?: string }[] {
    const { namespaces } = this.#options;
    return namespaces.length === 0 ? [{}] : namespaces.map((namespace) => ({ namespace }));
  }

  async #watch(kinds: readonly Kind[], signal: AbortSignal): Promise<void> {
    const started = kinds.flatMap((kind) => this.#scopes().map((scope) => this.#reflector(kind, scope)));
    this.#reflectors.push(...started);
    for (const reflector of started) void reflector.run(signal);
    await Promise.all(started.map(async (reflector) => reflector.synced));
  }

  #reflector(kind: Kind, namespaced: { readonly namespace?: string }): Reflector {
    const { client, metrics, log } = this.#options;
    const store = new Store({
      indexes: { platform: platformsOf(kind) },
      notify: (change) => {
        this.#enqueue(kind, change, reflector.filled ? 'normal' : 'low');
      },
    });
    this.#stores.set(kind.kind, [...this.#of(kind), store]);
    const scope = kind === PLATFORM ? namespaced : { ...namespaced, labelSelector: MANAGED_BY_SELECTOR };
    const reflector = new Reflector({ client, resource: kind, scope, store, keep: keeper(kind), metrics, log });
    return reflector;
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
    for (const key of this.#of(PLATFORM).flatMap((store) => store.keys())) this.#options.enqueue(key, 'low');
  }

  #enqueue(kind: Kind, { object, previous }: Change, priority: Priority): void {
    const find = platformsOf(kind);
    const keys = new Set([...find(object), ...(previous === undefined ? [] : find(previous))]);
    for (const key of keys) this.#options.enqueue(key, priority);
  }
}

/** @returns whether two versions of a platform ask for the same: spec, and whether it is to be deleted. */
const sameWish = (a: KubeObject, b: KubeObject): boolean =>
  a.metadata.uid === b.metadata.uid &&
  a.metadata.generation === b.metadata.generation &&
  a.metadata.deletionTimestamp === b.metadata.deletionTimestamp;

/** @returns the keys of the platforms that an object of a kind belongs to. */
function platformsOf(kind: Kind): (object: KubeObject) => string[] {
  if (kind === PLATFORM) return ({ metadata }) => [keyOf(metadata)];
  return ({ metadata: { namespace = '', labels } }) => {
    const name = labels?.[INSTANCE_LABEL];
    return name === undefined ? [] : [keyOf({ namespace, name })];
  };
}

/** What is held of the cluster in memory: every HeroesPlatform, and what the operator made for them. */
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { messageOf } from '../kube/errors.ts';
import type { Priority } from '../kube/queue.ts';
import { keyOf, type KubeObject } from '../kube/resource.ts';
import type { Store, Change } from '../kube/store.ts';
import { pause } from '../kube/wait.ts';
import type { Key, Reader } from './cluster.ts';
import { keeper } from './held.ts';
import { CHILD_KINDS, PLATFORM, POD, type Kind } from './kinds.ts';
import type { Live } from './observed.ts';
import { platformsOf, WatchedKinds, type WatchOptions } from './watched-kinds.ts';

/** How often it is asked whether the Prometheus operator has been installed, and looked whether it has been removed. */
const DISCOVERY_MS = 60_000;
/** How long a start waits for its kinds: what is not served well must not keep the operator from its other work. */
const MONITORING_SYNC_MS = 10_000;

const MONITORING_KINDS = CHILD_KINDS.filter((kind) => kind.monitoring === true);
const CORE_KINDS = [PLATFORM, POD, ...CHILD_KINDS.filter((kind) => kind.monitoring === undefined)];

export interface CacheOptions extends Omit<WatchOptions, 'notify'> {
  /** Told the key of a platform that something changed for; nobody waits for what the first list brings. */
  readonly enqueue: (key: string, priority: Priority) => void;
}

export class ClusterCache implements Reader {
  readonly #options: CacheOptions;
  readonly #core: WatchedKinds;
  /** Once they have been read; kinds that a cluster may lack, and lose. */
  #monitoring: WatchedKinds | undefined;

  constructor(options: CacheOptions) {
    this.#options = options;
    this.#core = this.#watch(CORE_KINDS);
  }

  /** Fills the caches and keeps them until the signal is given. @returns once they are filled. */
  async start(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => {
      this.#core.stop();
      this.#monitoring?.stop();
    });
    const discovered = this.#discover(signal);
    await Promise.all([this.#core.start(), Promise.race([discovered, pause(MONITORING_SYNC_MS, signal)])]);
    void discovered.then(async () => this.#followMonitoring(signal));
  }

  /** Whether everything that is needed has been read once. */
  get filled(): boolean {
    return this.#core.filled;
  }

  /** Whether each kind is known and kept up to date, by name. */
  health(): Record<string, boolean> {
    return this.#core.health();
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
    return this.#monitoring !== undefined;
  }

  /**
   * Takes what the API server answered to our own write, so that nobody need wait for its echo.
   * @returns what is kept of it
   */
  absorb(kind: Kind, object: KubeObject): Live {
    const kept = keeper(kind)(object);
    const store = this.#group(kind)?.storeOf(kind, kept);
    const before = store?.get(keyOf(kept.metadata));
    store?.absorb(kept);
    // With our status the answer may bring an edit whose own event will then be old news: whoever wrote the status has not seen it.
    if (kind === PLATFORM && before !== undefined && !sameWish(before, kept))
      this.#options.enqueue(keyOf(kept.metadata), 'normal');
    return kept;
  }

  /** Asks for every platform to be looked at again: what it hangs on has changed without a word from the cluster. */
  enqueueAll(priority: Priority): void {
    for (const key of this.#of(PLATFORM).flatMap((store) => store.keys())) this.#options.enqueue(key, priority);
  }

  #group(kind: Kind): WatchedKinds | undefined {
    return kind.monitoring === true ? this.#monitoring : this.#core;
  }

  #of(kind: Kind): readonly Store[] {
    return this.#group(kind)?.stores(kind) ?? [];
  }

  #watch(kinds: readonly Kind[]): WatchedKinds {
    return new WatchedKinds(kinds, {
      ...this.#options,
      notify: (kind, change, first) => {
        this.#enqueue(kind, change, first ? 'low' : 'normal');
      },
    });
  }

  /** Begins to watch the Prometheus operator's kinds where they are served. */
  async #discover(signal: AbortSignal): Promise<void> {
    if (!(await this.#servesMonitoring()) || signal.aborted) return;
    const watched = this.#watch(MONITORING_KINDS);
    const stop = (): void => {
      watched.stop();
    };
    signal.addEventListener('abort', stop, { once: true });
    await watched.start();
    signal.removeEventListener('abort', stop);
    this.#monitoring = watched;
    this.enqueueAll('low');
  }

  /** Those that are there are asked for only when they fail, so that a quiet cluster is left quiet. */
  async #followMonitoring(signal: AbortSignal): Promise<void> {
    for (;;) {
      await pause(DISCOVERY_MS, signal);
      if (signal.aborted) return;
      if (this.#monitoring === undefined) await this.#discover(signal);
      else if (this.#monitoring.failing && !(await this.#servesMonitoring())) this.#loseMonitoring();
    }
  }

  #loseMonitoring(): void {
    this.#options.log.info({}, 'the kinds of the Prometheus operator are not served any more');
    this.#monitoring?.stop();
    this.#monitoring = undefined;
    this.enqueueAll('low');
  }

  /** @returns what is known when it cannot be asked. */
  async #servesMonitoring(): Promise<boolean> {
    const { client, log } = this.#options;
    try {
      return (await Promise.all(MONITORING_KINDS.map(async (kind) => client.serves(kind)))).every(Boolean);
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'it could not be asked which kinds are served; asked again in a minute');
      return this.#monitoring !== undefined;
    }
  }

  #enqueue(kind: Kind, { object, previous }: Change, priority: Priority): void {
    const find = platformsOf(kind);
    const keys = new Set([...find(object), ...(previous === undefined ? [] : find(previous))]);
    // Of many that are new at once, those that were begun are finished first: their schools can open meanwhile.
    const begins = kind === PLATFORM && previous === undefined;
    for (const key of keys) this.#options.enqueue(key, begins ? 'low' : priority);
  }
}

/** @returns whether two versions of a platform ask for the same: spec, and whether it is to be deleted. */
const sameWish = (a: KubeObject, b: KubeObject): boolean =>
  a.metadata.uid === b.metadata.uid &&
  a.metadata.generation === b.metadata.generation &&
  a.metadata.deletionTimestamp === b.metadata.deletionTimestamp;

/** What is held of the cluster in memory: every HeroesPlatform, and what the operator made for them. */
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import type { Priority } from '../kube/queue.ts';
import { keyOf, type KubeObject } from '../kube/resource.ts';
import type { Store, Change } from '../kube/store.ts';
import { pause } from '../kube/wait.ts';
import type { Key, Reader } from './cluster.ts';
import { ExtensionKinds } from './extension-kinds.ts';
import { keeper } from './held.ts';
import { CHILD_KINDS, EXTENSIONS, PLATFORM, POD, type Extension, type Kind } from './kinds.ts';
import type { Live } from './observed.ts';
import { RequestMetrics } from './request-metrics.ts';
import { platformsOf, WatchedKinds, type WatchOptions } from './watched-kinds.ts';

/** How long a start waits for extensions: what is not served well must not keep the operator from its other work. */
const EXTENSION_SYNC_MS = 10_000;

const CORE_KINDS = [PLATFORM, POD, ...CHILD_KINDS.filter(({ extension }) => extension === undefined)];

export interface CacheOptions extends Omit<WatchOptions, 'notify'> {
  /** Told the key of a platform that something changed for; nobody waits for what the first list brings. */
  readonly enqueue: (key: string, priority: Priority) => void;
}

export class ClusterCache implements Reader {
  readonly #options: CacheOptions;
  readonly #core: WatchedKinds;
  readonly #extensions: ReadonlyMap<Extension, ExtensionKinds>;
  readonly #requestMetrics: RequestMetrics;

  constructor(options: CacheOptions) {
    this.#options = options;
    this.#core = this.#watch(CORE_KINDS);
    const changed = (): void => {
      this.enqueueAll('low');
    };
    this.#extensions = new Map(
      EXTENSIONS.map((name) => {
        const kinds = CHILD_KINDS.filter(({ extension }) => extension === name);
        return [name, new ExtensionKinds(name, { ...options, kinds, watch: () => this.#watch(kinds), changed })];
      }),
    );
    this.#requestMetrics = new RequestMetrics({ ...options, changed });
  }

  /** Fills the caches and keeps them until the signal is given. @returns once they are filled. */
  async start(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => {
      this.#core.stop();
    });
    const extensions = [...this.#extensions.values()];
    const discovered = Promise.all([
      ...extensions.map(async (each) => each.discover(signal)),
      this.#requestMetrics.look(),
    ]);
    await Promise.all([this.#core.start(), Promise.race([discovered, pause(EXTENSION_SYNC_MS, signal)])]);
    void discovered.then(async () =>
      Promise.all([...extensions, this.#requestMetrics].map(async (each) => each.follow(signal))),
    );
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

  has(extension: Extension): boolean {
    return this.#extensions.get(extension)?.watched !== undefined;
  }

  requestMetrics(): boolean | undefined {
    return this.#requestMetrics.served;
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
    return kind.extension === undefined ? this.#core : this.#extensions.get(kind.extension)?.watched;
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

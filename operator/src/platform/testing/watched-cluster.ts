/** A client of which a test says what is listed, what the watches tell and what a write is answered with. */
import { Registry } from 'prom-client';
import type { Client, ListOptions, WatchEvent } from '../../kube/client.ts';
import { createKubeMetrics } from '../../kube/metrics.ts';
import type { Priority } from '../../kube/queue.ts';
import type { KubeObject, Resource } from '../../kube/resource.ts';
import { RecordingLogger } from '../../kube/testing/recording-logger.ts';
import { ClusterCache } from '../cache.ts';

/** The version of every list. */
const LISTED = '100';

interface Stream {
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly tell: (event: WatchEvent) => void;
}

export class WatchedCluster {
  /** What each list of a kind holds. */
  readonly listed = new Map<string, readonly KubeObject[]>();
  readonly asked: string[] = [];
  /** Kinds that are served beside the core's. */
  served: readonly string[] = [];
  /** @returns what a write is answered with. */
  answer: (written: KubeObject) => KubeObject = (written) => written;
  readonly #streams: Stream[] = [];

  /** Tells of an event as the watches of its kind do. */
  async tell(type: WatchEvent['type'], object: KubeObject): Promise<void> {
    for (const { kind, namespace, tell } of this.#streams)
      if (kind === object.kind && (namespace === undefined || namespace === object.metadata.namespace))
        tell({ type, object });
    await new Promise((resolve) => setImmediate(resolve));
  }

  readonly client = {
    list: async (resource: Resource, scope: object, { each = (item: KubeObject) => item }: ListOptions) => {
      this.asked.push(`list ${resource.kind} ${JSON.stringify(scope)}`);
      await Promise.resolve();
      return { items: (this.listed.get(resource.kind) ?? []).map(each), resourceVersion: LISTED };
    },
    watch: (resource: Resource, scope: { readonly namespace?: string }, signal: AbortSignal) => {
      const { kind } = resource;
      return this.#stream(kind, scope.namespace, signal);
    },
    serves: async ({ kind }: Resource) => Promise.resolve(this.served.includes(kind)),
    applyStatus: async (_resource: Resource, object: KubeObject) => Promise.resolve(this.answer(object)),
    merge: async (_resource: Resource, object: KubeObject) => Promise.resolve(this.answer(object)),
    apply: async (_resource: Resource, object: KubeObject) => Promise.resolve(this.answer(object)),
  } as unknown as Client;

  async *#stream(kind: string, namespace: string | undefined, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    const events: WatchEvent[] = [];
    let wake = Promise.withResolvers<undefined>();
    const tell = (event: WatchEvent): void => {
      events.push(event);
      wake.resolve(undefined);
    };
    this.#streams.push({ kind, namespace, tell });
    signal.addEventListener('abort', () => {
      wake.resolve(undefined);
    });
    while (!signal.aborted) {
      await wake.promise;
      wake = Promise.withResolvers();
      yield* events.splice(0);
    }
  }
}

/** Starts a cache on it. */
export async function caching(cluster: WatchedCluster, namespaces: readonly string[] = []) {
  const enqueued: string[] = [];
  const stop = new AbortController();
  const cache = new ClusterCache({
    client: cluster.client,
    namespaces,
    enqueue: (key: string, priority: Priority) => enqueued.push(`${key} ${priority}`),
    metrics: createKubeMetrics(new Registry()),
    log: new RecordingLogger(),
  });
  await cache.start(stop.signal);
  await new Promise((resolve) => setImmediate(resolve));
  return { cache, enqueued, stop };
}

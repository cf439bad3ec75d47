/** Watches a district's API pods, its Deployment and its autoscaler, and writes down what stood from moment to moment. */
import type { Client, WatchEvent } from '@heroes/operator/kube/client.ts';
import type { KubeObject, Resource } from '@heroes/operator/kube/resource.ts';
import { follow, Waiters } from '../operator/follow.ts';
import { DEPLOYMENT } from '../operator/kinds.ts';
import type { Moment } from './standing.ts';

const POD: Resource = { apiVersion: 'v1', kind: 'Pod', plural: 'pods' };
export const AUTOSCALER: Resource = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
};

export interface Place {
  readonly client: Client;
  readonly namespace: string;
  /** Of the platform. */
  readonly name: string;
}

interface PodStatus {
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly lastTransitionTime?: string;
  }[];
}

export class Watch implements Disposable {
  readonly #stop = new AbortController();
  readonly #waiters = new Waiters();
  /** By name: since when it takes requests, epoch milliseconds; undefined of one that does not. */
  readonly #pods = new Map<string, number | undefined>();
  readonly #moments: Moment[] = [];
  #wanted = 0;
  #floor = 0;

  /** Watches from now on. */
  static async open({ client, namespace, name }: Place): Promise<Watch> {
    const watch = new Watch();
    const of = async (resource: Resource, labelSelector: string, take: (event: WatchEvent) => void): Promise<void> =>
      follow({
        client,
        resource,
        scope: { namespace, labelSelector },
        signal: watch.#stop.signal,
        onEvent: (event) => {
          take(event);
          watch.#note();
        },
      });
    const api = `app.kubernetes.io/instance=${name},app.kubernetes.io/component=api`;
    await of(DEPLOYMENT, api, ({ object }) => (watch.#wanted = numberIn(object, 'replicas')));
    await of(AUTOSCALER, api, ({ object }) => (watch.#floor = numberIn(object, 'minReplicas')));
    await of(POD, api, (event) => {
      watch.#takePod(event);
    });
    return watch;
  }

  /** What stood so far, ascending. */
  get moments(): readonly Moment[] {
    return this.#moments;
  }

  get now(): Moment {
    const ready = this.readySince.length;
    return { atMs: Date.now(), ready, pods: this.#pods.size, wanted: this.#wanted, floor: this.#floor };
  }

  /** Of the pods that take requests now: since when, by their conditions, which know whole seconds. */
  get readySince(): readonly number[] {
    return [...this.#pods.values()].filter((sinceMs) => sinceMs !== undefined);
  }

  /** Waits until something holds of what stands. @throws Failure when it does not in time. */
  async until(holds: (now: Moment) => boolean, timeoutMs: number): Promise<void> {
    const missing = (): string => {
      const { ready, pods, wanted, floor } = this.now;
      return `${ready} of ${pods} pods are ready, ${wanted} are wanted, the floor is ${floor}`;
    };
    await this.#waiters.until(() => holds(this.now), timeoutMs, missing);
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
  }

  #takePod({ type, object: { metadata, status } }: WatchEvent): void {
    if (type === 'DELETED') {
      this.#pods.delete(metadata.name);
      return;
    }
    const ready = (status as PodStatus | undefined)?.conditions?.find((condition) => condition.type === 'Ready');
    const serves = ready?.status === 'True' && metadata.deletionTimestamp === undefined;
    this.#pods.set(metadata.name, serves ? Date.parse(ready.lastTransitionTime ?? '') : undefined);
  }

  #note(): void {
    this.#moments.push(this.now);
    this.#waiters.changed();
  }
}

function numberIn({ spec }: KubeObject, field: string): number {
  return ((spec ?? {}) as Readonly<Record<string, number | undefined>>)[field] ?? 0;
}

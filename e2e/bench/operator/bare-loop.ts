/**
 * A loop that applies objects, so many at once. It decides nothing, reads nothing, reports nothing and tries nothing twice.
 * Where the operator has to wait, for a platform's migration before its API, so has the loop; it goes on with others
 * meanwhile.
 */
import type { Client, WatchEvent } from '@heroes/operator/kube/client.ts';
import type { KubeObject } from '@heroes/operator/kube/resource.ts';
import { Backlog } from './backlog.ts';
import { NAME } from './fleet.ts';
import { follow, Waiters } from './follow.ts';
import { CHILDREN_SELECTOR, DEPLOYMENT, JOB, resourceOf } from './kinds.ts';

/** How long something took since it began, seconds. */
export interface Pace {
  /** Until every child that waits for nothing was applied. */
  readonly firstSeconds: number;
  /** Until every child was. */
  readonly allSeconds: number;
  /** Until, moreover, every API served. */
  readonly servingSeconds: number;
  readonly children: number;
  /** CPU of the process that did it, over the whole time. */
  readonly cpuSeconds: number;
}

const TIMEOUT_MS = 20 * 60_000;

/** The API is made once its migration is done. */
export const isLater = (kind: string, name: string): boolean =>
  ['Deployment', 'HorizontalPodAutoscaler'].includes(kind) && name === `${NAME}-api`;

const waits = ({ kind, metadata }: KubeObject): boolean => isLater(kind, metadata.name);

/** @param platforms - the objects of each. @returns how long it took. */
export async function runBareLoop(
  client: Client,
  platforms: readonly (readonly KubeObject[])[],
  concurrency: number,
): Promise<Pace> {
  const stop = new AbortController();
  const backlog = new Backlog<KubeObject>();
  await putWhenMigrated(client, platforms, { backlog, signal: stop.signal });
  const serving = await whenServing(client, platforms.length, stop.signal);

  const startMs = performance.now();
  const startCpu = process.cpuUsage();
  const secondsUntil = (ms: number): number => (ms - startMs) / 1000;
  const first = platforms.flatMap((objects) => objects.filter((object) => !waits(object)));
  backlog.put(first);
  const firstMs = await applyAll(client, backlog, { concurrency, first: first.length });
  const allMs = performance.now();
  const servingMs = await serving();
  const { user, system } = process.cpuUsage(startCpu);
  stop.abort();
  return {
    firstSeconds: secondsUntil(firstMs),
    allSeconds: secondsUntil(allMs),
    servingSeconds: secondsUntil(Math.max(allMs, servingMs)),
    children: platforms.flat().length,
    cpuSeconds: (user + system) / 1e6,
  };
}

/** @returns when the first ones, which wait for nothing, were all applied. */
async function applyAll(
  client: Client,
  backlog: Backlog<KubeObject>,
  { concurrency, first }: { concurrency: number; first: number },
): Promise<number> {
  let left = first;
  let firstMs = 0;
  const worker = async (): Promise<void> => {
    for await (const object of backlog.take()) {
      await client.apply(resourceOf(object), object, { force: true });
      if (waits(object)) continue;
      left -= 1;
      if (left === 0) firstMs = performance.now();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return firstMs;
}

/** Puts what waits for a platform's migration to the backlog once that is done, and closes it after the last. */
async function putWhenMigrated(
  client: Client,
  platforms: readonly (readonly KubeObject[])[],
  { backlog, signal }: { backlog: Backlog<KubeObject>; signal: AbortSignal },
): Promise<void> {
  const waiting = new Map(platforms.map((objects) => [objects[0]?.metadata.namespace ?? '', objects.filter(waits)]));
  const onEvent = ({ object }: WatchEvent): void => {
    const { namespace = '' } = object.metadata;
    const objects = waiting.get(namespace);
    if (objects === undefined || !isComplete(object)) return;
    waiting.delete(namespace);
    backlog.put(objects);
    if (waiting.size === 0) backlog.close();
  };
  await follow({ client, resource: JOB, scope: { labelSelector: CHILDREN_SELECTOR }, onEvent, signal });
}

const isComplete = ({ status = {} }: KubeObject): boolean =>
  ((status as { conditions?: readonly { type: string; status: string }[] }).conditions ?? []).some(
    (condition) => condition.type === 'Complete' && condition.status === 'True',
  );

/** @returns a function that waits until the APIs of so many platforms are ready, and tells when they were. */
async function whenServing(client: Client, count: number, signal: AbortSignal): Promise<() => Promise<number>> {
  const waiters = new Waiters();
  const ready = new Set<string>();
  const onEvent = ({ object: { metadata, status = {} } }: WatchEvent): void => {
    if (((status as { readyReplicas?: number }).readyReplicas ?? 0) > 0) ready.add(metadata.namespace ?? '');
    waiters.changed();
  };
  const labelSelector = `${CHILDREN_SELECTOR},app.kubernetes.io/component=api`;
  await follow({ client, resource: DEPLOYMENT, scope: { labelSelector }, onEvent, signal });
  const holds = (): boolean => ready.size >= count;
  return async () => waiters.until(holds, TIMEOUT_MS, () => `${ready.size} of ${count} APIs are ready`);
}

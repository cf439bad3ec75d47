/** A reconcile on a {@link FakeCluster}, and the controllers of that cluster. */
import type { Condition } from '@heroes/crds/status.ts';
import type { Outcome } from '../../kube/controller.ts';
import { Applier } from '../apply.ts';
import { Floors } from '../floors.ts';
import { COMPONENT_LABEL, INSTANCE_LABEL } from '../names.ts';
import type { Live } from '../observed.ts';
import { createReconcile } from '../reconcile.ts';
import type { FakeCluster } from './fake-cluster.ts';
import { KEY } from './platforms.ts';

export const NOW_MS = Date.UTC(2026, 10, 24, 12);

export interface Run {
  readonly writes: readonly string[];
  readonly outcome: Outcome;
}

/** What an operator remembers. */
export interface Memory {
  readonly applier: Applier;
  readonly floors: Floors;
}

/** Starts an operator, which remembers nothing. @returns what reconciles the platform once. */
export function reconciling(
  cluster: FakeCluster,
  now: () => number = () => NOW_MS,
  { applier, floors }: Memory = { applier: new Applier(cluster), floors: new Floors() },
): () => Promise<Run> {
  const reconcile = createReconcile({
    reader: cluster,
    writer: cluster,
    applier,
    floors,
    recorder: cluster,
    metrics: {
      observeBackups: () => undefined,
      observeBells: () => undefined,
      observeJobs: () => undefined,
      forget: () => undefined,
    },
    now,
  });
  return async () => {
    cluster.writes.length = 0;
    const outcome = await reconcile(KEY);
    return { writes: [...cluster.writes], outcome };
  };
}

/** Reconciles, and lets the cluster's controllers work, until there is nothing more to write. @returns all writes. */
export async function converge(cluster: FakeCluster, run = reconciling(cluster)): Promise<string[]> {
  const all: string[] = [];
  for (let round = 0; round < 12; round += 1) {
    const { writes } = await run();
    all.push(...writes);
    const changed = work(cluster);
    if (writes.length === 0 && !changed) return all;
  }
  throw new Error(`it does not come to rest: ${all.slice(-20).join(', ')}`);
}

const READY = { observedGeneration: 1, replicas: 3, readyReplicas: 3, updatedReplicas: 3 };

/** What the controllers of a cluster do: pods become ready, Jobs succeed, volumes are made. @returns whether anything changed. */
export function work(cluster: FakeCluster): boolean {
  const before = JSON.stringify([[...cluster.objects], cluster.pods]);
  for (const [id, { kind }] of cluster.objects) {
    if (kind === 'Deployment' || kind === 'StatefulSet') cluster.settle(id, READY);
    if (kind === 'Job') cluster.settle(id, { conditions: [{ type: 'Complete', status: 'True' }] });
  }
  makeDataClaim(cluster);
  cluster.pods = [...cluster.objects.values()].flatMap((object) => podOf(cluster, object));
  return JSON.stringify([[...cluster.objects], cluster.pods]) !== before;
}

const DATA_CLAIM = 'data-demo-postgres-0';

function makeDataClaim(cluster: FakeCluster): void {
  const set = cluster.manifests.get('StatefulSet/demo-postgres');
  if (!cluster.objects.has('StatefulSet/demo-postgres') || cluster.objects.has(`PersistentVolumeClaim/${DATA_CLAIM}`))
    return;
  const { volumeClaimTemplates } = set?.spec as { volumeClaimTemplates: { spec: object }[] };
  const spec = volumeClaimTemplates[0]?.spec;
  cluster.put({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: DATA_CLAIM }, spec });
}

/** A pod of a workload; it does not start without the Secret that it reads. */
function podOf(cluster: FakeCluster, { kind, metadata }: Live): Live[] {
  const manifest = cluster.manifests.get(`${kind}/${metadata.name}`);
  if (kind !== 'Deployment' && kind !== 'StatefulSet') return [];
  const [, secret = ''] = /"(demo-credentials[^"]*)"/.exec(JSON.stringify(manifest)) ?? [];
  const starts = secret === '' || cluster.secrets.has(secret);
  return [pod(metadata.name, starts ? [] : [{ name: 'main', waiting: { reason: 'ContainerCreating' } }])];
}

/** A pod that was put on a node long ago. */
export function pod(name: string, containers: NonNullable<Live['status']>['containers'] = []): Live {
  const lastTransitionTime = '2026-11-24T11:00:00Z';
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'test', labels: { [INSTANCE_LABEL]: 'demo', [COMPONENT_LABEL]: 'api' } },
    status: { conditions: [{ type: 'PodScheduled', status: 'True', lastTransitionTime }], containers },
  };
}

/** @returns a condition of the platform. */
export const conditionOf = (cluster: FakeCluster, type: string): Condition | undefined =>
  cluster.object?.status?.conditions?.find((condition) => condition.type === type);

/** @returns the writes of a kind, as `apply`. */
export const only = (writes: readonly string[], verb: string): string[] =>
  writes.filter((write) => write.startsWith(`${verb} `)).map((write) => write.slice(verb.length + 1));

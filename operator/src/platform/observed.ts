/** What a reconcile knows: plain data, read before anything is decided. */
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { COMPONENT_LABEL, VERSION_LABEL } from './names.ts';

/** An object of the cluster, as it came over the wire. */
export interface Live {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string; readonly uid: string }[];
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly generation?: number;
  };
  readonly spec?: unknown;
  readonly status?: unknown;
}

export interface Observed {
  readonly platform: HeroesPlatform;
  /** Everything in the namespace that carries the platform's labels, of the kinds that the operator manages. */
  readonly children: readonly Live[];
  readonly pods: readonly Live[];
  readonly credentials: { readonly complete: boolean; readonly checksum: string };
  /** Whether the cluster knows PodMonitor and PrometheusRule. */
  readonly monitoring: boolean;
}

/** @returns the child of a kind and name, if it exists. */
export function child(seen: Observed, kind: string, name: string): Live | undefined {
  return seen.children.find((object) => object.kind === kind && object.metadata.name === name);
}

/** @returns the children of a kind that belong to a component. */
export function childrenOf(seen: Observed, kind: string, component: string): Live[] {
  return seen.children.filter(
    (object) => object.kind === kind && object.metadata.labels?.[COMPONENT_LABEL] === component,
  );
}

/** @returns the version that an object is labelled with. */
export function versionOf(object: Live | undefined): string | undefined {
  return object?.metadata.labels?.[VERSION_LABEL];
}

interface JobStatus {
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly lastTransitionTime?: string;
    readonly message?: string;
  }[];
}

export interface JobOutcome {
  readonly name: string;
  readonly version: string | undefined;
  readonly state: 'Running' | 'Succeeded' | 'Failed';
  readonly finishedAtMs: number;
  /** The Job's own word, or what its last pod left as its termination message. */
  readonly message: string;
}

/** @returns what became of a Job, with the last words of its pods. */
export function jobOutcome(seen: Observed, job: Live): JobOutcome {
  const conditions = (job.status as JobStatus | undefined)?.conditions ?? [];
  const done = conditions.find(
    (condition) => condition.status === 'True' && ['Complete', 'Failed'].includes(condition.type),
  );
  const state = done === undefined ? 'Running' : done.type === 'Complete' ? 'Succeeded' : 'Failed';
  return {
    name: job.metadata.name,
    version: versionOf(job),
    state,
    finishedAtMs: Date.parse(done?.lastTransitionTime ?? '') || 0,
    message: terminationMessage(seen, job.metadata.name) ?? done?.message ?? '',
  };
}

interface PodStatus {
  readonly containerStatuses?: readonly {
    readonly state?: { readonly terminated?: { readonly message?: string; readonly finishedAt?: string } };
  }[];
}

function terminationMessage(seen: Observed, jobName: string): string | undefined {
  const ended = seen.pods
    .filter((pod) => pod.metadata.labels?.['batch.kubernetes.io/job-name'] === jobName)
    .flatMap((pod) => (pod.status as PodStatus | undefined)?.containerStatuses ?? [])
    .flatMap(({ state }) => (state?.terminated?.message === undefined ? [] : [state.terminated]));
  return ended
    .sort((a, b) => (a.finishedAt ?? '').localeCompare(b.finishedAt ?? ''))
    .at(-1)
    ?.message?.trim();
}

interface WorkloadStatus {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
}

export interface Workload {
  readonly exists: boolean;
  readonly replicas: number;
  readonly ready: number;
  /** All pods run the newest template. */
  readonly current: boolean;
}

/** @returns how far a Deployment or StatefulSet is. */
export function workload(object: Live | undefined): Workload {
  if (object === undefined) return { exists: false, replicas: 0, ready: 0, current: false };
  const status = (object.status ?? {}) as WorkloadStatus;
  const replicas = status.replicas ?? 0;
  const current =
    (status.observedGeneration ?? 0) >= (object.metadata.generation ?? 0) && (status.updatedReplicas ?? 0) === replicas;
  return { exists: true, replicas, ready: status.readyReplicas ?? 0, current };
}

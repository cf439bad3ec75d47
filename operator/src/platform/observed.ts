/** What a reconcile knows: plain data, read before anything is decided. */
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { COMPONENT_LABEL, VERSION_LABEL } from './names.ts';

/** What is kept of an object of the cluster (held.ts). */
export interface Live {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly uid: string }[];
    readonly deletionTimestamp?: string;
    readonly generation?: number;
  };
  readonly status?: LiveStatus;
  /** Digest of the fields that we own; none when we have applied nothing. */
  readonly owned?: string;
  /** Of a workload: the revision of the credentials that its pods were started with. */
  readonly credentialsRevision?: string;
  /** Of a volume claim: what it asks for. */
  readonly storage?: string;
  /** Of an autoscaler: the minimum that we have set; none where another has set it since. */
  readonly minReplicas?: number;
  /** Of the configuration of PostgreSQL or PgBouncer: how many connections it allows, and since when, epoch milliseconds. */
  readonly connections?: {
    readonly most: number;
    readonly sinceMs: number;
    /** Most that it allowed where it was still in use when this was written. */
    readonly former?: number;
  };
  /** Of an autoscaler: most pods, and whether it goes by the requests that they have in flight. */
  readonly maxReplicas?: number;
  readonly byRequests?: boolean;
  /** Of a Service: when we changed it last, epoch milliseconds. */
  readonly ledSinceMs?: number;
  /** Of a policy: that anybody may come in somewhere. */
  readonly isOpen?: true;
}

export interface LiveStatus {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly readyReplicas?: number;
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason?: string;
    readonly lastTransitionTime?: string;
    readonly message?: string;
  }[];
  readonly containers?: readonly ContainerState[];
  /** Of a pod: that none of its containers will run again. */
  readonly isOver?: true;
}

/** A container that is not running, and why. */
export interface ContainerState {
  readonly name: string;
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly terminated?: { readonly message: string; readonly finishedAt: string };
}

export interface Observed {
  readonly platform: HeroesPlatform;
  /** Everything in the namespace that carries the platform's labels, of the kinds that the operator manages. */
  readonly children: readonly Live[];
  readonly pods: readonly Live[];
  /** Whether the credentials Secret was asked for and is not there; it is never read, and asked for only in trouble. */
  readonly credentialsLost: boolean;
  /** Whether the cluster knows PodMonitor and PrometheusRule. */
  readonly monitoring: boolean;
  /** Whether the cluster tells autoscalers how many requests API pods have in flight; undefined until that is known. */
  readonly requestMetrics: boolean | undefined;
  /** Whether it knows the Gateway API's HTTPRoute. */
  readonly gateway?: boolean;
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

/** @returns whether an object goes with the owner of a uid. */
export const isOwned = ({ metadata }: Live, uid: string): boolean =>
  metadata.ownerReferences?.some((owner) => owner.uid === uid) === true;

/** @returns the version that an object is labelled with. */
export function versionOf(object: Live | undefined): string | undefined {
  return object?.metadata.labels?.[VERSION_LABEL];
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
  const conditions = job.status?.conditions ?? [];
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

function terminationMessage(seen: Observed, jobName: string): string | undefined {
  const ended = seen.pods
    .filter((pod) => pod.metadata.labels?.['batch.kubernetes.io/job-name'] === jobName)
    .flatMap((pod) => pod.status?.containers ?? [])
    .flatMap(({ terminated }) => (terminated === undefined ? [] : [terminated]));
  return ended
    .sort((a, b) => a.finishedAt.localeCompare(b.finishedAt))
    .at(-1)
    ?.message.trim();
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
  const { status = {}, metadata } = object;
  const replicas = status.replicas ?? 0;
  const current =
    metadata.deletionTimestamp === undefined &&
    (status.observedGeneration ?? 0) >= (metadata.generation ?? 0) &&
    (status.updatedReplicas ?? 0) === replicas;
  return { exists: true, replicas, ready: status.readyReplicas ?? 0, current };
}

/**
 * What is kept in memory of an object of the cluster: what some reader of it reads, and nothing else. A thousand platforms
 * have tens of thousands of children; kept whole they would cost the operator hundreds of megabytes.
 */
import { digest } from '../kube/json.ts';
import { appliedAtMs, ownedFields } from '../kube/owned.ts';
import type { KubeObject } from '../kube/resource.ts';
import { PLATFORM, POD } from './kinds.ts';
import {
  COMPONENT_LABEL,
  CREDENTIALS_REVISION,
  FIELD_MANAGER,
  FORMER_POOL_SIZE,
  INSTANCE_LABEL,
  PHASE_LABEL,
  REQUESTS_IN_FLIGHT,
  VERSION_LABEL,
} from './names.ts';
import type { ContainerState, Live, LiveStatus } from './observed.ts';

const LABELS = [INSTANCE_LABEL, COMPONENT_LABEL, VERSION_LABEL, PHASE_LABEL, 'batch.kubernetes.io/job-name'] as const;

/** @returns the function that keeps what is needed of the objects of a kind. */
export function keeper(kind: { readonly kind: string }): (object: KubeObject) => KubeObject {
  if (kind.kind === PLATFORM.kind) return heldPlatform;
  return kind.kind === POD.kind ? heldPod : heldChild;
}

function heldPlatform({ apiVersion, kind, metadata, spec, status }: KubeObject): KubeObject {
  const { managedFields, annotations, ...kept } = metadata;
  return defined({ apiVersion, kind, metadata: kept, spec, status });
}

function heldChild(object: KubeObject): KubeObject & Live {
  const owned = ownedFields(object, FIELD_MANAGER);
  return defined({
    ...identity(object),
    status: childStatus(object),
    owned: owned === undefined ? undefined : digest(owned),
    credentialsRevision: revisionOf(object),
    storage: storageOf(object),
    connections: connectionsOf(object),
    ledSinceMs: object.kind === 'Service' ? appliedAtMs(object, FIELD_MANAGER) : undefined,
    isOpen: isOpen(object) ? true : undefined,
    ...autoscalingOf(object, owned),
  }) as KubeObject & Live;
}

function heldPod(object: KubeObject): KubeObject & Live {
  return defined({ ...identity(object), status: podStatus(object) }) as KubeObject & Live;
}

function identity({ apiVersion, kind, metadata }: KubeObject): object {
  const { name, namespace, uid, resourceVersion, generation, deletionTimestamp } = metadata;
  const labels = LABELS.flatMap((label) => {
    const value = metadata.labels?.[label];
    return value === undefined ? [] : [[label, value] as const];
  });
  const owners = (metadata.ownerReferences ?? []) as readonly { readonly uid: string }[];
  const kept = { name, namespace, uid, resourceVersion, generation, deletionTimestamp };
  return {
    apiVersion,
    kind,
    metadata: defined({
      ...kept,
      labels: Object.fromEntries(labels),
      ownerReferences: owners.map(({ uid: owner }) => ({ uid: owner })),
    }),
  };
}

interface RawStatus {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly readyReplicas?: number;
  readonly conditions?: readonly (LiveStatus['conditions'] & object)[number][];
}

/** Of conditions only those of Jobs are read, and whether an autoscaler works; its words come anew every few seconds. */
function childStatus({ kind, status }: KubeObject): LiveStatus | undefined {
  if (status === undefined) return undefined;
  const { observedGeneration, replicas, updatedReplicas, readyReplicas, conditions } = status as RawStatus;
  if (kind === 'Job') return conditions === undefined ? undefined : { conditions: conditions.map(conditionOf) };
  if (kind === 'HorizontalPodAutoscaler') return { conditions: conditions?.flatMap(scalingOf) ?? [] };
  if (kind !== 'Deployment' && kind !== 'StatefulSet') return undefined;
  return defined({ observedGeneration, replicas, updatedReplicas, readyReplicas }) as LiveStatus;
}

type Condition = (LiveStatus['conditions'] & object)[number];

const conditionOf = ({ type, status, lastTransitionTime, message }: Condition): Condition =>
  defined({ type, status, lastTransitionTime, message }) as Condition;

const scalingOf = ({ type, status, reason, lastTransitionTime }: Condition): Condition[] =>
  type === 'ScalingActive' ? [defined({ type, status, reason, lastTransitionTime }) as Condition] : [];

interface RawPodStatus {
  readonly phase?: string;
  readonly conditions?: readonly Condition[];
  readonly initContainerStatuses?: readonly RawContainer[];
  readonly containerStatuses?: readonly RawContainer[];
}

interface RawContainer {
  readonly name: string;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly terminated?: { readonly message?: string; readonly finishedAt?: string };
  };
}

/** A running container says nothing that is read, so the many steps of a pod's start are few changes. */
function podStatus({ status }: KubeObject): LiveStatus {
  const { phase, ...raw } = (status ?? {}) as RawPodStatus;
  const { conditions = [], initContainerStatuses = [], containerStatuses = [] } = raw;
  const containers = [...initContainerStatuses, ...containerStatuses].flatMap(({ name, state }): ContainerState[] => {
    const { reason, message } = state?.waiting ?? {};
    if (reason !== undefined) return [defined({ name, waiting: defined({ reason, message }) }) as ContainerState];
    const { message: words, finishedAt } = state?.terminated ?? {};
    return words === undefined ? [] : [{ name, terminated: { message: words, finishedAt: finishedAt ?? '' } }];
  });
  const scheduled = conditions.filter(({ type }) => type === 'PodScheduled').map(conditionOf);
  return { conditions: scheduled, containers, ...(isOver(phase) ? { isOver: true } : {}) };
}

/** As an evicted pod is, which stays until it is cleaned up. */
const isOver = (phase: string | undefined): boolean => phase === 'Failed' || phase === 'Succeeded';

interface Templated {
  readonly template?: { readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> } };
}

const revisionOf = ({ spec }: KubeObject): string | undefined =>
  (spec as Templated | undefined)?.template?.metadata?.annotations?.[CREDENTIALS_REVISION];

interface Claimed {
  readonly resources?: { readonly requests?: { readonly storage?: string } };
}

const storageOf = ({ kind, spec }: KubeObject): string | undefined =>
  kind === 'PersistentVolumeClaim' ? (spec as Claimed | undefined)?.resources?.requests?.storage : undefined;

/** By the file that says so. */
const CONNECTIONS = {
  'pgbouncer.ini': /^default_pool_size = (\d+)$/m,
  'postgres.conf': /^max_connections = (\d+)$/m,
} as const;

function connectionsOf(object: KubeObject): Live['connections'] {
  if (object.kind !== 'ConfigMap') return undefined;
  const data = (object.data ?? {}) as Readonly<Record<string, string>>;
  for (const [file, pattern] of Object.entries(CONNECTIONS)) {
    const most = pattern.exec(data[file] ?? '')?.[1];
    if (most === undefined) continue;
    const { [FORMER_POOL_SIZE]: former } = (object.metadata.annotations ?? {}) as Readonly<Record<string, string>>;
    const sinceMs = appliedAtMs(object, FIELD_MANAGER) ?? 0;
    return { most: Number(most), sinceMs, ...(former === undefined ? {} : { former: Number(former) }) };
  }
  return undefined;
}

interface Autoscaling {
  readonly minReplicas?: number;
  readonly maxReplicas?: number;
  readonly metrics?: readonly { readonly pods?: { readonly metric: { readonly name: string } } }[];
}

function autoscalingOf(
  { kind, spec = {} }: KubeObject,
  owned: unknown,
): Pick<Live, 'minReplicas' | 'maxReplicas' | 'byRequests'> {
  if (kind !== 'HorizontalPodAutoscaler') return {};
  const { maxReplicas, metrics = [] } = spec as Autoscaling;
  const byRequests = metrics.some(({ pods }) => pods?.metric.name === REQUESTS_IN_FLIGHT);
  const { minReplicas } = (owned as { readonly spec?: Autoscaling } | undefined)?.spec ?? {};
  return {
    ...(minReplicas === undefined ? {} : { minReplicas }),
    ...(maxReplicas === undefined ? {} : { maxReplicas }),
    byRequests,
  };
}

interface Guarded {
  readonly ingress?: readonly { readonly from?: readonly unknown[] }[];
}

const isOpen = ({ kind, spec = {} }: KubeObject): boolean =>
  kind === 'NetworkPolicy' && ((spec as Guarded).ingress ?? []).some(({ from = [] }) => from.length === 0);

const defined = <T extends object>(fields: T): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;

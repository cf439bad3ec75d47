/** Pure: what decisions are made of, taken from what is seen. */
import type { Scaling, ScalingFacts } from '../features/autoscale/decide.ts';
import type { LiveBudget } from '../features/capacity/in-force.ts';
import type { CredentialFacts } from '../features/credentials/decide.ts';
import { archiveVolumeName } from '../features/backup/render.ts';
import { dataClaimName } from '../features/database/render.ts';
import type { RouteFacts } from '../features/edge/decide.ts';
import type { JobRun } from '../features/jobs/decide.ts';
import type { MigrationFacts, Phase } from '../features/migrate/decide.ts';
import type { VolumeSize } from '../features/volumes/decide.ts';
import { takesUpSettings } from '../features/pooler/render.ts';
import { childName, COMPONENT_LABEL, PHASE_LABEL, SCALING_CONDITION, type Component } from './names.ts';
import { child, childrenOf, isOwned, jobOutcome, versionOf, workload, type Live, type Observed } from './observed.ts';
import { BELL_RELEASE, isAtLeast } from './versions.ts';

export function volumeSizes(seen: Observed): VolumeSize[] {
  const { platform } = seen;
  const { database, backup } = platform.spec;
  const held = (name: string): string | undefined => child(seen, 'PersistentVolumeClaim', name)?.storage;
  return [
    { path: 'spec.database.embedded.storage', wanted: database.embedded.storage, held: held(dataClaimName(platform)) },
    {
      path: 'spec.backup.repository.volume.size',
      wanted: backup.repository.volume.size,
      held: held(archiveVolumeName(platform)),
    },
  ];
}

/**
 * @returns the floor that was last written: the autoscaler's minimum as far as it is ours, else what the status says of it;
 *   undefined before there were pods that it could stand for
 */
export function standingFloor(seen: Observed): number | undefined {
  const name = childName(seen.platform, 'api');
  const written = ownAutoscaler(seen)?.minReplicas;
  if (written !== undefined || child(seen, 'Deployment', name) === undefined) return written;
  return seen.platform.status?.schedule?.floor;
}

/** @returns the autoscaler and the most pods that it may ask for; undefined while there is none. */
export function standingAutoscaler(seen: Observed): (Live & { readonly maxReplicas: number }) | undefined {
  const autoscaler = ownAutoscaler(seen);
  const { maxReplicas } = autoscaler ?? {};
  return autoscaler === undefined || maxReplicas === undefined ? undefined : { ...autoscaler, maxReplicas };
}

/** That of a platform that had the name before stands for nobody. */
function ownAutoscaler(seen: Observed): Live | undefined {
  const autoscaler = child(seen, 'HorizontalPodAutoscaler', childName(seen.platform, 'api'));
  return autoscaler !== undefined && isOwned(autoscaler, seen.platform.metadata.uid) ? autoscaler : undefined;
}

/** @returns what is known of the credentials, which is what the workloads carry of them. */
export function credentialFacts({ platform, children, credentialsLost }: Observed): CredentialFacts {
  const revisions = children.flatMap(({ credentialsRevision }) => credentialsRevision ?? []);
  return { uid: platform.metadata.uid, revisions, lost: credentialsLost };
}

/** @returns the names of Jobs that brought the database to the version that is wanted. */
export function doneJobs(seen: Observed): string[] {
  const { version } = seen.platform.spec.release;
  return childrenOf(seen, 'Job', 'migrate')
    .filter((job) => versionOf(job) === version)
    .map(({ metadata }) => metadata.name);
}

export function migrationFacts(seen: Observed): MigrationFacts {
  const { platform } = seen;
  const { migratedVersion: recorded, pendingContract } = platform.status?.release ?? {};
  const wanted = platform.spec.release.version;
  const running = versionOf(child(seen, 'Deployment', childName(platform, 'api')));
  // A Job of a platform that had the name before speaks of another database.
  const own = childrenOf(seen, 'Job', 'migrate').filter((job) => isOwned(job, platform.metadata.uid));
  const jobs = own.map((job) => {
    const outcome = jobOutcome(seen, job);
    const failed = outcome.state === 'Failed' ? { failedAtMs: outcome.finishedAtMs } : {};
    const words = outcome.message === '' ? {} : { lastWords: outcome.message };
    const succeeded = outcome.state === 'Succeeded';
    const phase = phaseOf(job);
    return {
      name: outcome.name,
      version: outcome.version ?? '',
      succeeded,
      ...(phase === undefined ? {} : { phase }),
      ...failed,
      ...words,
    };
  });
  return {
    wanted,
    ...(recorded === undefined ? {} : { recorded }),
    ...(pendingContract === undefined ? {} : { pendingContract }),
    rolledOut: isRolledOut(seen, wanted),
    ...(running === undefined ? {} : { running }),
    jobs,
    databaseReady: workload(child(seen, 'StatefulSet', childName(platform, 'postgres'))).ready > 0,
  };
}

/** @returns the finished Jobs of a component. */
export function runsOf(seen: Observed, component: Component): JobRun[] {
  return childrenOf(seen, 'Job', component)
    .map((job) => jobOutcome(seen, job))
    .filter((outcome) => outcome.state !== 'Running')
    .map(({ finishedAtMs, state, message }) => ({ finishedAtMs, succeeded: state === 'Succeeded', message }));
}

/** @returns what is in the cluster of the connection budget. */
export function liveBudget(seen: Observed): LiveBudget {
  const named = (kind: string, suffix: string) => child(seen, kind, childName(seen.platform, suffix));
  const pool = named('ConfigMap', 'pgbouncer')?.connections;
  const database = named('ConfigMap', 'postgres')?.connections;
  const server = workload(named('StatefulSet', 'postgres'));
  const api = workload(named('Deployment', 'api'));
  const pods = apiPods(seen);
  const takeUp = pods.every((pod) => takesUpSettings(versionOf(pod) ?? ''));
  return {
    pool: pool && { size: pool.most, former: pool.former ?? pool.most, sinceMs: pool.sinceMs },
    maxReplicas: named('HorizontalPodAutoscaler', 'api')?.maxReplicas,
    database: database && { maxConnections: database.most, isCurrent: server.current && server.ready > 0 },
    pods: pods.length,
    isRolledOut: takeUp || (api.current && pods.length <= api.replicas),
  };
}

/**
 * @param version - that the API runs
 * @returns what is known of the metric by which the autoscaler may go
 */
export function scalingFacts(seen: Observed, version: string | undefined): ScalingFacts {
  const { platform, requestMetrics: isServed } = seen;
  const autoscaler = child(seen, 'HorizontalPodAutoscaler', childName(platform, 'api'));
  const missedSinceMs = falseSinceMs(autoscaler?.status?.conditions, 'ScalingActive', 'FailedGetPodsMetric');
  const notAnswered: Scaling['reason'] = 'NotAnswered';
  const takenOutAtMs = falseSinceMs(platform.status?.conditions, SCALING_CONDITION, notAnswered);
  return {
    isExported: isAtLeast(version ?? '0.0.0', BELL_RELEASE),
    isServed,
    isUsed: autoscaler?.byRequests === true,
    ...(missedSinceMs === undefined ? {} : { missedSinceMs }),
    ...(takenOutAtMs === undefined ? {} : { takenOutAtMs }),
  };
}

/** @returns since when a condition has not held for a reason, epoch milliseconds; undefined where it holds or is another's. */
function falseSinceMs(conditions: LiveConditions, ofType: string, because: string): number | undefined {
  const found = conditions?.find(({ type }) => type === ofType);
  if (found?.status !== 'False' || found.reason !== because) return undefined;
  return Date.parse(found.lastTransitionTime ?? '') || 0;
}

type LiveConditions = NonNullable<Live['status']>['conditions'];

/** Those that are over hold no connection and answer nobody. */
const apiPods = ({ pods }: Observed): readonly Live[] =>
  pods.filter(({ metadata, status }) => metadata.labels?.[COMPONENT_LABEL] === 'api' && status?.isOver !== true);

/** @returns where requests go now, and whether they could go by the edge. */
export function routeFacts(seen: Observed): RouteFacts {
  const { platform } = seen;
  const name = childName(platform, 'api');
  const service = child(seen, 'Service', name);
  const running = versionOf(child(seen, 'Deployment', name));
  return {
    wanted: platform.spec.release.version,
    ...(service === undefined
      ? {}
      : { leadsTo: service.metadata.labels?.[COMPONENT_LABEL] === 'edge' ? 'edge' : 'api' }),
    ...(service?.ledSinceMs === undefined ? {} : { ledSinceMs: service.ledSinceMs }),
    isDirect: child(seen, 'NetworkPolicy', name)?.isOpen === true,
    apiKnowsEdge: running === undefined || (isAtLeast(running, BELL_RELEASE) && isRolledOut(seen, running)),
    edgeReady: workload(child(seen, 'Deployment', childName(platform, 'edge'))).ready > 0,
  };
}

function phaseOf({ metadata }: Live): Phase | undefined {
  const phase = metadata.labels?.[PHASE_LABEL];
  return phase === 'expand' || phase === 'contract' ? phase : undefined;
}

/** Also a pod that is stopping still answers. */
function isRolledOut(seen: Observed, version: string): boolean {
  const deployment = child(seen, 'Deployment', childName(seen.platform, 'api'));
  const { current, ready } = workload(deployment);
  const pods = apiPods(seen);
  return current && ready > 0 && versionOf(deployment) === version && pods.every((pod) => versionOf(pod) === version);
}

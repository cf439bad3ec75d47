/** Pure: what is said of a platform, given what was seen, planned and done. */
import type { Condition, Status } from '@heroes/crds/status.ts';
import type { Migration } from '../features/migrate/decide.ts';
import { childName } from './names.ts';
import { child, versionOf, workload, type Live, type Observed } from './observed.ts';
import type { Plan } from './plan.ts';

/** What applying a plan came to. */
export interface Done {
  /** The first thing that the API server refused; nothing was changed then. */
  readonly refused?: { readonly object: string; readonly message: string };
}

type Claim = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

const claim = (type: string, status: Condition['status'], [reason, message]: readonly [string, string]): Claim => ({ type, status, reason, message });

/** @returns the status to report; conditions keep their transition time while their status stays. */
export function status(seen: Observed, outcome: { plan: Plan; done: Done }, nowMs: number): Status {
  const { plan } = outcome;
  const { platform } = seen;
  const before = platform.status;
  const api = workload(child(seen, 'Deployment', childName(platform, 'api')));
  const migratedVersion = plan.migration?.migratedVersion ?? before?.release?.migratedVersion;
  const version = runningVersion(seen) ?? before?.release?.version;
  return {
    observedGeneration: platform.metadata.generation ?? 0,
    conditions: conditions(seen, outcome, nowMs),
    ...scheduleStatus(plan, before),
    ...(plan.capacity === undefined ? {} : { capacity: plan.capacity }),
    api: { replicas: api.replicas, readyReplicas: api.ready },
    ...(api.exists ? { endpoint: `http://${childName(platform, 'api')}.${platform.metadata.namespace}.svc` } : {}),
    release: { ...(version === undefined ? {} : { version }), ...(migratedVersion === undefined ? {} : { migratedVersion }) },
    ...(plan.backup === undefined ? (before?.backup === undefined ? {} : { backup: before.backup }) : { backup: plan.backup }),
  };
}

const iso = (ms: number): string => Temporal.Instant.fromEpochMilliseconds(ms).toString({ smallestUnit: 'second' });

function scheduleStatus({ floor }: Plan, before: Status | undefined): Pick<Status, 'schedule'> {
  if (floor === undefined) return before?.schedule === undefined ? {} : { schedule: before.schedule };
  const next = floor.next === undefined ? {} : { nextTransitionTime: iso(floor.next.atMs), nextFloor: floor.next.floor };
  return { schedule: { state: floor.state, floor: floor.floor, reason: floor.reason.slice(0, 512), ...next } };
}

/** The version of all API pods: known once the roll-out is over. */
function runningVersion(seen: Observed): string | undefined {
  const deployment = child(seen, 'Deployment', childName(seen.platform, 'api'));
  return workload(deployment).current ? versionOf(deployment) : undefined;
}

function conditions(seen: Observed, outcome: { plan: Plan; done: Done }, nowMs: number): Condition[] {
  const { platform } = seen;
  const progress = blocking(seen, outcome);
  const claims = [
    readiness(seen, outcome, progress),
    availability(seen),
    claim('Progressing', progress === undefined ? 'False' : 'True', progress ?? ['Settled', 'everything is as the spec asks']),
    degradation(outcome),
    migrated(outcome.plan.migration),
    scheduled(outcome.plan),
    backedUp(outcome.plan),
  ];
  return claims.map((made) => {
    const former = platform.status?.conditions?.find((condition) => condition.type === made.type);
    const lastTransitionTime = former?.status === made.status ? former.lastTransitionTime : iso(nowMs);
    return { ...made, message: made.message.slice(0, 2048), observedGeneration: platform.metadata.generation ?? 0, lastTransitionTime };
  });
}

/** The first thing, in causal order, that keeps the platform from being as the spec asks. */
function blocking(seen: Observed, { plan }: { plan: Plan }): readonly [string, string] | undefined {
  if (plan.generateCredentials) return ['GeneratingCredentials', 'credentials are being generated'];
  const { platform } = seen;
  const parts: readonly (readonly [string, Live | undefined, number])[] = [
    ['Database', child(seen, 'StatefulSet', childName(platform, 'postgres')), 1],
    ['Cache', child(seen, 'Deployment', childName(platform, 'cache')), 1],
    ['Api', child(seen, 'Deployment', childName(platform, 'api')), plan.floor?.floor ?? 1],
  ];
  for (const [name, object, wanted] of parts) {
    if (name === 'Api' && plan.migration !== undefined && plan.migration.state !== 'Migrated') return [plan.migration.state, plan.migration.message];
    const state = workload(object);
    const message = `${state.ready} of ${Math.max(wanted, state.replicas)} ${name === 'Api' ? 'API' : name.toLowerCase()} pods are ready`;
    if (!state.exists || state.ready < wanted || state.ready < state.replicas) return [`WaitingFor${name}`, `${message}${podTrouble(seen, object)}`];
    if (!state.current) return [`Rolling${name}`, message];
  }
  return undefined;
}

interface PodStatus {
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason?: string; readonly message?: string }[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly containerStatuses?: readonly ContainerStatus[];
}

interface ContainerStatus {
  readonly name: string;
  readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } };
}

/** @returns what the first troubled pod of a workload says: it cannot be scheduled, or a container does not start. */
function podTrouble(seen: Observed, object: Live | undefined): string {
  const component = object?.metadata.labels?.['app.kubernetes.io/component'];
  for (const pod of seen.pods.filter((candidate) => candidate.metadata.labels?.['app.kubernetes.io/component'] === component)) {
    const { conditions = [], initContainerStatuses = [], containerStatuses = [] } = (pod.status ?? {}) as PodStatus;
    const unscheduled = conditions.find((condition) => condition.type === 'PodScheduled' && condition.status === 'False');
    if (unscheduled !== undefined) return `; ${pod.metadata.name}: ${unscheduled.message ?? 'not scheduled'}`;
    for (const { name, state } of [...initContainerStatuses, ...containerStatuses]) {
      const reason = state?.waiting?.reason;
      if (reason === undefined || ['ContainerCreating', 'PodInitializing'].includes(reason)) continue;
      return `; ${pod.metadata.name}, container ${name}: ${reason} ${state?.waiting?.message ?? ''}`.trimEnd();
    }
  }
  return '';
}

function readiness(seen: Observed, { plan, done }: { plan: Plan; done: Done }, progress: readonly [string, string] | undefined): Claim {
  if (plan.refusal !== undefined) return claim('Ready', 'False', [plan.refusal.reason, `${plan.refusal.path}: ${plan.refusal.message}`]);
  if (done.refused !== undefined) return claim('Ready', 'False', ['ChildRefused', `${done.refused.object}: ${done.refused.message}`]);
  if (progress !== undefined) return claim('Ready', 'False', progress);
  const paused = seen.platform.spec.paused ? '; paused: nothing is changed until spec.paused is false' : '';
  return claim('Ready', 'True', ['Serving', `the API serves version ${seen.platform.spec.release.version}${paused}`]);
}

function availability(seen: Observed): Claim {
  const { ready } = workload(child(seen, 'Deployment', childName(seen.platform, 'api')));
  return ready > 0
    ? claim('Available', 'True', ['ApiReady', 'the API takes requests'])
    : claim('Available', 'False', ['NoApiPodReady', 'no API pod is ready']);
}

function degradation({ plan, done }: { plan: Plan; done: Done }): Claim {
  if (plan.refusal !== undefined) return claim('Degraded', 'True', [plan.refusal.reason, plan.refusal.message]);
  if (done.refused !== undefined) return claim('Degraded', 'True', ['ChildRefused', done.refused.message]);
  if (plan.migration?.state === 'Failed') return claim('Degraded', 'True', ['MigrationFailed', plan.migration.message]);
  if (plan.backup?.lastError !== undefined) return claim('Degraded', 'True', ['BackupFailed', plan.backup.lastError]);
  return claim('Degraded', 'False', ['AsExpected', 'nothing is broken']);
}

function migrated(migration: Migration | undefined): Claim {
  if (migration === undefined) return claim('DatabaseMigrated', 'Unknown', ['NotPlanned', 'nothing is done until the spec is valid']);
  return claim('DatabaseMigrated', migration.state === 'Migrated' ? 'True' : 'False', [migration.state, migration.message]);
}

function scheduled({ floor }: Plan): Claim {
  if (floor === undefined) return claim('ScheduleActive', 'False', ['Invalid', 'the schedule is not in force: see Ready']);
  return claim('ScheduleActive', floor.state === 'Unscheduled' ? 'False' : 'True', [floor.state, `floor ${floor.floor}: ${floor.reason}`]);
}

function backedUp({ backup }: Plan): Claim {
  if (backup?.lastSuccessTime === undefined) return claim('BackupCurrent', 'False', ['NoBackupYet', backup?.lastError ?? 'no backup has been taken yet']);
  if (backup.lastError !== undefined) return claim('BackupCurrent', 'False', ['LastBackupFailed', backup.lastError]);
  return claim('BackupCurrent', 'True', ['LastBackupSucceeded', `${backup.lastArchive ?? 'an archive'} was written at ${backup.lastSuccessTime}`]);
}

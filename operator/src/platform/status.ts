/** Pure: what is said of a platform, given what was seen, planned and done. */
import type { Condition, Status } from '@heroes/crds/status.ts';
import { mostUsed, podsOf } from '../features/capacity/decide.ts';
import type { Budget } from '../features/capacity/in-force.ts';
import type { Migration } from '../features/migrate/decide.ts';
import { messageOf } from '../kube/errors.ts';
import type { Yielded } from './cluster.ts';
import { childName, COMPONENT_LABEL, SCALING_CONDITION } from './names.ts';
import { child, versionOf, workload, type Observed } from './observed.ts';
import type { Plan } from './plan.ts';
import { adding, blocking, type Blocker } from './progress.ts';
import { faultsOf, type Refusal } from './verdict.ts';

/** What applying a plan came to. */
export interface Done {
  /** The first thing that the API server refused; what runs was not changed then, but for the floor. */
  readonly refused?: { readonly object: string; readonly message: string };
  /** Why it could not be brought to its end; it will be tried again. */
  readonly failed?: unknown;
  /** While it is paused: objects that would be written. */
  readonly pending?: readonly string[];
  /** Objects that were deleted to be made anew and are not gone yet. */
  readonly recreating?: readonly string[];
  /** Fields that were left to other managers, since those declare them. */
  readonly yielded?: readonly (Yielded & { readonly object: string })[];
}

type Claim = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

const claim = (type: string, status: Condition['status'], [reason, message]: readonly [string, string]): Claim => ({
  type,
  status,
  reason,
  message,
});

/** @returns the status to report; conditions keep their transition time while their status stays. */
export function status(seen: Observed, outcome: { plan: Plan; done: Done }, nowMs: number): Status {
  const { plan } = outcome;
  const { platform } = seen;
  const api = workload(child(seen, 'Deployment', childName(platform, 'api')));
  const backup = plan.backup ?? platform.status?.backup;
  return {
    observedGeneration: platform.metadata.generation ?? 0,
    conditions: conditions(seen, outcome, nowMs),
    ...scheduleStatus(plan, platform.status),
    ...(plan.capacity === undefined ? {} : { capacity: capacityStatus(plan.capacity, platform.spec) }),
    api: { replicas: api.replicas, readyReplicas: api.ready },
    ...edgeStatus(seen),
    ...(api.exists ? { endpoint: endpoint(platform) } : {}),
    release: releaseStatus(seen, plan),
    ...(backup === undefined ? {} : { backup }),
    ...jobsStatus(plan, platform.status),
  };
}

/** What is in force, which may not be what the spec asks for yet. */
function capacityStatus(budget: Budget, { api }: Observed['platform']['spec']): NonNullable<Status['capacity']> {
  const { maxConnections, reservedConnections, serverConnectionsPerPod, maxReplicas, pending } = budget;
  return {
    maxConnections,
    reservedConnections,
    serverConnectionsPerPod,
    clientConnectionsPerPod: api.databasePoolSize,
    maxReplicas,
    pods: podsOf(budget),
    usedAtMost: mostUsed(budget),
    ...(pending === undefined ? {} : { pending: pending.slice(0, 1024) }),
  };
}

function edgeStatus(seen: Observed): Pick<Status, 'edge'> {
  const { exists, replicas, ready } = workload(child(seen, 'Deployment', childName(seen.platform, 'edge')));
  return exists ? { edge: { replicas, readyReplicas: ready } } : {};
}

/** Where clients reach it, as far as the spec says. */
function endpoint({ metadata, spec }: Observed['platform']): string {
  const { network, api, edge } = spec;
  if (network.publicUrl !== undefined) return network.publicUrl;
  if (api.hostname !== undefined) return `${edge.tls === undefined ? 'http' : 'https'}://${api.hostname}`;
  return `http://${metadata.name}-api.${metadata.namespace}.svc`;
}

/** Without a plan, what was known before. */
function jobsStatus({ retention, audit }: Plan, before: Status | undefined): Pick<Status, 'retention' | 'audit'> {
  const known = { retention: retention ?? before?.retention, audit: audit ?? before?.audit };
  return {
    ...(known.retention === undefined ? {} : { retention: known.retention }),
    ...(known.audit === undefined ? {} : { audit: known.audit }),
  };
}

function releaseStatus(seen: Observed, plan: Plan): NonNullable<Status['release']> {
  const before = seen.platform.status?.release;
  const version = runningVersion(seen) ?? before?.version;
  const migratedVersion = plan.migration?.migratedVersion ?? before?.migratedVersion;
  const pendingContract = contractStatus(plan.migration, before?.pendingContract);
  return {
    ...(version === undefined ? {} : { version }),
    ...(migratedVersion === undefined ? {} : { migratedVersion }),
    ...(pendingContract === undefined ? {} : { pendingContract }),
  };
}

/** Of a version that is on its way nothing is known yet: what is said is still of the one before. */
function contractStatus(migration: Migration | undefined, before: boolean | undefined): boolean | undefined {
  if (migration?.state !== 'Migrated') return before;
  if (migration.contract !== undefined) return true;
  return before === undefined ? undefined : false;
}

const iso = (ms: number): string => Temporal.Instant.fromEpochMilliseconds(ms).toString({ smallestUnit: 'second' });

function scheduleStatus({ floor }: Plan, before: Status | undefined): Pick<Status, 'schedule'> {
  if (floor === undefined) return before?.schedule === undefined ? {} : { schedule: before.schedule };
  const next =
    floor.next === undefined ? {} : { nextTransitionTime: iso(floor.next.atMs), nextFloor: floor.next.floor };
  const byHand = floor.prescale === undefined ? {} : { prescale: floor.prescale };
  const { state, reason } = floor;
  return { schedule: { state, floor: floor.floor, reason: reason.slice(0, 512), ...next, ...byHand } };
}

/** The version of all API pods: known once the roll-out is over. */
function runningVersion(seen: Observed): string | undefined {
  const deployment = child(seen, 'Deployment', childName(seen.platform, 'api'));
  return workload(deployment).current ? versionOf(deployment) : undefined;
}

function conditions(seen: Observed, outcome: { plan: Plan; done: Done }, nowMs: number): Condition[] {
  const { platform } = seen;
  const progress = held(outcome.done) ?? blocking(seen, outcome.plan);
  const claims = [
    readiness(seen, outcome, progress),
    availability(seen),
    progressing(progress ?? adding(seen, outcome.plan)),
    degradation(outcome),
    migrated(outcome.plan.migration),
    scheduled(outcome.plan),
    backedUp(outcome.plan),
    scaling(outcome.plan),
  ];
  return claims.map((made) => condition(platform, made, nowMs));
}

function condition({ metadata, status: before }: Observed['platform'], made: Claim, nowMs: number): Condition {
  const former = before?.conditions?.find(({ type }) => type === made.type);
  const lastTransitionTime = former?.status === made.status ? former.lastTransitionTime : iso(nowMs);
  const observedGeneration = metadata.generation ?? 0;
  return { ...made, message: made.message.slice(0, 2048), observedGeneration, lastTransitionTime };
}

/** @returns the status of a platform that is being deleted and may not go yet. */
export function leavingStatus({ platform }: Observed, message: string, nowMs: number): Status {
  const claims = ['Ready', 'Available'].map((type) => claim(type, 'False', ['Deleting', message]));
  const others = (platform.status?.conditions ?? []).filter(({ type }) => !claims.some((made) => made.type === type));
  const conditions = [...claims.map((made) => condition(platform, made, nowMs)), ...others];
  return { ...platform.status, observedGeneration: platform.metadata.generation ?? 0, conditions };
}

/** What keeps it from being as the spec asks and is not its pods' affair. */
function held({ pending = [], recreating = [] }: Done): Blocker | undefined {
  const [first] = pending;
  if (first !== undefined) {
    const objects = pending.length === 1 ? first : `${pending.length} objects, ${first} first,`;
    return ['Paused', `spec.paused is true: ${objects} would change; set it to false`];
  }
  return recreating[0] === undefined ? undefined : ['Recreating', `${recreating.join(', ')} is being made anew`];
}

function readiness(seen: Observed, { plan, done }: { plan: Plan; done: Done }, progress: Blocker | undefined): Claim {
  if (plan.refusal !== undefined)
    return claim('Ready', 'False', [plan.refusal.reason, `${refusalWords(plan.refusal)}${unheardWords(done)}`]);
  if (done.refused !== undefined)
    return claim('Ready', 'False', ['ChildRefused', `${done.refused.object}: ${done.refused.message}`]);
  if (done.failed !== undefined)
    return claim('Ready', 'False', ['ApplyFailed', `${messageOf(done.failed)}; it is tried again`]);
  if (progress !== undefined) return claim('Ready', 'False', progress);
  const paused = seen.platform.spec.paused ? '; paused: nothing is changed until spec.paused is false' : '';
  return claim('Ready', 'True', ['Serving', `the API serves version ${seen.platform.spec.release.version}${paused}`]);
}

/** Of a spec that is refused the autoscaler alone is written. */
const unheardWords = ({ refused }: Done): string =>
  refused === undefined ? '' : `; the floor is not written: ${refused.object}: ${refused.message}`;

/** Every fault while they fit. */
function refusalWords(refusal: Refusal): string {
  const words = faultsOf(refusal).map(({ path, message }) => `${path}: ${message}`);
  const fitting = words.filter((_, index) => words.slice(0, index + 1).join('; ').length <= MOST_WORDS);
  const left = words.length - fitting.length;
  return left === 0 ? fitting.join('; ') : `${fitting.join('; ')}; and ${left} more faults`;
}

/** Room for what is left, of the 2048 characters of a message. */
const MOST_WORDS = 2000;

const progressing = (progress: Blocker | undefined): Claim =>
  claim('Progressing', progress === undefined ? 'False' : 'True', progress ?? SETTLED);

const SETTLED = ['Settled', 'everything is as the spec asks'] as const;

function availability(seen: Observed): Claim {
  const readyOf = (part: 'api' | 'edge'): number =>
    workload(child(seen, 'Deployment', childName(seen.platform, part))).ready;
  const service = child(seen, 'Service', childName(seen.platform, 'api'));
  if (service?.metadata.labels?.[COMPONENT_LABEL] === 'edge' && readyOf('edge') === 0)
    return claim('Available', 'False', ['NoEdgePodReady', 'no edge pod is ready']);
  return readyOf('api') > 0
    ? claim('Available', 'True', ['ApiReady', 'the API takes requests'])
    : claim('Available', 'False', ['NoApiPodReady', 'no API pod is ready']);
}

function degradation({ plan, done }: { plan: Plan; done: Done }): Claim {
  if (plan.refusal !== undefined) return claim('Degraded', 'True', [plan.refusal.reason, plan.refusal.message]);
  if (done.refused !== undefined) return claim('Degraded', 'True', ['ChildRefused', done.refused.message]);
  const [yielded] = done.yielded ?? [];
  if (yielded !== undefined) return claim('Degraded', 'True', ['FieldConflict', conflictWords(yielded)]);
  if (plan.migration?.state === 'Failed') return claim('Degraded', 'True', ['MigrationFailed', plan.migration.message]);
  if (plan.migration?.contract?.state === 'ContractFailed')
    return claim('Degraded', 'True', ['ContractFailed', plan.migration.message]);
  return jobTrouble(plan) ?? claim('Degraded', 'False', ['AsExpected', 'nothing is broken']);
}

/** The first Job of those on a clock that did not do what it is for. */
function jobTrouble(plan: Plan): Claim | undefined {
  if (plan.audit?.conflict !== undefined) return claim('Degraded', 'True', ['AuditConflict', plan.audit.conflict]);
  if (plan.backup?.lastError !== undefined) return claim('Degraded', 'True', ['BackupFailed', plan.backup.lastError]);
  if (plan.retention?.lastError !== undefined)
    return claim('Degraded', 'True', ['RetentionFailed', plan.retention.lastError]);
  return undefined;
}

const conflictWords = ({ object, field, manager }: NonNullable<Done['yielded']>[number]): string =>
  `${object}: ${field} is declared by "${manager}" and left to it: remove the field there to have the operator set it`;

function migrated(migration: Migration | undefined): Claim {
  if (migration === undefined)
    return claim('DatabaseMigrated', 'Unknown', ['NotPlanned', 'nothing is done until the spec is valid']);
  const { state, contract, message } = migration;
  const isDone = state === 'Migrated' && contract?.state !== 'ContractFailed';
  return claim('DatabaseMigrated', isDone ? 'True' : 'False', [contract?.state ?? state, message]);
}

function scheduled({ floor, refusal }: Plan): Claim {
  if (floor === undefined)
    return claim('ScheduleActive', 'False', [
      refusal?.reason ?? 'NotPlanned',
      'the schedule is not in force: see Ready',
    ]);
  return claim('ScheduleActive', floor.state === 'Unscheduled' ? 'False' : 'True', [
    floor.state,
    `floor ${floor.floor}: ${floor.reason}${floor.warning === undefined ? '' : `; ${floor.warning}`}`,
  ]);
}

function scaling({ scaling: decided }: Plan): Claim {
  if (decided === undefined)
    return claim(SCALING_CONDITION, 'Unknown', ['NotPlanned', 'nothing is done until the spec is valid']);
  return claim(SCALING_CONDITION, decided.byRequests ? 'True' : 'False', [decided.reason, decided.message]);
}

function backedUp({ backup }: Plan): Claim {
  if (backup?.lastSuccessTime === undefined)
    return claim('BackupCurrent', 'False', ['NoBackupYet', backup?.lastError ?? 'no backup has been taken yet']);
  if (backup.lastError !== undefined) return claim('BackupCurrent', 'False', ['LastBackupFailed', backup.lastError]);
  return claim('BackupCurrent', 'True', [
    'LastBackupSucceeded',
    `${backup.lastArchive ?? 'an archive'} was written at ${backup.lastSuccessTime}`,
  ]);
}

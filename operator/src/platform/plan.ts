/** Pure: what should exist, given what is seen. It is also what `kubectl heroes render` prints. */
import { createHash } from 'node:crypto';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { renderApiDeployment, renderApiService, renderDisruptionBudget } from '../features/api/render.ts';
import { renderAutoscaler } from '../features/autoscale/render.ts';
import { decideBackup, successRate, type BackupRun, type BackupStatus } from '../features/backup/decide.ts';
import { archiveVolumeName, renderArchiveVolume, renderBackup } from '../features/backup/render.ts';
import { renderCache, valkeyConf } from '../features/cache/render.ts';
import { decideCapacity, type Capacity } from '../features/capacity/decide.ts';
import { decideCredentials, type CredentialFacts, type CredentialPlan } from '../features/credentials/decide.ts';
import { dataClaimName, postgresConf, renderDataClaim, renderDatabase } from '../features/database/render.ts';
import { decideMigration, type Migration } from '../features/migrate/decide.ts';
import { renderMigration } from '../features/migrate/render.ts';
import { renderPodMonitor } from '../features/monitoring/render.ts';
import { renderNetwork } from '../features/network/render.ts';
import { pgbouncerIni, poolerSidecar, poolerVolumes, renderPoolerConfig } from '../features/pooler/render.ts';
import { decideResources } from '../features/api/decide.ts';
import { renderRules } from '../features/rules/render.ts';
import type { Floor } from '../features/schedule/floor.ts';
import { decideVolumes, type VolumeSize } from '../features/volumes/decide.ts';
import { childMetadata, type Manifest } from './manifest.ts';
import { childName } from './names.ts';
import { child, childrenOf, isOwned, jobOutcome, versionOf, workload, type Live, type Observed } from './observed.ts';
import type { Inputs, Release } from './pods.ts';
import { quantityValue } from './quantity.ts';
import type { Refusal, Verdict } from './verdict.ts';

export interface Plan {
  /** What the user must mend; while there is one, nothing else is planned. */
  readonly refusal?: Refusal;
  readonly floor?: Floor;
  readonly capacity?: Capacity;
  readonly migration?: Migration;
  readonly backup?: BackupStatus;
  readonly backupSuccessRate?: number;
  readonly credentials?: CredentialPlan;
  /** Of what is desired, everything that can change it: while these are the same, {@link desired} gives the same. */
  readonly inputs: unknown;
  /** @returns what should exist, in the order in which it is read best. */
  readonly desired: () => readonly Manifest[];
  /** Names of Jobs that are not desired and stay all the same: they have done what is on record. */
  readonly keptJobs: readonly string[];
  /** Names of Jobs to remove so that they are made anew. */
  readonly retryJobs: readonly string[];
  /** When the plan changes by time alone, epoch milliseconds. */
  readonly replanAtMs?: number;
}

const NOTHING = { inputs: undefined, desired: () => [], keptJobs: [], retryJobs: [] } as const;

/**
 * @param floor - what the calendar asks for now
 * @returns what should exist now, and when to ask again
 */
export function plan(seen: Observed, floor: Verdict<Floor>, nowMs: number): Plan {
  const { platform } = seen;
  if (!floor.ok) return { ...NOTHING, refusal: floor };
  const capacity = decideCapacity(platform.spec);
  if (!capacity.ok) return { ...NOTHING, refusal: capacity };
  for (const verdict of [decideResources(platform.spec), decideVolumes(volumeSizes(seen))])
    if (!verdict.ok) return { ...NOTHING, refusal: verdict };

  const migration = decideMigration(migrationFacts(seen), nowMs);
  const credentials = decideCredentials(credentialFacts(seen));
  const runs = backupRuns(seen);
  const backup = decideBackup(platform.status?.backup, runs);
  const rate = successRate(runs, nowMs);
  const decided: Decided = { floor: floor.value.floor, capacity: capacity.value, migration, credentials };
  const replanAtMs = earliest(nowMs, floor.value.untilMs, migration.retryAtMs);
  return {
    floor: floor.value,
    capacity: capacity.value,
    migration,
    credentials,
    ...(backup === undefined ? {} : { backup }),
    ...(rate === undefined ? {} : { backupSuccessRate: rate }),
    inputs: inputsOf(seen, decided),
    desired: () => manifests(seen, decided),
    keptJobs: migration.state === 'Migrated' ? doneJobs(seen) : [],
    retryJobs: migration.retryJob === undefined ? [] : [migration.retryJob],
    ...(replanAtMs === undefined ? {} : { replanAtMs }),
  };
}

function earliest(nowMs: number, ...times: readonly (number | undefined)[]): number | undefined {
  const coming = times.filter((ms) => ms !== undefined && ms > nowMs) as number[];
  return coming.length === 0 ? undefined : Math.min(...coming);
}

/** The generation stands for the spec. */
function inputsOf(seen: Observed, decided: Decided): unknown {
  const { uid, generation } = seen.platform.metadata;
  const { floor, capacity, credentials, migration } = decided;
  const { apiVersion, job } = migration;
  const claim = dataClaim(seen)?.storage;
  const { revision } = credentials;
  return { uid, generation, monitoring: seen.monitoring, floor, capacity, revision, apiVersion, job, claim };
}

function volumeSizes(seen: Observed): VolumeSize[] {
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

/** @returns what is known of the credentials, which is what the workloads carry of them. */
export function credentialFacts({ platform, children, credentialsLost }: Observed): CredentialFacts {
  const revisions = children.flatMap(({ credentialsRevision }) => credentialsRevision ?? []);
  return { uid: platform.metadata.uid, revisions, lost: credentialsLost };
}

/** Jobs that brought the database to the version that is wanted. */
function doneJobs(seen: Observed): string[] {
  const { version } = seen.platform.spec.release;
  return childrenOf(seen, 'Job', 'migrate')
    .filter((job) => versionOf(job) === version)
    .map(({ metadata }) => metadata.name);
}

function migrationFacts(seen: Observed) {
  const { platform } = seen;
  const recorded = platform.status?.release?.migratedVersion;
  const running = versionOf(child(seen, 'Deployment', childName(platform, 'api')));
  // A Job of a platform that had the name before speaks of another database.
  const own = childrenOf(seen, 'Job', 'migrate').filter((job) => isOwned(job, platform.metadata.uid));
  const jobs = own.map((job) => {
    const outcome = jobOutcome(seen, job);
    const failed = outcome.state === 'Failed' ? { failedAtMs: outcome.finishedAtMs } : {};
    const words = outcome.message === '' ? {} : { lastWords: outcome.message };
    const succeeded = outcome.state === 'Succeeded';
    return { name: outcome.name, version: outcome.version ?? '', succeeded, ...failed, ...words };
  });
  return {
    wanted: platform.spec.release.version,
    ...(recorded === undefined ? {} : { recorded }),
    ...(running === undefined ? {} : { running }),
    jobs,
    databaseReady: workload(child(seen, 'StatefulSet', childName(platform, 'postgres'))).ready > 0,
  };
}

function backupRuns(seen: Observed): BackupRun[] {
  return childrenOf(seen, 'Job', 'backup')
    .map((job) => jobOutcome(seen, job))
    .filter((outcome) => outcome.state !== 'Running')
    .map(({ finishedAtMs, state, message }) => ({ finishedAtMs, succeeded: state === 'Succeeded', message }));
}

interface Decided {
  readonly floor: number;
  readonly capacity: Capacity;
  readonly migration: Migration;
  readonly credentials: CredentialPlan;
}

const checksum = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** @returns what the pods of a component read that has this configuration. */
function inputsWith(platform: HeroesPlatform, { credentials }: Decided, config: string): Inputs {
  const { revision, suffix } = credentials;
  return { secret: childName(platform, suffix), revision, config: checksum(config) };
}

function manifests(seen: Observed, decided: Decided): Manifest[] {
  const { platform } = seen;
  const { version } = platform.spec.release;
  const { migration } = decided;
  const release = (config: string): Release => ({ version, inputs: inputsWith(platform, decided, config) });
  const { secret } = inputsWith(platform, decided, '');
  return [
    workloadServiceAccount(platform),
    ...renderNetwork(platform),
    ...renderDatabase(platform, release(postgresConf(platform))),
    ...grownDataClaim(seen),
    ...renderCache(platform, release(valkeyConf(platform))),
    ...(migration.job ? [renderMigration(platform, { version, secret })] : []),
    ...apiManifests(platform, decided),
    renderArchiveVolume(platform),
    renderBackup(platform, { version: migration.apiVersion ?? version, secret }),
    ...(seen.monitoring && platform.spec.observability.podMonitor
      ? [renderPodMonitor(platform), rulesFor(platform)]
      : []),
  ];
}

/** The volume that the StatefulSet made: ours to write only when it must grow, which a StatefulSet cannot do itself. */
function grownDataClaim(seen: Observed): Manifest[] {
  const held = dataClaim(seen)?.storage;
  const wanted = seen.platform.spec.database.embedded.storage;
  const fits = held === undefined || quantityValue(held) >= quantityValue(wanted);
  return fits ? [] : [renderDataClaim(seen.platform)];
}

const dataClaim = (seen: Observed): Live | undefined =>
  child(seen, 'PersistentVolumeClaim', dataClaimName(seen.platform));

/** The Deployment runs the last version whose migration is done; before the first there is none. */
function apiManifests(platform: HeroesPlatform, decided: Decided): Manifest[] {
  const { floor, capacity, migration } = decided;
  const ini = pgbouncerIni(platform, capacity.serverConnectionsPerPod);
  const version = migration.apiVersion;
  const inputs = inputsWith(platform, decided, ini);
  const sidecar = (running: string) => ({
    container: poolerSidecar(platform, running),
    volumes: poolerVolumes(platform, inputs.secret),
  });
  return [
    renderPoolerConfig(platform, capacity.serverConnectionsPerPod),
    renderApiService(platform),
    renderDisruptionBudget(platform),
    ...(version === undefined
      ? []
      : [
          renderApiDeployment(platform, { version, inputs, sidecar: sidecar(version) }),
          renderAutoscaler(platform, floor),
        ]),
  ];
}

function workloadServiceAccount(platform: HeroesPlatform): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: childMetadata(platform, 'workload', 'api'),
    automountServiceAccountToken: false,
  };
}

function rulesFor(platform: HeroesPlatform): Manifest {
  const metadata = childMetadata(platform, 'rules', 'api');
  const spec = renderRules(platform.metadata);
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { ...metadata, labels: { ...platform.spec.observability.ruleLabels, ...metadata.labels } },
    spec,
  };
}

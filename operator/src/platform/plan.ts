/** Pure: what should exist, given what is seen. It is also what `kubectl heroes render` prints. */
import { createHash } from 'node:crypto';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { renderApiDeployment, renderApiService, renderDisruptionBudget } from '../features/api/render.ts';
import { renderAutoscaler } from '../features/autoscale/render.ts';
import { decideBackup, successRate, type BackupRun, type BackupStatus } from '../features/backup/decide.ts';
import { renderArchiveVolume, renderBackup } from '../features/backup/render.ts';
import { renderCache, valkeyConf } from '../features/cache/render.ts';
import { decideCapacity, type Capacity } from '../features/capacity/decide.ts';
import { postgresConf, renderDatabase } from '../features/database/render.ts';
import { decideMigration, type Migration } from '../features/migrate/decide.ts';
import { renderMigration } from '../features/migrate/render.ts';
import { renderPodMonitor } from '../features/monitoring/render.ts';
import { renderNetwork } from '../features/network/render.ts';
import { pgbouncerIni, poolerSidecar, poolerVolumes, renderPoolerConfig } from '../features/pooler/render.ts';
import { decideResources } from '../features/api/decide.ts';
import { renderRules } from '../features/rules/render.ts';
import { decideSchedule } from '../features/schedule/decide.ts';
import type { Floor } from '../features/schedule/floor.ts';
import { childMetadata, type Manifest } from './manifest.ts';
import { childName } from './names.ts';
import { child, childrenOf, jobOutcome, versionOf, workload, type Observed } from './observed.ts';
import type { Refusal } from './verdict.ts';

export interface Plan {
  /** What the user must mend; while there is one, nothing else is planned. */
  readonly refusal?: Refusal;
  readonly floor?: Floor;
  readonly capacity?: Capacity;
  readonly migration?: Migration;
  readonly backup?: BackupStatus;
  readonly backupSuccessRate?: number;
  /** Credentials must be generated before anything that reads them is applied. */
  readonly generateCredentials: boolean;
  /** In the order in which they are applied. */
  readonly desired: readonly Manifest[];
  /** Jobs to remove so that they are made anew. */
  readonly retryJobs: readonly string[];
  /** When the plan changes by time alone, epoch milliseconds. */
  readonly replanAtMs?: number;
}

/** @returns what should exist now, and when to ask again. */
export function plan(seen: Observed, nowMs: number): Plan {
  const { platform } = seen;
  const nothing = { generateCredentials: false, desired: [], retryJobs: [] };
  const floor = decideSchedule(platform.spec, nowMs);
  if (!floor.ok) return { ...nothing, refusal: floor };
  const capacity = decideCapacity(platform.spec);
  if (!capacity.ok) return { ...nothing, refusal: capacity };
  const resources = decideResources(platform.spec);
  if (!resources.ok) return { ...nothing, refusal: resources };

  const migration = decideMigration(migrationFacts(seen), nowMs);
  const runs = backupRuns(seen);
  const backup = decideBackup(platform.status?.backup, runs);
  const rate = successRate(runs, nowMs);
  const due = [floor.value.next?.atMs, migration.retryAtMs].filter((ms) => ms !== undefined && ms > nowMs);
  return {
    floor: floor.value,
    capacity: capacity.value,
    migration,
    ...(backup === undefined ? {} : { backup }),
    ...(rate === undefined ? {} : { backupSuccessRate: rate }),
    generateCredentials: !seen.credentials.complete,
    desired: manifests(seen, { floor: floor.value, capacity: capacity.value, migration }),
    retryJobs: migration.retryJob === undefined ? [] : [migration.retryJob],
    ...(due.length === 0 ? {} : { replanAtMs: Math.min(...due.filter((ms) => ms !== undefined)) }),
  };
}

function migrationFacts(seen: Observed) {
  const { platform } = seen;
  const recorded = platform.status?.release?.migratedVersion;
  const running = versionOf(child(seen, 'Deployment', childName(platform, 'api')));
  const jobs = childrenOf(seen, 'Job', 'migrate').map((job) => {
    const outcome = jobOutcome(seen, job);
    const failed = outcome.state === 'Failed' ? { failedAtMs: outcome.finishedAtMs, failure: outcome.message } : {};
    return { name: outcome.name, version: outcome.version ?? '', succeeded: outcome.state === 'Succeeded', ...failed };
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
  readonly floor: Floor;
  readonly capacity: Capacity;
  readonly migration: Migration;
}

const checksum = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

function manifests(seen: Observed, decided: Decided): Manifest[] {
  const { platform, credentials } = seen;
  const { version } = platform.spec.release;
  const release = (config: string) => ({
    version,
    checksums: { credentials: credentials.checksum, config: checksum(config) },
  });
  return [
    workloadServiceAccount(platform),
    ...renderNetwork(platform),
    ...renderDatabase(platform, release(postgresConf(platform))),
    ...renderCache(platform, release(valkeyConf(platform))),
    renderMigration(platform, version),
    ...apiManifests(seen, decided),
    renderArchiveVolume(platform),
    renderBackup(platform, decided.migration.apiVersion ?? version),
    ...(seen.monitoring && platform.spec.observability.podMonitor
      ? [renderPodMonitor(platform), rulesFor(platform)]
      : []),
  ];
}

/** The Deployment runs the last version whose migration is done; before the first there is none. */
function apiManifests(seen: Observed, { floor, capacity, migration }: Decided): Manifest[] {
  const { platform, credentials } = seen;
  const ini = pgbouncerIni(platform, capacity.serverConnectionsPerPod);
  const version = migration.apiVersion;
  const sidecar = (running: string) => ({
    container: poolerSidecar(platform, running),
    volumes: poolerVolumes(platform),
  });
  const checksums = { credentials: credentials.checksum, config: checksum(ini) };
  return [
    renderPoolerConfig(platform, capacity.serverConnectionsPerPod),
    renderApiService(platform),
    renderDisruptionBudget(platform),
    ...(version === undefined
      ? []
      : [
          renderApiDeployment(platform, { version, checksums, sidecar: sidecar(version) }),
          renderAutoscaler(platform, floor.floor),
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
    metadata: { ...metadata, labels: { ...metadata.labels, ...platform.spec.observability.ruleLabels } },
    spec,
  };
}

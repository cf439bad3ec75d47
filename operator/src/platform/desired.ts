/** Pure: the manifests of everything that should exist. */
import { createHash } from 'node:crypto';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { renderApiDeployment, renderApiService, renderDisruptionBudget } from '../features/api/render.ts';
import { outsidePorts } from '../features/api/settings.ts';
import { renderAutoscaler } from '../features/autoscale/render.ts';
import { renderArchiveVolume, renderBackup } from '../features/backup/render.ts';
import { renderCache, valkeyConf } from '../features/cache/render.ts';
import type { Scaling } from '../features/autoscale/decide.ts';
import type { Budget } from '../features/capacity/in-force.ts';
import type { CredentialPlan } from '../features/credentials/decide.ts';
import { dataClaimName, postgresConf, renderDataClaim, renderDatabase } from '../features/database/render.ts';
import type { EdgeCapacity, Route } from '../features/edge/decide.ts';
import { haproxyConf } from '../features/edge/haproxy.ts';
import { renderEdge, renderPublicService } from '../features/edge/render.ts';
import { renderRoute } from '../features/edge/route.ts';
import { renderJobs } from '../features/jobs/render.ts';
import { logsOf, logsParts, renderLogsConfig, rsyslogConf } from '../features/logs/render.ts';
import type { Migration } from '../features/migrate/decide.ts';
import { renderMigration } from '../features/migrate/render.ts';
import { renderPodMonitors } from '../features/monitoring/render.ts';
import { renderNetwork } from '../features/network/render.ts';
import {
  pgbouncerIni,
  poolerSidecar,
  poolerVolumes,
  renderPoolerConfig,
  takesUpSettings,
  type PooledSince,
} from '../features/pooler/render.ts';
import { renderRules } from '../features/rules/render.ts';
import { spanMs } from '../features/schedule/day.ts';
import { isInClass, type Floor } from '../features/schedule/floor.ts';
import { childMetadata, type Manifest } from './manifest.ts';
import { standingAutoscaler } from './facts.ts';
import { childName } from './names.ts';
import { child, type Live, type Observed } from './observed.ts';
import type { Inputs, Release } from './pods.ts';
import { quantityValue } from './quantity.ts';
import { ACCOUNTS_RELEASE, BELL_RELEASE, isAtLeast } from './versions.ts';

/** What was decided of all that is desired. */
export interface Decided {
  readonly floor: number;
  /** Whether the calendar has somebody in class, now or in a moment. */
  readonly inClass: boolean;
  /** As inClass, and without a calendar always. */
  readonly inSession: boolean;
  /** What is in force of the connection budget. */
  readonly capacity: Budget;
  readonly scaling: Scaling;
  readonly edge: EdgeCapacity;
  /** Where the Service by which the API is found leads, and whether there is another way. */
  readonly route: Route;
  readonly migration: Migration;
  readonly credentials: CredentialPlan;
}

const checksum = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** @returns what the pods of a component read that has this configuration. */
function inputsWith(platform: HeroesPlatform, { credentials }: Decided, config: string): Inputs {
  const { revision, suffix } = credentials;
  return { secret: childName(platform, suffix), revision, config: checksum(config) };
}

/** @returns what should exist, in the order in which it is read best. */
export function manifests(seen: Observed, decided: Decided): Manifest[] {
  const { platform } = seen;
  const { version } = platform.spec.release;
  const { migration } = decided;
  const release = (config: string): Release => ({ version, inputs: inputsWith(platform, decided, config) });
  const { secret } = inputsWith(platform, decided, '');
  const conf = postgresConf(platform, decided.capacity.maxConnections);
  return [
    workloadServiceAccount(platform),
    ...renderNetwork(platform, { outside: outsideOf(platform), isDirect: decided.route.isDirect }),
    ...renderDatabase(platform, conf, release(conf)),
    ...grownDataClaim(seen),
    ...renderCache(platform, release(valkeyConf(platform))),
    ...(migration.job ? [renderMigration(platform, { version, secret, phase: 'expand' })] : []),
    ...(migration.contract?.job === true ? [renderMigration(platform, { version, secret, phase: 'contract' })] : []),
    ...apiManifests(platform, decided),
    ...edgeManifests(seen, decided),
    renderArchiveVolume(platform),
    renderBackup(platform, { version: migration.apiVersion ?? version, secret }),
    ...jobManifests(platform, decided, secret),
    ...(seen.monitoring && platform.spec.observability.podMonitor
      ? [...renderPodMonitors(platform), rulesFor(platform)]
      : []),
  ];
}

const outsideOf = (platform: HeroesPlatform): number[] =>
  isAtLeast(platform.spec.release.version, ACCOUNTS_RELEASE) ? outsidePorts(platform) : [];

/** A name leads to the edge alone, so not before the Service does; an HTTPRoute, where the cluster knows those. */
function edgeManifests({ platform, gateway = false }: Observed, decided: Decided): Manifest[] {
  const { version } = platform.spec.release;
  if (!isAtLeast(version, BELL_RELEASE)) return [];
  const config = checksum(haproxyConf(platform, decided.edge));
  const isRouted = decided.route.leadsTo === 'edge' && (platform.spec.edge.gateway === undefined || gateway);
  return [...renderEdge(platform, { version, config }, decided.edge), ...(isRouted ? renderRoute(platform) : [])];
}

/** Work on a clock needs the schema of its release, so it follows the API. */
function jobManifests(platform: HeroesPlatform, { migration, inSession }: Decided, secret: string): Manifest[] {
  const { apiVersion: version } = migration;
  if (version === undefined || !isAtLeast(version, ACCOUNTS_RELEASE)) return [];
  return renderJobs(platform, { version, secret, inSession });
}

/** The volume that the StatefulSet made: ours to write only when it must grow, which a StatefulSet cannot do itself. */
function grownDataClaim(seen: Observed): Manifest[] {
  const held = dataClaim(seen)?.storage;
  const wanted = seen.platform.spec.database.embedded.storage;
  const fits = held === undefined || quantityValue(held) >= quantityValue(wanted);
  return fits ? [] : [renderDataClaim(seen.platform)];
}

export const dataClaim = (seen: Observed): Live | undefined =>
  child(seen, 'PersistentVolumeClaim', dataClaimName(seen.platform));

/** The Deployment runs the last version whose migration is done; before the first there is none. */
function apiManifests(platform: HeroesPlatform, decided: Decided): Manifest[] {
  const version = decided.migration.apiVersion;
  return [
    renderPoolerConfig(platform, pooledOf(decided, version ?? platform.spec.release.version)),
    decided.route.leadsTo === 'edge' ? renderPublicService(platform) : renderApiService(platform),
    renderDisruptionBudget(platform),
    ...(version === undefined ? [] : [...apiPods(platform, decided, version), autoscaler(platform, decided)]),
  ];
}

const pooledOf = ({ capacity }: Decided, version: string): PooledSince => ({
  version,
  serverConnections: capacity.serverConnectionsPerPod,
  formerServerConnections: capacity.formerPoolSize,
});

function autoscaler(platform: HeroesPlatform, { floor, inClass, capacity, scaling }: Decided): Manifest {
  return renderAutoscaler(platform, {
    floor,
    maxReplicas: capacity.maxReplicas,
    byRequests: scaling.byRequests,
    keeps: inClass,
    ...gapOf(platform),
  });
}

const gapOf = ({ spec: { schedule } }: HeroesPlatform): { readonly gapMs?: number } =>
  schedule === undefined ? {} : { gapMs: spanMs(schedule.mergeGapsUnder) };

/**
 * What is wrong with the rest of a spec, or keeps it from being applied, keeps no class waiting.
 * @returns the autoscaler within the bounds that it has, with the floor of now; undefined while there is none, or no calendar
 */
export function bellManifest(
  seen: Observed,
  standing: Pick<Floor, 'state' | 'floor'>,
): ReturnType<typeof renderAutoscaler> | undefined {
  const { platform } = seen;
  const stands = standingAutoscaler(seen);
  // Without a calendar the floor is a field of the spec, as any other.
  if (stands === undefined || standing.state === 'Unscheduled') return undefined;
  const { maxReplicas, byRequests = false } = stands;
  return renderAutoscaler(platform, {
    floor: Math.min(standing.floor, maxReplicas),
    maxReplicas,
    byRequests,
    keeps: isInClass(standing),
    ...gapOf(platform),
  });
}

function apiPods(platform: HeroesPlatform, decided: Decided, version: string): Manifest[] {
  // What is taken up while pods run replaces none of them.
  const ini = takesUpSettings(version) ? '' : pgbouncerIni(platform, pooledOf(decided, version));
  const logs = logsOf(platform, version);
  const inputs = inputsWith(platform, decided, logs === undefined ? ini : ini + rsyslogConf(logs, version));
  const sidecar = { container: poolerSidecar(platform, version), volumes: poolerVolumes(platform, inputs.secret) };
  if (logs === undefined) return [renderApiDeployment(platform, { version, inputs, sidecar })];
  const agent = logsParts(platform, logs, version);
  return [
    renderLogsConfig(platform, logs, version),
    renderApiDeployment(platform, { version, inputs, sidecar, agent }),
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
  const spec = renderRules(platform.metadata, { hasEdge: isAtLeast(platform.spec.release.version, BELL_RELEASE) });
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { ...metadata, labels: { ...platform.spec.observability.ruleLabels, ...metadata.labels } },
    spec,
  };
}

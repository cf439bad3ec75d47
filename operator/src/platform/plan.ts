/** Pure: what should exist, given what is seen. It is also what `kubectl heroes render` prints. */
import { decideAddresses } from '../features/api/addresses.ts';
import { decideScaling, type Scaling } from '../features/autoscale/decide.ts';
import { decideBackup, successRate, type BackupStatus } from '../features/backup/decide.ts';
import { decideCapacity, type Capacity } from '../features/capacity/decide.ts';
import { inForce, type Budget } from '../features/capacity/in-force.ts';
import { decideCredentials, type CredentialPlan } from '../features/credentials/decide.ts';
import { decideDatabase } from '../features/database/decide.ts';
import { decideEdge, decideRoute } from '../features/edge/decide.ts';
import { decideAudit, decideRetention, type AuditStatus, type RetentionStatus } from '../features/jobs/decide.ts';
import { decideMigration, type Migration } from '../features/migrate/decide.ts';
import { isInClass, isInSession } from '../features/schedule/floor.ts';
import type { Standing } from '../features/schedule/standing.ts';
import { decideVolumes } from '../features/volumes/decide.ts';
import { dataClaim, manifests, type Decided } from './desired.ts';
import {
  credentialFacts,
  doneJobs,
  liveBudget,
  migrationFacts,
  routeFacts,
  runsOf,
  scalingFacts,
  volumeSizes,
} from './facts.ts';
import type { Manifest } from './manifest.ts';
import type { Observed } from './observed.ts';
import { decideResources } from './resources.ts';
import type { Refusal, Verdict } from './verdict.ts';

export interface Plan {
  /** What the user must mend; while there is one, nothing else is planned. */
  readonly refusal?: Refusal;
  readonly floor?: Standing;
  readonly capacity?: Budget;
  readonly scaling?: Scaling;
  readonly migration?: Migration;
  readonly backup?: BackupStatus;
  readonly backupSuccessRate?: number;
  readonly retention?: RetentionStatus;
  readonly audit?: AuditStatus;
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
 * @param floor - what is to stand now
 * @returns what should exist now, and when to ask again
 */
export function plan(seen: Observed, floor: Verdict<Standing>, nowMs: number): Plan {
  const { platform } = seen;
  if (!floor.ok) return { ...NOTHING, refusal: floor };
  const capacity = decideCapacity(platform.spec);
  if (!capacity.ok) return { ...NOTHING, refusal: capacity };
  const { spec } = platform;
  for (const verdict of [
    decideResources(spec),
    decideDatabase(spec),
    decideAddresses(spec),
    decideVolumes(volumeSizes(seen)),
  ])
    if (!verdict.ok) return { ...NOTHING, refusal: verdict };
  const edge = decideEdge(spec);
  if (!edge.ok) return { ...NOTHING, refusal: edge };

  const migration = decideMigration(migrationFacts(seen), nowMs);
  const credentials = decideCredentials(credentialFacts(seen));
  const budget = inForce(capacity.value, liveBudget(seen), nowMs);
  const scaling = decideScaling(scalingFacts(seen, migration.apiVersion), nowMs);
  const standing = { ...floor.value, floor: budgeted(floor.value.floor, budget, capacity.value) };
  const decided: Decided = {
    floor: standing.floor,
    inClass: isInClass(floor.value),
    inSession: isInSession(floor.value),
    capacity: budget,
    scaling,
    edge: edge.value,
    route: decideRoute(routeFacts(seen)),
    migration,
    credentials,
  };
  const replanAtMs = earliest(nowMs, floor.value.untilMs, migration.retryAtMs, budget.againAtMs, scaling.againAtMs);
  return {
    floor: standing,
    capacity: budget,
    scaling,
    migration,
    credentials,
    inputs: inputsOf(seen, decided),
    desired: () => manifests(seen, decided),
    keptJobs: migration.state === 'Migrated' ? doneJobs(seen) : [],
    retryJobs: migration.retryJob === undefined ? [] : [migration.retryJob],
    ...known({ replanAtMs, ...proofs(seen, nowMs) }),
  };
}

/** While more pods wait for their connections, a floor that asks for more than there may be waits with them. */
function budgeted(floor: number, { maxReplicas }: Budget, wanted: Capacity): number {
  return maxReplicas < wanted.maxReplicas ? Math.min(floor, maxReplicas) : floor;
}

/** What finished Jobs prove. */
function proofs(seen: Observed, nowMs: number) {
  const { backup, retention, audit } = seen.platform.status ?? {};
  const backups = runsOf(seen, 'backup');
  return {
    backup: decideBackup(backup, backups),
    backupSuccessRate: successRate(backups, nowMs),
    retention: decideRetention(retention, runsOf(seen, 'retention')),
    audit: decideAudit(audit, runsOf(seen, 'audit')),
  };
}

type Known<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

const known = <T extends object>(fields: T): Known<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Known<T>;

function earliest(nowMs: number, ...times: readonly (number | undefined)[]): number | undefined {
  const coming = times.filter((ms) => ms !== undefined && ms > nowMs) as number[];
  return coming.length === 0 ? undefined : Math.min(...coming);
}

/** The generation stands for the spec. */
function inputsOf(seen: Observed, decided: Decided): unknown {
  const { uid, generation } = seen.platform.metadata;
  const { floor, inClass, inSession, edge, route, credentials, migration } = decided;
  const { maxConnections, maxReplicas, serverConnectionsPerPod, formerPoolSize } = decided.capacity;
  const budget = { maxConnections, maxReplicas, serverConnectionsPerPod, formerPoolSize };
  const { byRequests } = decided.scaling;
  const { apiVersion, job, contract } = migration;
  const claim = dataClaim(seen)?.storage;
  const { revision } = credentials;
  const { monitoring, gateway = false } = seen;
  const contractJob = contract?.job ?? false;
  const extensions = { monitoring, gateway };
  const scaled = { floor, inClass, inSession, budget, byRequests };
  const migrated = { apiVersion, job, contractJob };
  return { uid, generation, extensions, ...scaled, edge, route, revision, migrated, claim };
}

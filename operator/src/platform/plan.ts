/** Pure: what should exist, given what is seen. It is also what `kubectl heroes render` prints. */
import { decideAddresses } from '../features/api/addresses.ts';
import { decideScaling, type Scaling } from '../features/autoscale/decide.ts';
import { decideBackup, successRate, type BackupStatus } from '../features/backup/decide.ts';
import { decideCapacity, type Capacity } from '../features/capacity/decide.ts';
import { inForce, type Budget } from '../features/capacity/in-force.ts';
import { decideCredentials, type CredentialPlan } from '../features/credentials/decide.ts';
import { decideDatabase } from '../features/database/decide.ts';
import { decideEdge, decideRoute, type EdgeCapacity } from '../features/edge/decide.ts';
import { decideAudit, decideRetention, type AuditStatus, type RetentionStatus } from '../features/jobs/decide.ts';
import { decideMigration, type Migration } from '../features/migrate/decide.ts';
import { isInClass, isInSession } from '../features/schedule/floor.ts';
import type { Standing } from '../features/schedule/standing.ts';
import { decideVolumes } from '../features/volumes/decide.ts';
import { bellManifest, dataClaim, manifests, type Decided } from './desired.ts';
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
import { accept, type Refusal, type Verdict } from './verdict.ts';

export interface Plan {
  /** What the user must mend; while there is one, nothing else is planned but bells. */
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
  /** @returns what to write for a bell when nothing else may be: see {@link bellManifest}. */
  readonly bell?: () => Manifest | undefined;
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
  if (!floor.ok) return { ...NOTHING, refusal: floor };
  const capacities = decideCapacities(seen);
  return capacities.ok
    ? planAll(seen, { standing: floor.value, ...capacities.value }, nowMs)
    : planBells(seen, { standing: floor.value, refusal: capacities }, nowMs);
}

/** What the parts can hold. */
interface Capacities {
  readonly capacity: Capacity;
  readonly edge: EdgeCapacity;
}

/** @returns what the parts can hold, or the first reason for which the spec cannot be followed. */
function decideCapacities(seen: Observed): Verdict<Capacities> {
  const { spec } = seen.platform;
  const capacity = decideCapacity(spec);
  if (!capacity.ok) return capacity;
  for (const verdict of [
    decideResources(spec),
    decideDatabase(spec),
    decideAddresses(spec),
    decideVolumes(volumeSizes(seen)),
  ])
    if (!verdict.ok) return verdict;
  const edge = decideEdge(spec);
  return edge.ok ? accept({ capacity: capacity.value, edge: edge.value }) : edge;
}

interface Refused {
  readonly standing: Standing;
  readonly refusal: Refusal;
}

function planBells(seen: Observed, { standing, refusal }: Refused, nowMs: number): Plan {
  const bell = bellManifest(seen, standing);
  if (bell === undefined) return { ...NOTHING, refusal };
  const floor = { ...standing, floor: bell.spec.minReplicas ?? standing.floor };
  const replanAtMs = earliest(nowMs, floor.untilMs);
  return { ...NOTHING, refusal, floor, bell: () => bell, ...known({ replanAtMs }) };
}

interface Accepted extends Capacities {
  readonly standing: Standing;
}

function planAll(seen: Observed, { standing: asked, capacity, edge }: Accepted, nowMs: number): Plan {
  const migration = decideMigration(migrationFacts(seen), nowMs);
  const credentials = decideCredentials(credentialFacts(seen));
  const budget = inForce(capacity, liveBudget(seen), nowMs);
  const scaling = decideScaling(scalingFacts(seen, migration.apiVersion), nowMs);
  const standing = { ...asked, floor: budgeted(asked.floor, budget, capacity) };
  const decided: Decided = {
    floor: standing.floor,
    inClass: isInClass(asked),
    inSession: isInSession(asked),
    capacity: budget,
    scaling,
    edge,
    route: decideRoute(routeFacts(seen), nowMs),
    migration,
    credentials,
  };
  const { againAtMs: routedAtMs } = decided.route;
  const replanAtMs = earliest(
    nowMs,
    asked.untilMs,
    migration.retryAtMs,
    budget.againAtMs,
    scaling.againAtMs,
    routedAtMs,
  );
  return {
    floor: standing,
    capacity: budget,
    scaling,
    migration,
    credentials,
    inputs: inputsOf(seen, decided),
    desired: () => manifests(seen, decided),
    bell: () => bellManifest(seen, standing),
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
  const { floor, inClass, inSession, edge, credentials, migration } = decided;
  const { leadsTo, isDirect } = decided.route;
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
  return { uid, generation, extensions, ...scaled, edge, route: { leadsTo, isDirect }, revision, migrated, claim };
}

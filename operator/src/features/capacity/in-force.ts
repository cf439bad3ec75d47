/**
 * The connection budget while it changes. Pods take up another size of their pools by and by, PostgreSQL takes up another number of
 * connections when it starts, and the autoscaler another number of pods at once; in between the sum must hold as well. So whatever
 * asks for less comes first, and whatever asks for more waits until that is so everywhere: pools shrink before pods are added, pods
 * go before pools grow, and PostgreSQL's number rises before, and falls after, what is asked of it.
 */
import { mostUsed, podsOf, type Capacity } from './decide.ts';

/**
 * In this time every pod has taken up another pgbouncer.ini: a kubelet looks at a pod's volumes every 60 to 90 s, sees ConfigMaps up to
 * 60 s late where it does not watch them (kubernetes.io/docs: "Mounted ConfigMaps are updated automatically"), and PgBouncer is told
 * within 2 s and lets connections go when their transactions end.
 */
export const TAKEN_UP_MS = 180_000;

/** What is waited for is mostly seen when it comes; what we wrote ourselves is not. */
const AGAIN_MS = 10_000;

/** Of pgbouncer.ini. */
export interface LivePool {
  /** Of each pod. */
  readonly size: number;
  /** The largest that a pod may have had when this was written. */
  readonly former: number;
  /** When it was last written, epoch milliseconds. */
  readonly sinceMs: number;
}

/** What is in the cluster; undefined is what is not there yet, and so in nobody's way. */
export interface LiveBudget {
  readonly pool: LivePool | undefined;
  /** Of the autoscaler. */
  readonly maxReplicas: number | undefined;
  /** Of postgres.conf, and whether the server runs by it. */
  readonly database: { readonly maxConnections: number; readonly isCurrent: boolean } | undefined;
  /** API pods that stand, those that stop among them. */
  readonly pods: number;
  /** Whether no pod waits to be replaced by one that has what is configured now: pods before 0.3.0 take up nothing while they run. */
  readonly isRolledOut: boolean;
}

export interface Budget extends Capacity {
  /** To be noted with pools of this size: the largest that pods may have had before. */
  readonly formerPoolSize: number;
  /** What is not as the spec asks yet, and what it waits for. */
  readonly pending?: string;
  /** When to look again, epoch milliseconds. */
  readonly againAtMs?: number;
}

/**
 * @param target - what the spec comes to
 * @returns what holds now, on the way there
 */
export function inForce(target: Capacity, live: LiveBudget, nowMs: number): Budget {
  const pool = poolNow(target, live);
  // One that is about to be written is taken up from now on.
  const takenUpAtMs = (pool.size === live.pool?.size ? live.pool.sinceMs : nowMs) + TAKEN_UP_MS;
  const held = heldBefore(live, nowMs) ?? pool.size;
  const here: Here = { target, live, size: pool.size, largest: Math.max(pool.size, held) };
  const replicas = replicasNow(here);
  const database = databaseNow(here);
  const waits = [replicas.waits, pool.waits, database.waits].filter((each) => each !== undefined);
  return {
    ...target,
    serverConnectionsPerPod: pool.size,
    formerPoolSize: pool.size === live.pool?.size ? live.pool.former : held,
    maxReplicas: replicas.max,
    maxConnections: database.maxConnections,
    ...(waits.length === 0 ? {} : { pending: waits.join('; ') }),
    ...(waits.length === 0 ? {} : { againAtMs: takenUpAtMs > nowMs ? takenUpAtMs : nowMs + AGAIN_MS }),
  };
}

interface Here {
  readonly target: Capacity;
  readonly live: LiveBudget;
  /** Of the pools that are to be. */
  readonly size: number;
  /** The largest pool that a pod may have. */
  readonly largest: number;
}

/** @returns the largest pool that a pod may have by what was written until now. */
function heldBefore({ pool, isRolledOut }: LiveBudget, nowMs: number): number | undefined {
  if (pool === undefined) return undefined;
  const isTakenUp = isRolledOut && nowMs >= pool.sinceMs + TAKEN_UP_MS;
  return isTakenUp ? pool.size : Math.max(pool.size, pool.former);
}

function poolNow(
  target: Capacity,
  { pool, maxReplicas = 0, database, pods }: LiveBudget,
): { size: number; waits?: string } {
  const wanted = target.serverConnectionsPerPod;
  if (pool === undefined || wanted <= pool.size) return { size: wanted };
  const waits = (what: string) => ({ size: pool.size, waits: `pools of ${wanted} connections wait until ${what}` });
  if (maxReplicas > target.maxReplicas || pods > podsOf(target))
    return waits(`there are at most ${podsOf(target)} API pods`);
  return mayHave(target.maxConnections, database) ? { size: wanted } : waits('PostgreSQL has as many connections');
}

function replicasNow({ target, live, size, largest }: Here): { max: number; waits?: string } {
  const wanted = target.maxReplicas;
  if (live.maxReplicas === undefined || wanted <= live.maxReplicas) return { max: wanted };
  const waits = (what: string) => ({ max: live.maxReplicas ?? wanted, waits: `${wanted} API pods wait until ${what}` });
  const needed = (serverConnectionsPerPod: number): number => mostUsed({ ...target, serverConnectionsPerPod });
  if (mayHave(needed(largest), live.database)) return { max: wanted };
  if (!mayHave(needed(size), live.database)) return waits(`PostgreSQL has ${needed(size)} connections`);
  return waits(`no pod has a pool of more than ${size} connections`);
}

function databaseNow({ target, live, largest }: Here): { maxConnections: number; waits?: string } {
  const wanted = target.maxConnections;
  const before = live.database?.maxConnections;
  if (before === undefined || wanted >= before) return { maxConnections: wanted };
  const maxReplicas = Math.max(
    target.maxReplicas,
    live.maxReplicas ?? 0,
    Math.ceil(live.pods / podsOf({ maxReplicas: 1 })),
  );
  const needed = mostUsed({ ...target, maxReplicas, serverConnectionsPerPod: largest });
  if (needed <= wanted) return { maxConnections: wanted };
  return { maxConnections: before, waits: `max_connections = ${wanted} waits until no more can be asked for` };
}

const mayHave = (connections: number, database: LiveBudget['database']): boolean =>
  database === undefined || (database.isCurrent && database.maxConnections >= connections);

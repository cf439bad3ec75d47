/**
 * The connection budget (design.md): what every API pod's PgBouncer may open so that PostgreSQL is never asked for more
 * connections than it has, even while a release's old pods drain beside the new ones.
 */
import type { Spec } from '@heroes/crds/spec.ts';
import { accept, REASONS, refuse, type Verdict } from '../../platform/verdict.ts';

/** During a rolling release as many old pods may drain as new ones serve. */
const COLOURS = 2;

/** Connections of Jobs: a migration, a backup, a refresh, a deletion and an anchoring at once are five, and one is retried. */
const JOBS = 6;

/** superuser_reserved_connections (3) and an administrator's own. */
const RESERVED = 10;

/** Below this a single slow query of a pod stops all others of it. */
const FEWEST_PER_POD = 2;

export interface Capacity {
  readonly maxConnections: number;
  readonly reservedConnections: number;
  readonly serverConnectionsPerPod: number;
  /** Most pods of a colour that the autoscaler may ask for. */
  readonly maxReplicas: number;
}

/** @returns how many pods a budget holds for, of both colours. */
export const podsOf = ({ maxReplicas }: Pick<Capacity, 'maxReplicas'>): number => COLOURS * maxReplicas;

/** @returns connections that are in use when each of these pods has opened all that it may, and each Job and administrator theirs. */
export const mostUsed = ({
  maxReplicas,
  serverConnectionsPerPod,
  reservedConnections,
}: Omit<Capacity, 'maxConnections'>): number => podsOf({ maxReplicas }) * serverConnectionsPerPod + reservedConnections;

/** @returns each pod's share, or a refusal with the numbers when it would be less than two. */
export function decideCapacity(spec: Spec): Verdict<Capacity> {
  const { maxConnections } = spec.database.embedded;
  const { max } = spec.api.replicas;
  const reservedConnections = JOBS + RESERVED;
  const share = Math.floor((maxConnections - reservedConnections) / (COLOURS * max));
  if (share < FEWEST_PER_POD) {
    const needed = COLOURS * max * FEWEST_PER_POD + reservedConnections;
    const fitting = Math.floor((maxConnections - reservedConnections) / (COLOURS * FEWEST_PER_POD));
    const remedy = `raise database.embedded.maxConnections to ${needed}${fitting < 1 ? '' : `, or lower api.replicas.max to ${fitting}`}`;
    const sum = `${COLOURS} x ${max} pods x ${FEWEST_PER_POD} connections + ${JOBS} for jobs + ${RESERVED} reserved = ${needed}`;
    return refuse(
      REASONS.ConnectionBudgetExceeded,
      'spec.database.embedded.maxConnections',
      `${sum}, more than ${maxConnections}: ${remedy}`,
    );
  }
  return accept({
    maxConnections,
    reservedConnections,
    serverConnectionsPerPod: Math.min(share, spec.api.databasePoolSize),
    maxReplicas: max,
  });
}

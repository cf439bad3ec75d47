/** What the bench's districts are made of: small enough that all their pods fit on a machine with two cores beside the node and the load. */

/**
 * They may use what a pod may by default, and ask for less, so that all fit beside the node and the load, and so that when the two cores
 * are full the database comes before them, as it does on a node of its own. A pod that has nothing to do uses a fifth of it, so
 * that the autoscaler must be told to wait for more than it does by default.
 */
const RESOURCES = { requests: { cpu: '150m', memory: '160Mi' }, limits: { cpu: '1', memory: '512Mi' } };
const AUTOSCALING = { targetCPUUtilization: 80 };
const DATABASE_RESOURCES = { requests: { cpu: '500m' } };
const SMALL = '1Gi';

export interface Shape {
  readonly timeZone: string;
  readonly replicas: { readonly min: number; readonly max: number };
  readonly maxConnections: number;
  readonly databasePoolSize?: number;
}

/** @returns `spec` of a district, but for its release and its schedule. */
export const specOf = ({ timeZone, replicas, maxConnections, databasePoolSize = 20 }: Shape) => ({
  district: { displayName: 'The bench', timeZone },
  api: { replicas, resources: RESOURCES, autoscaling: AUTOSCALING, databasePoolSize },
  database: { embedded: { storage: SMALL, maxConnections, resources: DATABASE_RESOURCES } },
  backup: { repository: { volume: { size: SMALL } } },
});

/** In class at once, and how many of them a pod is for. */
export const STUDENTS = { all: 1_600, perReplica: 800 } as const;
/** Pods that the calendar asks for. */
export const DUE = Math.ceil(STUDENTS.all / STUDENTS.perReplica);
/** Where load may add to what the calendar asks for. */
export const REPLICAS = { min: 1, max: 4 } as const;

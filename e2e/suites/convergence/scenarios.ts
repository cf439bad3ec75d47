/** What happens to a platform in its life, one after the other, and what to wait for each time. */
import { remaining, unready, type Tenant } from './tenant.ts';

export interface Scenario {
  readonly name: string;
  readonly begin: (tenant: Tenant) => Promise<unknown>;
  /** Says of the platform what is still missing. */
  readonly missing: typeof unready;
}

const CREATED = {
  district: { displayName: 'Grand Bend ISD', timeZone: 'America/Chicago' },
  release: { version: '1.0.0' },
  api: { replicas: { min: 2, max: 4 } },
  // No backup starts while the tests run.
  backup: { schedule: '0 0 29 2 *' },
  deletionPolicy: 'Delete',
};

/** The API's pods roll; the StatefulSet is made anew around its pod, a claim grows, and children are pruned. */
const CHANGED = {
  ...CREATED,
  api: { ...CREATED.api, databasePoolSize: 10, resources: { requests: { cpu: '200m' } } },
  database: { embedded: { storage: '12Gi' } },
  observability: { podMonitor: false },
};

/** All pods roll, the API's after the migration. */
const RELEASED = { ...CHANGED, release: { version: '1.1.0' } };

const asking =
  (spec: object): Scenario['begin'] =>
  async (tenant) =>
    tenant.apply(spec);

export const SCENARIOS: readonly Scenario[] = [
  { name: 'creation', begin: asking(CREATED), missing: unready },
  { name: 'change', begin: asking(CHANGED), missing: unready },
  { name: 'release', begin: asking(RELEASED), missing: unready },
  { name: 'deletion', begin: async (tenant) => tenant.remove(), missing: remaining },
];

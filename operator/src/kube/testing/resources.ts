/** The kinds that the fake server serves. */
import type { Resource } from '../resource.ts';

export interface FakeResource extends Resource {
  /** Whether its objects live outside of namespaces. */
  readonly clusterScoped?: boolean;
  /** Whether `status` is written through a path of its own. */
  readonly hasStatus?: boolean;
}

/** Kinds that are always served; a test names its own beside them. */
export const BUILT_IN: readonly FakeResource[] = [
  { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps' },
  { apiVersion: 'v1', kind: 'Secret', plural: 'secrets' },
  { apiVersion: 'v1', kind: 'Service', plural: 'services', hasStatus: true },
  { apiVersion: 'v1', kind: 'ServiceAccount', plural: 'serviceaccounts' },
  { apiVersion: 'v1', kind: 'Pod', plural: 'pods', hasStatus: true },
  { apiVersion: 'v1', kind: 'Namespace', plural: 'namespaces', clusterScoped: true, hasStatus: true },
  { apiVersion: 'apps/v1', kind: 'Deployment', plural: 'deployments', hasStatus: true },
  { apiVersion: 'apps/v1', kind: 'StatefulSet', plural: 'statefulsets', hasStatus: true },
  { apiVersion: 'batch/v1', kind: 'Job', plural: 'jobs', hasStatus: true },
  { apiVersion: 'batch/v1', kind: 'CronJob', plural: 'cronjobs', hasStatus: true },
  { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', plural: 'leases' },
  { apiVersion: 'events.k8s.io/v1', kind: 'Event', plural: 'events' },
];

/** @returns whether a kind comes from a CustomResourceDefinition: those alone keep their kind in lists. */
export const isCustom = ({ apiVersion }: Resource): boolean =>
  /^[^/]*\./.test(apiVersion) && !/^[^/]*\.k8s\.io\//.test(apiVersion);

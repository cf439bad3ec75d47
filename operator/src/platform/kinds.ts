/**
 * Every kind the operator touches, and what it may do with it. The watches, the pruning and the chart's RBAC rules are
 * all read from here.
 */

export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: true;
  /** Removed when it is no longer desired; volumes never are. */
  readonly prune: boolean;
  /** Known only to clusters that run the Prometheus operator. */
  readonly monitoring?: true;
}

const kind = (apiVersion: string, name: string, plural: string): Kind => ({
  apiVersion,
  kind: name,
  plural,
  namespaced: true,
  prune: true,
});

/** Kinds that the operator makes. */
export const CHILD_KINDS: readonly Kind[] = [
  kind('v1', 'ConfigMap', 'configmaps'),
  { ...kind('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims'), prune: false },
  { ...kind('v1', 'Secret', 'secrets'), prune: false },
  kind('v1', 'Service', 'services'),
  kind('v1', 'ServiceAccount', 'serviceaccounts'),
  kind('apps/v1', 'Deployment', 'deployments'),
  kind('apps/v1', 'StatefulSet', 'statefulsets'),
  kind('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'),
  kind('batch/v1', 'CronJob', 'cronjobs'),
  kind('batch/v1', 'Job', 'jobs'),
  kind('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies'),
  kind('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets'),
  { ...kind('monitoring.coreos.com/v1', 'PodMonitor', 'podmonitors'), monitoring: true },
  { ...kind('monitoring.coreos.com/v1', 'PrometheusRule', 'prometheusrules'), monitoring: true },
];

/** Read, never written: what keeps a workload from being ready is said by its pods. */
export const POD: Kind = { ...kind('v1', 'Pod', 'pods'), prune: false };

export const PLATFORM: Kind = {
  ...kind('heroesinwaiting.com/v1alpha1', 'HeroesPlatform', 'heroesplatforms'),
  prune: false,
};

/** @returns the kind of an object. @throws Error for a kind that is not managed, which is a bug. */
export function kindOf(object: { readonly apiVersion: string; readonly kind: string }): Kind {
  const found = [...CHILD_KINDS, POD, PLATFORM].find(
    (each) => each.kind === object.kind && each.apiVersion === object.apiVersion,
  );
  if (found === undefined)
    throw new Error(`${object.apiVersion} ${object.kind} is not a kind that the operator manages`);
  return found;
}

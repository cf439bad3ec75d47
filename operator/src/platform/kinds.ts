/**
 * Every kind the operator touches, and what it may do with it. The watches, the applying, the pruning and the chart's RBAC
 * rules are all read from here.
 */

/** What a cluster may lack: the Prometheus operator, the Gateway API. */
export const EXTENSIONS = ['monitoring', 'gateway'] as const;
export type Extension = (typeof EXTENSIONS)[number];

export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  /** When the operator deletes an object: once it is no longer desired, only with the platform's data, or never. */
  readonly removed: 'whenUndesired' | 'withData' | 'never';
  /**
   * What happens when a field must change that cannot: the object is made anew; is made anew and takes over the pods of the
   * old one; or, where data could be lost, nothing, and the user is told.
   */
  readonly immutable: 'recreate' | 'adopt' | 'report';
  /** Its pods start only after everything else is there, network policies among it. */
  readonly runsPods?: true;
  /** Known only to clusters that have been extended by it. */
  readonly extension?: Extension;
  /** Beginnings of the fields that are ours by contract: another manager that declares one of them is overruled. */
  readonly ours: readonly string[];
}

/** By these an object is found again, and goes with its platform. */
const IDENTITY = ['.metadata.labels.app.kubernetes.io/', '.metadata.ownerReferences'] as const;

/** @param names - apiVersion, kind and plural, as `apps/v1 Deployment deployments` */
function kind(names: string, more: Partial<Kind> = {}): Kind {
  const [apiVersion = '', name = '', plural = ''] = names.split(' ');
  const usual = { removed: 'whenUndesired', immutable: 'recreate' } as const;
  return { apiVersion, kind: name, plural, ...usual, ...more, ours: [...IDENTITY, ...(more.ours ?? [])] };
}

const RUNS_PODS = { runsPods: true, ours: ['.spec.template.metadata'] } as const;

/** Kinds that the operator makes and watches. */
export const CHILD_KINDS: readonly Kind[] = [
  kind('v1 ConfigMap configmaps', { ours: ['.data'] }),
  kind('v1 PersistentVolumeClaim persistentvolumeclaims', { removed: 'withData', immutable: 'report' }),
  kind('v1 Service services', { ours: ['.spec.selector', '.spec.ports'] }),
  kind('v1 ServiceAccount serviceaccounts'),
  kind('apps/v1 Deployment deployments', RUNS_PODS),
  kind('apps/v1 StatefulSet statefulsets', { ...RUNS_PODS, immutable: 'adopt' }),
  // The floor of the bell schedule is this object's minimum (design.md, "The floor").
  kind('autoscaling/v2 HorizontalPodAutoscaler horizontalpodautoscalers', {
    ours: ['.spec.minReplicas', '.spec.maxReplicas', '.spec.scaleTargetRef'],
  }),
  kind('batch/v1 CronJob cronjobs', { runsPods: true }),
  kind('batch/v1 Job jobs', { runsPods: true }),
  kind('networking.k8s.io/v1 Ingress ingresses', { ours: ['.spec.rules'] }),
  kind('networking.k8s.io/v1 NetworkPolicy networkpolicies', { ours: ['.spec'] }),
  kind('policy/v1 PodDisruptionBudget poddisruptionbudgets', { ours: ['.spec.selector'] }),
  kind('monitoring.coreos.com/v1 PodMonitor podmonitors', { extension: 'monitoring' }),
  kind('monitoring.coreos.com/v1 PrometheusRule prometheusrules', { extension: 'monitoring' }),
  kind('gateway.networking.k8s.io/v1 HTTPRoute httproutes', { extension: 'gateway', ours: ['.spec'] }),
];

/** Made, never read: whoever can read the Secrets of a cluster owns the cluster. */
export const SECRET: Kind = kind('v1 Secret secrets', { removed: 'never', immutable: 'report' });

/** Read, never written: what keeps a workload from being ready is said by its pods. */
export const POD: Kind = kind('v1 Pod pods', { removed: 'never', immutable: 'report' });

export const PLATFORM: Kind = kind('heroesinwaiting.com/v1alpha1 HeroesPlatform heroesplatforms', {
  removed: 'never',
  immutable: 'report',
});

/** @returns whether a field of a kind's objects is ours by contract, whoever else declares it. */
export const isOurs =
  ({ ours }: Kind) =>
  (field: string): boolean =>
    ours.some((beginning) => field.startsWith(beginning));

const BY_NAME = new Map(
  [...CHILD_KINDS, SECRET, POD, PLATFORM].map((each) => [`${each.apiVersion} ${each.kind}`, each]),
);

/** @returns the kind of an object. @throws Error for a kind that is not managed, which is a bug. */
export function kindOf({ apiVersion, kind: name }: { readonly apiVersion: string; readonly kind: string }): Kind {
  const found = BY_NAME.get(`${apiVersion} ${name}`);
  if (found === undefined) throw new Error(`${apiVersion} ${name} is not a kind that the operator manages`);
  return found;
}

/** Pure: what a bare control plane's processes are started with, beyond what every control plane of ours shares. */
import * as shared from '../cluster/control-plane-config.ts';
import type { Argv, ControlPlaneFacts } from '../cluster/control-plane-config.ts';
import type { Certificate } from '../cluster/pki.ts';
import type { Place } from './place.ts';

export const CERTIFICATES: readonly Certificate[] = [
  { name: 'apiserver', subject: '/CN=kube-apiserver', usage: 'serverAuth', names: 'DNS:localhost,IP:127.0.0.1' },
  { name: 'admin', subject: '/O=system:masters/CN=admin', usage: 'clientAuth' },
  { name: 'controller-manager', subject: '/CN=system:kube-controller-manager', usage: 'clientAuth' },
  { name: 'scheduler', subject: '/CN=system:kube-scheduler', usage: 'clientAuth' },
  { name: 'kwok', subject: '/O=system:masters/CN=kwok', usage: 'clientAuth' },
];

/** A thousand platforms, each object in several versions until etcd is compacted, are more than etcd's 2 GiB. */
const ETCD_QUOTA_BYTES = 8 * 2 ** 30;

export const etcd = (facts: ControlPlaneFacts): Argv => [
  ...shared.etcd(facts),
  `--quota-backend-bytes=${ETCD_QUOTA_BYTES}`,
];

export interface Audit {
  readonly policy: string;
  readonly log: string;
}

export function apiserver(facts: ControlPlaneFacts, audit: Audit | undefined): Argv {
  return [
    ...shared.apiserver(facts),
    '--bind-address=127.0.0.1',
    // An address of documentation (RFC 5737): loopback is refused, and nobody is told of it.
    '--advertise-address=192.0.2.1',
    '--endpoint-reconciler-type=none',
    '--authorization-mode=RBAC',
    // Without it a stop waits a minute for watches that nobody ends.
    '--shutdown-watch-termination-grace-period=1s',
    ...(audit === undefined
      ? []
      : [`--audit-policy-file=${audit.policy}`, `--audit-log-path=${audit.log}`, '--audit-log-maxsize=0']),
  ];
}

/**
 * With the defaults of 20 requests/s and a few workers, a thousand platforms would wait for the controllers, and those would
 * be what is measured.
 */
const UNHURRIED = ['--kube-api-qps=2000', '--kube-api-burst=4000'];
const SYNCS = 50;
const BUSY_CONTROLLERS = [
  'cron-job',
  'deployment',
  'disruption',
  'endpoint',
  'gc',
  'horizontal-pod-autoscaler',
  'job',
  'namespace',
  'replicaset',
  'service-endpoint',
  'serviceaccount-token',
  'statefulset',
];

export function controllerManager(
  facts: ControlPlaneFacts,
  { port, autoscalerSyncSeconds }: { port: number; autoscalerSyncSeconds: number },
): Argv {
  return [
    ...shared.controllerManager(facts),
    ...UNHURRIED,
    ...BUSY_CONTROLLERS.map((name) => `--concurrent-${name}-syncs=${SYNCS}`),
    `--horizontal-pod-autoscaler-sync-period=${autoscalerSyncSeconds}s`,
    `--secure-port=${port}`,
  ];
}

export const scheduler = (facts: ControlPlaneFacts, port: number): Argv => [
  ...shared.scheduler(facts),
  ...UNHURRIED,
  `--secure-port=${port}`,
];

export function kwok({ ports }: Place, { program, kubeconfig, files }: KwokFacts): Argv {
  return [
    program,
    '--manage-all-nodes=true',
    `--kubeconfig=${kubeconfig}`,
    `--server-address=127.0.0.1:${ports.kwok}`,
    `--node-lease-duration-seconds=40`,
    ...files.map((file) => `--config=${file}`),
  ];
}

export interface KwokFacts {
  readonly program: string;
  readonly kubeconfig: string;
  /** Configuration and stages. */
  readonly files: readonly string[];
}

export const KWOK_OPTIONS = {
  apiVersion: 'config.kwok.x-k8s.io/v1alpha1',
  kind: 'KwokConfiguration',
  options: {
    // An address for every pod of a thousand platforms; nobody dials them.
    cidr: '10.128.0.0/9',
    nodeLeaseParallelism: 4,
    nodePlayStageParallelism: 4,
    podPlayStageParallelism: 16,
    podsOnNodeSyncParallelism: 4,
  },
};

/** Every request but those of the control plane's own parts is written down, when it was answered. */
export const AUDIT_POLICY = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived', 'ResponseStarted'],
  omitManagedFields: true,
  rules: [
    { level: 'None', users: ['kwok', 'system:apiserver', 'system:kube-controller-manager', 'system:kube-scheduler'] },
    { level: 'None', userGroups: ['system:serviceaccounts:kube-system'] },
    { level: 'Metadata' },
  ],
};

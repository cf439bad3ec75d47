/** Pure: the arguments that the processes of every control plane of ours share, be it a node's or a bare one. */
import { join } from 'node:path';
import type { PkiFile } from './pki.ts';

export type Argv = readonly [string, ...string[]];

export interface ControlPlaneFacts {
  /** Folder with Kubernetes' programs. */
  readonly kubernetes: string;
  /** Folder of etcd's data. */
  readonly etcdData: string;
  readonly ports: { readonly etcd: number; readonly etcdPeers: number; readonly apiserver: number };
  readonly serviceCidr: string;
  readonly pki: PkiFile;
  /** Path of the kubeconfig of a component. */
  readonly kubeconfig: (client: string) => string;
}

export function etcd({ kubernetes, etcdData, ports }: ControlPlaneFacts): Argv {
  return [
    join(kubernetes, 'etcd'),
    `--data-dir=${etcdData}`,
    `--listen-client-urls=http://127.0.0.1:${ports.etcd}`,
    `--advertise-client-urls=http://127.0.0.1:${ports.etcd}`,
    `--listen-peer-urls=http://127.0.0.1:${ports.etcdPeers}`,
    // One member that can be made anew: its disk's slowness is not worth each write's wait.
    '--unsafe-no-fsync',
    '--log-level=warn',
  ];
}

export function apiserver({ kubernetes, ports, serviceCidr, pki }: ControlPlaneFacts): Argv {
  return [
    join(kubernetes, 'kube-apiserver'),
    `--etcd-servers=http://127.0.0.1:${ports.etcd}`,
    `--secure-port=${ports.apiserver}`,
    `--service-cluster-ip-range=${serviceCidr}`,
    `--client-ca-file=${pki('ca.crt')}`,
    `--tls-cert-file=${pki('apiserver.crt')}`,
    `--tls-private-key-file=${pki('apiserver.key')}`,
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${pki('sa.pub')}`,
    `--service-account-signing-key-file=${pki('sa.key')}`,
    '--allow-privileged=true',
    '--profiling=false',
  ];
}

export function controllerManager({ kubernetes, pki, kubeconfig }: ControlPlaneFacts): Argv {
  return [
    join(kubernetes, 'kube-controller-manager'),
    `--kubeconfig=${kubeconfig('controller-manager')}`,
    `--service-account-private-key-file=${pki('sa.key')}`,
    `--root-ca-file=${pki('ca.crt')}`,
    `--cluster-signing-cert-file=${pki('ca.crt')}`,
    `--cluster-signing-key-file=${pki('ca.key')}`,
    '--use-service-account-credentials=true',
    '--leader-elect=false',
    '--bind-address=127.0.0.1',
    '--profiling=false',
  ];
}

export function scheduler({ kubernetes, kubeconfig }: ControlPlaneFacts): Argv {
  return [
    join(kubernetes, 'kube-scheduler'),
    `--kubeconfig=${kubeconfig('scheduler')}`,
    '--leader-elect=false',
    '--bind-address=127.0.0.1',
    '--profiling=false',
  ];
}

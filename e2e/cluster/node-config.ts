/** Pure: the arguments and configuration files of the node's processes. */
import { join } from 'node:path';
import { stringify } from 'yaml';
import { apiserver as sharedApiserver, type Argv, type ControlPlaneFacts } from './control-plane-config.ts';
import { CONTAINERD_SOCKET, DIRECTORIES, NODE, RUN } from './layout.ts';

export interface NodeFacts extends ControlPlaneFacts {
  readonly containerd: string;
  readonly cni: string;
  readonly pauseImage: string;
  /** Whether the host's cgroups are of version 1. */
  readonly cgroupV1: boolean;
  /** Whether this process may protect others from the kernel's out-of-memory killer. */
  readonly mayProtectFromOom: boolean;
}

/** The cgroup that holds every pod, where the hierarchies are of version 1. */
export const CGROUP_ROOT = 'heroes-in-waiting';

const cluster = (name: string): string => join(DIRECTORIES.cluster, name);

export const FILES = {
  cni: cluster('cni'),
  containerd: cluster('containerd.toml'),
  etcd: cluster('etcd'),
  kubelet: cluster('kubelet.yaml'),
  proxy: cluster('kube-proxy.yaml'),
} as const;

/** The node's API server, which also speaks to a kubelet and to aggregated APIs. */
export function apiserver(facts: NodeFacts): Argv {
  const { pki } = facts;
  return [
    ...sharedApiserver(facts),
    `--advertise-address=${NODE.address}`,
    `--kubelet-certificate-authority=${pki('ca.crt')}`,
    `--kubelet-client-certificate=${pki('apiserver-kubelet-client.crt')}`,
    `--kubelet-client-key=${pki('apiserver-kubelet-client.key')}`,
    // Else logs and exec look the node's name up in DNS.
    '--kubelet-preferred-address-types=InternalIP',
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    `--requestheader-client-ca-file=${pki('front-proxy-ca.crt')}`,
    '--requestheader-allowed-names=front-proxy-client',
    '--requestheader-username-headers=X-Remote-User',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    `--proxy-client-cert-file=${pki('front-proxy-client.crt')}`,
    `--proxy-client-key-file=${pki('front-proxy-client.key')}`,
    '--enable-aggregator-routing=true',
  ];
}

export const containerd = (facts: NodeFacts): Argv => [
  join(facts.containerd, 'containerd'),
  '--config',
  FILES.containerd,
];

export function kubelet({ kubernetes, kubeconfig }: NodeFacts): Argv {
  return [
    join(kubernetes, 'kubelet'),
    `--config=${FILES.kubelet}`,
    `--kubeconfig=${kubeconfig('kubelet')}`,
    `--hostname-override=${NODE.name}`,
    `--node-ip=${NODE.address}`,
    `--root-dir=${cluster('kubelet')}`,
    `--cert-dir=${cluster('kubelet-certificates')}`,
  ];
}

export const proxy = ({ kubernetes }: NodeFacts): Argv => [
  join(kubernetes, 'kube-proxy'),
  `--config=${FILES.proxy}`,
  `--hostname-override=${NODE.name}`,
];

/** @returns the contents of each configuration file, by path. */
export function configFiles(facts: NodeFacts): Readonly<Record<string, string>> {
  return {
    [FILES.containerd]: containerdConfig(facts),
    [FILES.kubelet]: stringify(kubeletConfig(facts)),
    [FILES.proxy]: stringify(proxyConfig(facts)),
  };
}

function containerdConfig({ cni, pauseImage, mayProtectFromOom }: NodeFacts): string {
  return `version = 3
root = '${cluster('containerd')}'
state = '${join(RUN, 'containerd')}'
disabled_plugins = ['io.containerd.nri.v1.nri', 'io.containerd.snapshotter.v1.blockfile', 'io.containerd.snapshotter.v1.zfs']

[grpc]
  address = '${CONTAINERD_SOCKET}'

[plugins.'io.containerd.cri.v1.images'.pinned_images]
  sandbox = '${pauseImage}'

[plugins.'io.containerd.cri.v1.runtime']
  restrict_oom_score_adj = ${String(!mayProtectFromOom)}
  netns_mounts_under_state_dir = true

[plugins.'io.containerd.cri.v1.runtime'.cni]
  bin_dirs = ['${cni}']
  conf_dir = '${FILES.cni}'

[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
  runtime_type = 'io.containerd.runc.v2'

[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
  SystemdCgroup = false
`;
}

function kubeletConfig({ pki, cgroupV1 }: NodeFacts): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: '0.0.0.0',
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: pki('ca.crt') },
    },
    authorization: { mode: 'Webhook' },
    tlsCertFile: pki('kubelet-server.crt'),
    tlsPrivateKeyFile: pki('kubelet-server.key'),
    clusterDNS: [NODE.dnsAddress],
    clusterDomain: 'cluster.local',
    containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}`,
    cgroupDriver: 'cgroupfs',
    ...(cgroupV1 ? { cgroupRoot: `/${CGROUP_ROOT}`, failCgroupV1: false } : {}),
    failSwapOn: false,
    podLogsDir: cluster('pod-logs'),
    // The host's resolver cannot be reached from the node's namespace, nor should it be.
    resolvConf: '',
    // The host's disk is not the node's to police.
    evictionHard: { 'memory.available': '100Mi', 'nodefs.available': '1%', 'imagefs.available': '1%' },
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    serializeImagePulls: false,
    syncFrequency: '30s',
  };
}

function proxyConfig({ kubeconfig }: NodeFacts): object {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'nftables',
    clientConnection: { kubeconfig: kubeconfig('proxy') },
    clusterCIDR: NODE.podCidr,
    conntrack: { maxPerCore: 0 },
    metricsBindAddress: '127.0.0.1:10249',
    healthzBindAddress: '127.0.0.1:10256',
  };
}

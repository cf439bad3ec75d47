/** The one Kubernetes node: its processes, started in order and stopped in the reverse. */
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureCgroups, isCgroupV1, pidsInCgroups, removeCgroups } from './cgroups.ts';
import { controllerManager, etcd, scheduler } from './control-plane-config.ts';
import { embeddedCluster, kubectl } from './kubectl.ts';
import { CONTAINERD_SOCKET, DIRECTORIES, HOME, KUBECONFIG, NODE, RUN, WORKSPACE } from './layout.ts';
import { ensureNetwork, inNode, publish, removeNetwork, writeCniConfig } from './network.ts';
import { unmountBelow } from './mounts.ts';
import * as config from './node-config.ts';
import { componentKubeconfig, ensureNodePki, nodePki, writeAdminKubeconfig } from './node-pki.ts';
import { ensureProcess, pidsWithArgument, startedProcesses, stopPid, stopProcess } from './processes.ts';
import { faultOf, logFile, until, type Log } from './progress.ts';

export interface Binaries {
  readonly kubernetes: string;
  readonly containerd: string;
  readonly cni: string;
}

/** In the order in which they start; the others, relays and the Docker engine, may stop in any. */
const PROCESSES = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'containerd',
  'kubelet',
  'kube-proxy',
];

/** Starts what does not run and waits until the node is ready. */
export async function ensureNode(binaries: Binaries, pauseImage: string, log: Log): Promise<void> {
  mkdirSync(config.FILES.cni, { recursive: true });
  await ensureNodePki();
  await ensureNetwork();
  ensureCgroups();
  const facts = nodeFacts(binaries, pauseImage);
  writeCniConfig(config.FILES.cni);
  for (const [path, contents] of Object.entries(config.configFiles(facts))) writeFileSync(path, contents);

  log('etcd and the API server');
  await ensureInNode('etcd', etcd(facts), binaries);
  await ensureInNode('kube-apiserver', config.apiserver(facts), binaries);
  await ensureInNode('containerd', config.containerd(facts), binaries);
  await publish('kubernetes', '127.0.0.1:6443');
  writeClientConfig(binaries);
  await waitForApiServer();
  log('controllers, scheduler, kubelet and proxy');
  await ensureInNode('kube-controller-manager', controllerManager(facts), binaries);
  await ensureInNode('kube-scheduler', scheduler(facts), binaries);
  await waitForSocket();
  await ensureInNode('kubelet', config.kubelet(facts), binaries);
  await ensureInNode('kube-proxy', config.proxy(facts), binaries);
  await kubectl(embeddedCluster(), ['apply', '-f', join(import.meta.dirname, 'addons/node.yaml')]);
  log('waiting for the node to be ready');
  await waitForNode();
}

/** Bit of the capability in capabilities(7). Without it, as in some sandboxes, runc cannot lower an oom_score_adj. */
const CAP_SYS_RESOURCE = 24n;

function hasCapability(bit: bigint): boolean {
  const [, effective = '0'] = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return ((BigInt(`0x${effective}`) >> bit) & 1n) === 1n;
}

function nodeFacts(binaries: Binaries, pauseImage: string): config.NodeFacts {
  const clients = ['controller-manager', 'scheduler', 'kubelet', 'proxy'];
  const written = new Map(clients.map((client) => [client, componentKubeconfig(client)]));
  const kubeconfig = (client: string): string => written.get(client) ?? '';
  return {
    ...binaries,
    pauseImage: `docker.io/library/${pauseImage}`,
    cgroupV1: isCgroupV1(),
    mayProtectFromOom: hasCapability(CAP_SYS_RESOURCE),
    etcdData: config.FILES.etcd,
    ports: { etcd: 2379, etcdPeers: 2380, apiserver: 6443 },
    serviceCidr: NODE.serviceCidr,
    pki: nodePki,
    kubeconfig,
  };
}

async function ensureInNode(
  name: string,
  argv: readonly [string, ...string[]],
  { containerd }: Binaries,
): Promise<void> {
  // containerd finds its shim on the PATH.
  const env = { PATH: `${containerd}:${process.env.PATH ?? '/usr/sbin:/usr/bin:/sbin:/bin'}` };
  await ensureProcess({ name, argv: inNode(...argv), env });
}

function writeClientConfig({ kubernetes }: Binaries): void {
  mkdirSync(join(WORKSPACE, 'bin'), { recursive: true });
  writeAdminKubeconfig(KUBECONFIG);
  link(join(kubernetes, 'kubectl'), join(WORKSPACE, 'bin/kubectl'));
}

/** Points a link at a program. */
export function link(target: string, path: string): void {
  rmSync(path, { force: true });
  symlinkSync(target, path);
}

async function waitForApiServer(): Promise<void> {
  const file = logFile('kube-apiserver');
  await until('the API server is not ready', { timeoutMs: 120_000, logFile: file }, async () =>
    faultOf(async () => kubectl(embeddedCluster(), ['get', '--raw', '/readyz'])),
  );
}

async function waitForSocket(): Promise<void> {
  await until('containerd does not start', { timeoutMs: 60_000, logFile: logFile('containerd') }, () =>
    Promise.resolve(existsSync(CONTAINERD_SOCKET) ? undefined : `${CONTAINERD_SOCKET} is not there`),
  );
}

async function waitForNode(): Promise<void> {
  const ready = 'jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}';
  await until('the node does not become ready', { timeoutMs: 120_000, logFile: logFile('kubelet') }, async () =>
    (await kubectl(embeddedCluster(), ['get', 'nodes', '-o', ready])) === 'True'
      ? undefined
      : 'its condition Ready is not True',
  );
}

/** Stops everything that was started, and leaves no process, mount, namespace or cgroup behind. */
export async function stopNode(log: Log): Promise<void> {
  for (const name of ['kubelet', 'kube-proxy']) await stopProcess(name);
  log('stopping pods');
  // runc's processes have no arguments of ours; the cgroup knows them all. Asked first, so that PostgreSQL shuts down cleanly.
  await Promise.all(pidsInCgroups().map(async (pid) => stopPid(pid)));
  for (const pid of pidsWithArgument(CONTAINERD_SOCKET)) await stopPid(pid);
  log('stopping the control plane');
  for (const name of [...PROCESSES].reverse()) await stopProcess(name);
  for (const name of startedProcesses().filter((each) => each !== 'dockerd')) await stopProcess(name);
  log('unmounting');
  await unmountBelow([join(RUN, 'containerd'), DIRECTORIES.cluster]);
  removeCgroups();
  await removeNetwork();
}

/** Removes all data; everything must be stopped. */
export function purge(): void {
  for (const path of [HOME, RUN, WORKSPACE]) rmSync(path, { recursive: true, force: true });
}

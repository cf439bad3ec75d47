/**
 * A bare control plane: etcd, API server, controllers and scheduler as they are, and kwok instead of kubelets. Nothing runs
 * in its pods, but all that is said of them is said. It listens on 127.0.0.1 only and has a folder and ports of its own.
 */
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Argv, ControlPlaneFacts } from '../cluster/control-plane-config.ts';
import { kubectl, type Cluster } from '../cluster/kubectl.ts';
import { ROOT } from '../cluster/layout.ts';
import { certifiedUser, ensurePki, writeKubeconfig } from '../cluster/pki.ts';
import { busyWith, ensureProcess, mortal, runningPid, stopProcess, type StopSignal } from '../cluster/processes.ts';
import { Failure, faultOf, until, type Log } from '../cluster/progress.ts';
import * as config from './config.ts';
import { placeOf, stopProcesses, type Place } from './place.ts';
import { buildPrograms, type Programs } from './programs.ts';
import { simulate, type Simulated } from './simulation.ts';
import { Supervisor } from './supervisor.ts';

export interface ControlPlaneOptions extends Simulated {
  /** Names its folder: unlike that of any other that runs. */
  readonly name: string;
  /** First of six ports. */
  readonly portBase: number;
  /** Whether requests are written down, see audit.ts; not unless given. */
  readonly audit?: boolean;
  /** How often an autoscaler is looked at; 5 s unless given. */
  readonly autoscalerSyncSeconds?: number;
  /** The product whose definition is installed; this one unless given. */
  readonly checkout?: string;
  readonly log?: Log;
}

export interface ControlPlane {
  /** Path of its administrator's kubeconfig. */
  readonly kubeconfig: string;
  readonly server: string;
  /** For kubectl() and helm() of e2e/cluster/kubectl.ts. */
  readonly cluster: Cluster;
  /** Path of the certificate that the API server's is signed with. */
  readonly authority: string;
  /** Path of the audit log, when there is one. */
  readonly auditLog: string | undefined;
  readonly place: Place;
  /** Stops the API server, SIGKILL meaning at once, and starts it again; resolves when it is ready. */
  readonly restartApiserver: (signal?: StopSignal) => Promise<void>;
  /** Stops every process of it, operators included, and removes its folder unless that is to be kept. */
  readonly stop: (data?: 'remove' | 'keep') => Promise<void>;
}

const START_MS = 120_000;

/** Starts one, empty but for the definitions, nodes and volumes. @throws Failure when another process runs it already. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { name, portBase, checkout = ROOT, log = () => undefined } = options;
  const programs = await buildPrograms(log);
  const place = placeOf(name, portBase);
  await clear(place);
  const parts = await prepare(place, programs, options);
  const controlPlane = describe(parts);
  try {
    log('starting');
    await startServers(parts);
    await parts.supervisor.start(async () => startClients(parts, options));
    await installDefinitions(controlPlane.cluster, [
      join(checkout, 'crds/heroesplatforms.yaml'),
      ...programs.monitoringCrds,
    ]);
    log('simulating nodes and volumes');
    await simulate(controlPlane.kubeconfig, options);
    await waitForNodes(controlPlane, options.nodes);
  } catch (error) {
    // The logs tell why.
    await controlPlane.stop('keep');
    throw error;
  }
  return controlPlane;
}

/** Removes what an earlier one of that name left. */
async function clear(place: Place): Promise<void> {
  const holder = busyWith(place.processes);
  if (holder !== undefined) {
    const remedy = `give this one another name and ports, or wait for that process, or stop it: kill ${holder}`;
    throw new Failure(`Process ${holder} runs a control plane named ${place.name}.`, { remedy });
  }
  await stopProcesses(place);
  rmSync(place.folder, { recursive: true, force: true });
  busyWith(place.processes);
}

interface Parts {
  readonly place: Place;
  readonly programs: Programs;
  readonly facts: ControlPlaneFacts;
  readonly server: string;
  readonly audit: config.Audit | undefined;
  readonly supervisor: Supervisor;
}

async function prepare(place: Place, programs: Programs, { audit = false }: ControlPlaneOptions): Promise<Parts> {
  const { folder, ports, pki } = place;
  await ensurePki(pki, config.CERTIFICATES);
  const server = `https://127.0.0.1:${ports.apiserver}`;
  const facts: ControlPlaneFacts = {
    kubernetes: programs.kubernetes,
    etcdData: join(folder, 'etcd'),
    ports,
    serviceCidr: '10.96.0.0/16',
    pki,
    kubeconfig: (client) => join(folder, `${client}.kubeconfig`),
  };
  for (const client of ['admin', 'controller-manager', 'scheduler', 'kwok'])
    writeKubeconfig(facts.kubeconfig(client), { server, authority: pki('ca.crt'), user: certifiedUser(pki, client) });
  const files = { policy: join(folder, 'audit-policy.yaml'), log: join(folder, 'audit.log') };
  writeFileSync(files.policy, stringify(config.AUDIT_POLICY));
  writeFileSync(join(folder, 'kwok.yaml'), stringify(config.KWOK_OPTIONS));
  return { place, programs, facts, server, audit: audit ? files : undefined, supervisor: new Supervisor() };
}

function describe(parts: Parts): ControlPlane {
  const { place, programs, facts, server, audit, supervisor } = parts;
  const kubeconfig = facts.kubeconfig('admin');
  const flags = ['--kubeconfig', kubeconfig];
  const programPaths = { kubectl: join(programs.kubernetes, 'kubectl'), helm: programs.helm };
  return {
    kubeconfig,
    server,
    cluster: { ...programPaths, kubectlFlags: flags, helmFlags: flags },
    authority: place.pki('ca.crt'),
    auditLog: audit?.log,
    place,
    restartApiserver: async (signal = 'SIGTERM') => {
      await stopProcess('kube-apiserver', place.processes, signal);
      await startServers(parts);
    },
    stop: async (data = 'remove') => {
      await supervisor.stop();
      await stopProcesses(place);
      if (data === 'remove') rmSync(place.folder, { recursive: true, force: true });
    },
  };
}

async function start({ place: { processes } }: Parts, name: string, argv: Argv): Promise<void> {
  if (runningPid(name, processes) !== undefined) return;
  const log = processes.logFile(name);
  // Why an earlier one ended is not to be lost.
  if (existsSync(log)) renameSync(log, `${log}.ended`);
  await ensureProcess({ name, argv: mortal(...argv) }, processes);
}

async function startServers(parts: Parts): Promise<void> {
  const { facts, place, audit } = parts;
  await start(parts, 'etcd', config.etcd(facts));
  await start(parts, 'kube-apiserver', config.apiserver(facts, audit));
  const { cluster } = describe(parts);
  await until('the API server is not ready', patience(place, 'kube-apiserver'), async () =>
    faultOf(async () => kubectl(cluster, ['get', '--raw', '/readyz'])),
  );
}

async function startClients(parts: Parts, { autoscalerSyncSeconds = 5 }: ControlPlaneOptions): Promise<void> {
  const { facts, place, programs } = parts;
  const { ports, folder } = place;
  const controllers = { port: ports.controllerManager, autoscalerSyncSeconds };
  await start(parts, 'kube-controller-manager', config.controllerManager(facts, controllers));
  await start(parts, 'kube-scheduler', config.scheduler(facts, ports.scheduler));
  const files = [join(folder, 'kwok.yaml'), programs.stages];
  const kwok = { program: programs.kwok, kubeconfig: facts.kubeconfig('kwok'), files };
  await start(parts, 'kwok', config.kwok(place, kwok));
}

async function installDefinitions(cluster: Cluster, files: readonly string[]): Promise<void> {
  const named = files.flatMap((file) => ['-f', file]);
  await kubectl(cluster, ['apply', '--server-side', ...named]);
  await kubectl(cluster, ['wait', '--for=condition=Established', '--timeout=60s', ...named]);
}

/** A node without taints was seen by its kubelet, which kwok plays, by the controllers and so by the scheduler. */
async function waitForNodes({ cluster, place }: ControlPlane, count: number): Promise<void> {
  const path = 'jsonpath={range .items[*]}{.status.conditions[?(@.type=="Ready")].status}{.spec.taints}{"\\n"}{end}';
  await until('the simulated nodes do not become ready', patience(place, 'kwok'), async () => {
    const lines = (await kubectl(cluster, ['get', 'nodes', '-o', path])).split('\n');
    const ready = lines.filter((line) => line === 'True').length;
    return ready === count ? undefined : `${ready} of ${count} are ready`;
  });
}

const patience = ({ folder, processes }: Place, name: string) => ({
  timeoutMs: START_MS,
  everyMs: 200,
  logFile: processes.logFile(name),
  remedy: `read the logs in ${folder}; a port in use is told there: give the control plane another base`,
});

/** The real edge, by the product's image and its rendered configuration, in the network of this machine: all on loopback. */
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { GenericContainer, Wait, type StartedTestContainer } from 'testcontainers';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { parsePlatform } from '@heroes/crds/validate.ts';
import { decideEdge } from '@heroes/operator/features/edge/decide.ts';
import { haproxyConf } from '@heroes/operator/features/edge/haproxy.ts';
import { CERTIFICATE_FOLDER, CONFIG_FOLDER, type EdgePorts } from '@heroes/operator/features/edge/settings.ts';
import { capture } from '../../cluster/progress.ts';
import { image, removeFolder, sharedFolder } from '../containers.ts';
import { ApiPod } from './api-pod.ts';
import { ask } from './asking.ts';
import { NameServer } from './name-server.ts';

const DOMAIN = 'test.svc.cluster.local';

/** A platform with an edge. @throws Error when the schema refuses it. */
export function platformOf(spec: object): HeroesPlatform {
  const parsed = parsePlatform({
    apiVersion: 'heroesinwaiting.com/v1alpha1',
    kind: 'HeroesPlatform',
    metadata: { name: 'test', namespace: 'test' },
    spec: { district: { displayName: 'Test', timeZone: 'UTC' }, release: { version: '0.3.0' }, ...spec },
  });
  if (!parsed.ok) throw new Error(parsed.faults.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return parsed.platform;
}

/** @returns haproxy.cfg. @throws Error when the operator refuses the spec. */
export function confOf(spec: object, ports?: EdgePorts): string {
  const platform = platformOf(spec);
  const capacity = decideEdge(platform.spec);
  if (!capacity.ok) throw new Error(capacity.message);
  return haproxyConf(platform, capacity.value, ports);
}

export interface Edge extends AsyncDisposable {
  readonly ports: EdgePorts;
  readonly dns: NameServer;
  readonly container: StartedTestContainer;
  /** Where its certificate is, for a platform that has one. */
  readonly certificates: string;
  /** What it has said so far. */
  readonly said: () => string;
  /** @returns its exit code, once it has ended; ask before it does, since nothing is left of it then. */
  readonly ended: () => Promise<number>;
  /** What Docker says of it, as a format of `docker inspect` has it. */
  readonly looked: (format: string) => Promise<string>;
  /** Sends it a signal, as the kubelet does. */
  readonly signal: (name: 'SIGUSR1' | 'SIGTERM') => Promise<void>;
}

export interface EdgeOptions {
  readonly spec?: object;
  /** Limit of the container, bytes; that of the spec is the operator's to set. */
  readonly memoryBytes?: number;
  /** Where it tries a new certificate, in place of its own listener. */
  readonly trialPort?: number;
}

/** Starts an edge, and the DNS that it asks. It knows no pods yet. Dispose of it afterwards. */
export async function startEdge({ spec = {}, memoryBytes, trialPort }: EdgeOptions = {}): Promise<Edge> {
  await using opened = new AsyncDisposableStack();
  const dns = opened.use(await NameServer.start(`_http._tcp.test-api-pods.${DOMAIN}`));
  const [http = 0, https = 0, metrics = 0, trial = 0] = await freePorts(4);
  const ports = { http, https, metrics, trial };
  const certificates = opened.adopt(sharedFolder(), removeFolder);
  if (platformOf(spec).spec.edge.tls !== undefined) await putCertificate(certificates, 'first.example.org');
  const conf = confOf(spec, ports).replace(`CERTIFICATE_PORT ${trial}`, `CERTIFICATE_PORT ${trialPort ?? trial}`);
  const lines: string[] = [];
  const prepared = new GenericContainer(image('edge'))
    .withNetworkMode('host')
    .withEnvironment({ DNS_SERVER: dns.address, DNS_DOMAIN: DOMAIN })
    .withBindMounts([{ source: certificates, target: CERTIFICATE_FOLDER, mode: 'ro' }])
    .withCopyContentToContainer([{ content: conf, target: `${CONFIG_FOLDER}/haproxy.cfg` }])
    .withLogConsumer((stream) => stream.on('data', (line: Buffer) => lines.push(line.toString())))
    // It says nothing while all is well; that it answers is asked below.
    .withWaitStrategy(Wait.forSuccessfulCommand('true'));
  if (memoryBytes !== undefined) prepared.withResourcesQuota({ memory: memoryBytes / 2 ** 30 });
  const container = opened.adopt(await prepared.start(), async (each) => {
    await each.stop({ timeout: 0 });
  });
  await answers(http);
  const parts = opened.move();
  return {
    ports,
    dns,
    container,
    certificates,
    said: () => lines.join(''),
    ended: async () => Number(await capture(['docker', 'wait', container.getId()])),
    looked: async (format) => (await capture(['docker', 'inspect', '--format', format, container.getId()])).trim(),
    signal: async (name) => {
      await capture(['docker', 'kill', `--signal=${name}`, container.getId()]);
    },
    [Symbol.asyncDispose]: async () => parts.disposeAsync(),
  };
}

/** @returns ports that nobody listens on. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map(async (server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map(async (server) => once(server.close(), 'close')));
  return ports;
}

/** Tells the edge of pods, and of no others. @returns once it has sent a request to each. */
export async function lead({ dns, ports }: Pick<Edge, 'dns' | 'ports'>, pods: readonly ApiPod[]): Promise<void> {
  dns.endpoints = pods.map(({ endpoint }) => endpoint);
  for (const endMs = performance.now() + 30_000; performance.now() < endMs;) {
    await Promise.all(pods.map(async () => ask(ports.http, '/v1/x')));
    if (pods.every(({ count }) => count > 0)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the edge does not find its pods');
}

async function answers(port: number): Promise<void> {
  for (const endMs = performance.now() + 30_000; performance.now() < endMs;) {
    const isThere = await fetch(`http://127.0.0.1:${port}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the edge does not answer');
}

/** Starts an edge that leads to one API pod. @param opened - ends both */
export async function startEdgeWithPod(
  opened: AsyncDisposableStack,
  options?: EdgeOptions,
): Promise<{ readonly edge: Edge; readonly pod: ApiPod }> {
  const edge = opened.use(await startEdge(options));
  const pod = opened.use(await ApiPod.start('a'));
  await lead(edge, [pod]);
  return { edge, pod };
}

/** Puts a new certificate and its key where the Secret is mounted. */
export async function putCertificate(
  folder: string,
  name: string,
  which: readonly ('crt' | 'key')[] = ['crt', 'key'],
): Promise<void> {
  const made = sharedFolder();
  const files = ['-keyout', join(made, 'tls.key'), '-out', join(made, 'tls.crt')];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  await capture(['openssl', 'req', '-x509', ...curve, ...files, '-subj', `/CN=${name}`]);
  for (const kind of which) {
    const text = await capture(['cat', join(made, `tls.${kind}`)]);
    writeFileSync(join(folder, `tls.${kind}`), `${text}\n`, { mode: 0o644 });
  }
  removeFolder(made);
}

/** What the embedded cluster runs beside the product: DNS, metrics, volumes, Prometheus and what autoscalers see of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AddonImages } from './addon-images.ts';
import type { Docker } from './docker.ts';
import { CONTAINERD_SOCKET, DIRECTORIES, NODE } from './layout.ts';
import { kubectl, type Cluster } from './kubectl.ts';
import { capture, run, until, type Log } from './progress.ts';

const FOLDER = join(import.meta.dirname, 'addons');
const MANIFESTS = ['coredns', 'metrics-server', 'volumes', 'monitoring', 'prometheus', 'prometheus-adapter'] as const;

/** Puts images of the Docker engine into the node's containerd, those it lacks. */
export async function loadImages(
  references: readonly string[],
  { docker, containerd, log }: { docker: Docker; containerd: string; log: Log },
): Promise<void> {
  const ctr = [join(containerd, 'ctr'), '--address', CONTAINERD_SOCKET, '--namespace', 'k8s.io'] as const;
  const held = new Set((await capture([...ctr, 'images', 'list', '--quiet'])).split('\n'));
  const missing = references.filter((each) => !held.has(`docker.io/library/${each}`));
  if (missing.length === 0) return;
  log(`loading ${missing.join(', ')}`);
  // All at once: a layer that several share is then written once.
  await run({
    argv: ['sh', '-c', `docker save ${missing.join(' ')} | "$@" images import --local -`, 'sh', ...ctr],
    env: docker.env,
    log: 'load-images',
  });
}

/** Applies the add-ons and waits until they work. */
export async function ensureAddons(cluster: Cluster, images: AddonImages, { crds, log }: { crds: string; log: Log }) {
  log('custom resources of the Prometheus operator');
  await applyServerSide(cluster, ['-f', crds]);
  await kubectl(cluster, ['wait', '--for=condition=Established', '--timeout=60s', '-f', crds]);
  for (const name of MANIFESTS) {
    log(name);
    await applyServerSide(cluster, ['-f', '-'], filled(readFileSync(join(FOLDER, `${name}.yaml`), 'utf8'), images));
  }
  log('waiting for DNS, metrics and Prometheus');
  for (const [namespace, workload] of [
    ['kube-system', 'deployment/coredns'],
    ['kube-system', 'deployment/metrics-server'],
    ['local-path-storage', 'deployment/local-path-provisioner'],
    ['monitoring', 'deployment/prometheus-operator'],
    ['monitoring', 'deployment/prometheus-adapter'],
  ] as const) {
    await kubectl(cluster, ['rollout', 'status', '--timeout=180s', '-n', namespace, workload]);
  }
  await waitForPrometheus(cluster);
}

async function applyServerSide(cluster: Cluster, source: readonly string[], input?: string): Promise<void> {
  await kubectl(
    cluster,
    ['apply', '--server-side', '--force-conflicts', '--field-manager=heroes-up', ...source],
    input,
  );
}

/** Puts references of images and places of this machine where the manifests have `${…}`. */
function filled(manifest: string, images: AddonImages): string {
  const values: Readonly<Record<string, string>> = {
    ...Object.fromEntries(Object.entries(images).map(([name, reference]) => [`image:${name}`, reference])),
    dnsAddress: NODE.dnsAddress,
    volumes: DIRECTORIES.volumes,
  };
  return manifest.replaceAll(/\$\{([a-zA-Z:-]+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`the add-ons' manifests ask for an unknown value: ${name}`);
    return value;
  });
}

async function waitForPrometheus(cluster: Cluster): Promise<void> {
  const jsonpath = 'jsonpath={.status.conditions[?(@.type=="Available")].status}';
  await until('Prometheus does not start', { timeoutMs: 180_000, everyMs: 1000 }, async () => {
    const available = await kubectl(cluster, ['get', 'prometheus', '-n', 'monitoring', 'cluster', '-o', jsonpath]);
    return available === 'True' ? undefined : 'its condition Available is not True';
  });
}

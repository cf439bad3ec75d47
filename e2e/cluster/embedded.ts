/** Brings the embedded cluster up, from whatever state it is in; what is done already is passed over. */
import { join } from 'node:path';
import { buildAddonImages } from './addon-images.ts';
import { ensureAddons, loadImages } from './addons.ts';
import { ensureDocker } from './docker.ts';
import { goBuild, type GoModule } from './go-build.ts';
import { buildImages, IMAGE_NAMES, imageReference } from './images.ts';
import { embeddedCluster, type Cluster } from './kubectl.ts';
import { ensureNode, link } from './node.ts';
import { ensurePackages, IMAGE_PACKAGES, NODE_PACKAGES } from './packages.ts';
import { busyWith } from './processes.ts';
import { Failure, step } from './progress.ts';

const KIND_HELP = `name a cluster you have with --context NAME (kubectl config get-contexts lists them), with images in a
registry named by --registry; kind (kind.sigs.k8s.io) makes one: kind create cluster, then --context kind-kind`;

/** @throws Failure when this machine cannot run the node, or another process is changing it. */
export function assertCapable(): void {
  if (process.platform !== 'linux')
    throw new Failure(`The embedded cluster needs Linux; this is ${process.platform}.`, { remedy: KIND_HELP });
  if (process.getuid?.() !== 0)
    throw new Failure('The embedded cluster needs root: it makes network namespaces and cgroups.', {
      remedy: `run it as root; or ${KIND_HELP}`,
    });
  const holder = busyWith();
  if (holder !== undefined)
    throw new Failure(`Process ${holder} is changing the embedded cluster.`, {
      remedy: `wait for it, or stop it: kill ${holder}`,
    });
}

/** @returns the running cluster, and the version of the images it holds. */
export async function bringUp(): Promise<{ cluster: Cluster; version: string }> {
  await step('Debian packages', async (log) => ensurePackages([...NODE_PACKAGES, ...IMAGE_PACKAGES], log));
  // Compilers want the cores and image builds the network: side by side.
  const engine = step('Docker engine', ensureDocker);
  const images = engine.then(async (docker) => step('Images of the product', async (log) => buildImages(docker, log)));
  const programs = buildPrograms();
  const [docker, version, built] = await Promise.all([engine, images, programs]);
  const addons = await step('Images of the add-ons', async (log) => buildAddonImages(docker, log));
  const cluster = embeddedCluster();
  await step('Kubernetes node', async (log) => ensureNode(built, addons.pause, log));
  link(join(built.helm, 'helm'), cluster.helm);
  const references = [...Object.values(addons), ...IMAGE_NAMES.map((name) => imageReference(name, version))];
  await step('Images into the node', async (log) =>
    loadImages(references, { docker, containerd: built.containerd, log }),
  );
  await step('Add-ons', async (log) => ensureAddons(cluster, addons, { crds: join(built.monitoring, 'crds'), log }));
  return { cluster, version };
}

const PROGRAMS = {
  kubernetes: 'kubernetes',
  containerd: 'tools/containerd',
  cni: 'tools/cni',
  helm: 'tools/helm',
  monitoring: 'tools/prometheus-operator',
  coredns: 'tools/coredns',
  metrics: 'tools/metrics-server',
  requestMetrics: 'tools/prometheus-adapter',
  volumes: 'tools/local-path-provisioner',
  pause: 'pause',
} as const satisfies Record<string, GoModule>;

/** One after the other: the compiler uses all cores by itself. @returns the folder of each. */
async function buildPrograms(): Promise<Record<keyof typeof PROGRAMS, string>> {
  const folders: Partial<Record<keyof typeof PROGRAMS, string>> = {};
  for (const name of Object.keys(PROGRAMS) as (keyof typeof PROGRAMS)[])
    folders[name] = await step(`Program ${PROGRAMS[name]}`, async (log) => goBuild(PROGRAMS[name], log));
  return folders as Record<keyof typeof PROGRAMS, string>;
}

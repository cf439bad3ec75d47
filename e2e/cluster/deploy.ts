/** The product on a cluster: the operator by its chart, the districts, and the wait until they are served. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { helm, kubectl, type Cluster } from './kubectl.ts';
import { ROOT } from './layout.ts';
import { Failure, faultOf, until, type Log } from './progress.ts';

export const OPERATOR_NAMESPACE = 'heroes-system';
export const EXAMPLE = join(ROOT, 'charts/heroes-district/examples/grand-bend.yaml');
/** The Pod Security Standard that every pod of ours satisfies. */
const RESTRICTED = 'pod-security.kubernetes.io/enforce=restricted';
const POD_MONITORS = 'podmonitors.monitoring.coreos.com';
const READY_MS = 10 * 60_000;

export interface Release {
  readonly version: string;
  /** Registry that the images are pulled from; empty when the node has them. */
  readonly registry: string;
}

export interface District {
  readonly namespace: string;
  readonly name: string;
}

/** Installs the operator, or upgrades it to this version. */
export async function deployOperator(cluster: Cluster, { version, registry }: Release): Promise<void> {
  await ensureNamespace(cluster, OPERATOR_NAMESPACE);
  const images = ['--set-string', `image.tag=${version}`, '--set-string', `image.registry=${registry}`];
  const wait = ['--wait', '--timeout', '5m'];
  const chart = join(ROOT, 'charts/heroes-operator');
  // Where there is a Prometheus operator, the operator's metrics are scraped and its alerts are loaded.
  const monitored = await kubectl(cluster, ['get', 'crd', '--ignore-not-found', '-o', 'name', POD_MONITORS]);
  const scrape = ['podMonitor', 'prometheusRule'].flatMap((value) => ['--set', `${value}.enabled=${monitored !== ''}`]);
  const flags = ['-n', OPERATOR_NAMESPACE, ...images, ...scrape, ...wait];
  await helm(cluster, ['upgrade', '--install', 'heroes-operator', chart, ...flags]);
}

/** Installs the example district by its chart. */
export async function deployExample(cluster: Cluster, { version, registry }: Release): Promise<District[]> {
  const districts = districtsOf(EXAMPLE);
  const [district] = districts;
  await ensureNamespace(cluster, district.namespace);
  const chart = join(ROOT, 'charts/heroes-district');
  const release = ['--set-string', `spec.release.version=${version}`];
  const images = registry === '' ? [] : ['--set-string', `spec.release.images.registry=${registry}`];
  const flags = ['-n', district.namespace, '-f', EXAMPLE, ...release, ...images];
  await helm(cluster, ['upgrade', '--install', district.name, chart, ...flags]);
  return districts;
}

/** Applies a user's own file as it is. */
export async function deployFile(cluster: Cluster, file: string): Promise<District[]> {
  const districts = districtsOf(file);
  for (const { namespace } of districts) await ensureNamespace(cluster, namespace);
  await kubectl(cluster, ['apply', '--server-side', '--field-manager=heroes-up', '-f', file]);
  return districts;
}

/** @returns the platforms that a file of YAML documents names. @throws Failure when it cannot be read or holds none. */
export function districtsOf(file: string): [District, ...District[]] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new Failure(`${file} cannot be read.`, { remedy: 'name a file with a HeroesPlatform after -f' });
  }
  const documents = [...parseAllDocuments(text)];
  const [error] = documents.flatMap(({ errors }) => errors);
  if (error !== undefined) throw new Failure(`${file} is not YAML: ${error.message}`, { remedy: 'mend that line' });
  const objects = documents.map((document) => document.toJS() as Manifest | null);
  const [first, ...others] = objects
    .filter((object) => object?.kind === 'HeroesPlatform')
    .map((object) => ({ name: object?.metadata?.name ?? '', namespace: object?.metadata?.namespace ?? 'default' }));
  if (first === undefined)
    throw new Failure(`${file} holds no HeroesPlatform.`, { remedy: `look at ${EXAMPLE} for how one is written` });
  return [first, ...others];
}

interface Manifest {
  readonly kind?: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
}

/** Makes a namespace whose pods must satisfy the restricted standard, unless it is there. */
export async function ensureNamespace(cluster: Cluster, name: string): Promise<void> {
  const manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  await kubectl(cluster, ['apply', '--server-side', '-f', '-'], JSON.stringify(manifest));
  if (name !== 'default') await kubectl(cluster, ['label', '--overwrite', 'namespace', name, RESTRICTED]);
}

interface Seen {
  readonly metadata: { readonly generation: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly conditions?: readonly { type: string; status: string; reason: string; message: string }[];
  };
}

/** Waits until a district is served, and says what it waits for. */
export async function waitForReady(cluster: Cluster, { namespace, name }: District, log: Log): Promise<void> {
  await until(`${namespace}/${name} is not ready`, { timeoutMs: READY_MS, everyMs: 1000 }, async () => {
    const { metadata, status } = JSON.parse(
      await kubectl(cluster, ['get', 'hp', '-n', namespace, name, '-o', 'json']),
    ) as Seen;
    const ready = status?.conditions?.find(({ type }) => type === 'Ready');
    const seen = status?.observedGeneration === metadata.generation;
    if (seen && ready?.status === 'True') return undefined;
    const wanting =
      ready === undefined || !seen ? 'the operator has not looked yet' : `${ready.reason}: ${ready.message}`;
    log(wanting);
    return wanting;
  });
}

/** Waits until a URL answers: a node that has just started may still be bringing its pods back. */
export async function waitForAnswer(url: string): Promise<void> {
  await until(`${url} does not answer`, { timeoutMs: 120_000 }, async () =>
    faultOf(async () => {
      const { status } = await fetch(url, { signal: AbortSignal.timeout(2_000) });
      if (status !== 200) throw new Error(`status ${status}`);
    }),
  );
}

/** @returns the address inside the cluster of a Service's first port. */
export async function serviceAddress(cluster: Cluster, { namespace, name }: District): Promise<string> {
  const path = 'jsonpath={.spec.clusterIP}:{.spec.ports[0].port}';
  return kubectl(cluster, ['get', 'service', '-n', namespace, name, '-o', path]);
}

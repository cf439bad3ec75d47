/** `kubectl heroes plan`: what the operator would do, by a server-side dry run of every child. */
import { randomUUID } from 'node:crypto';
import { renderCredentials } from '../features/credentials/decide.ts';
import { decideSchedule } from '../features/schedule/decide.ts';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import type { Fault } from '@heroes/crds/validate.ts';
import { applyFields } from '../kube/apply.ts';
import type { Client } from '../kube/client.ts';
import { isImmutable, isRefusal, messageOf } from '../kube/errors.ts';
import type { KubeObject } from '../kube/resource.ts';
import { standingFloor } from '../platform/facts.ts';
import { keeper } from '../platform/held.ts';
import { CHILD_KINDS, isOurs, kindOf, PLATFORM, POD, type Extension, type Kind } from '../platform/kinds.ts';
import type { Manifest } from '../platform/manifest.ts';
import { INSTANCE_LABEL, MANAGED_BY_SELECTOR } from '../platform/names.ts';
import type { Live, Observed } from '../platform/observed.ts';
import { plan, type Plan } from '../platform/plan.ts';
import { servesRequestMetrics } from '../platform/request-metrics.ts';
import { identity, surplusOf } from '../platform/surplus.ts';
import { faultsOf } from '../platform/verdict.ts';
import { differences, type Difference } from './diff.ts';
import { migratedJob } from './settled.ts';

/** What would become of one child. */
export interface Step {
  readonly object: string;
  readonly action: 'create' | 'change' | 'recreate' | 'delete' | 'none' | 'refused';
  readonly differences: readonly Difference[];
  /** Why it is refused, or what is left to whom. */
  readonly notes: readonly string[];
  /** Pods that would be replaced, and for which fields. */
  readonly restarts?: { readonly pods: number; readonly because: readonly string[] };
}

export type Planned =
  { readonly ok: true; readonly steps: readonly Step[] } | { readonly ok: false; readonly faults: readonly Fault[] };

/** @returns a platform as the API server would store it, were a file applied. @throws ApiError for what it would refuse. */
export async function rehearsePlatform(client: Client, object: KubeObject): Promise<HeroesPlatform> {
  const before = await client.get(PLATFORM, object.metadata);
  if (before === undefined) return asPlatform(await client.create(PLATFORM, object, { dryRun: true }));
  const { resourceVersion = '' } = before.metadata;
  const changed = { ...object, metadata: { ...before.metadata, resourceVersion } };
  const after = await client.replace(PLATFORM, changed, { dryRun: true });
  return asPlatform({ ...after, status: before.status });
}

/** @returns the platform of that name, or undefined. */
export async function readPlatform(
  client: Client,
  key: { readonly namespace: string; readonly name: string },
): Promise<HeroesPlatform | undefined> {
  const found = await client.get(PLATFORM, key);
  return found === undefined ? undefined : asPlatform(found);
}

const asPlatform = (object: unknown): HeroesPlatform => object as HeroesPlatform;

/** @returns what the operator would do for a platform, children in the order in which it thinks of them. */
export async function planPlatform(client: Client, platform: HeroesPlatform, nowMs: number): Promise<Planned> {
  const { seen, raw } = await look(client, platform);
  const floor = decideSchedule(platform.spec, nowMs, standingFloor(seen));
  const now = plan(seen, floor, nowMs);
  if (now.refusal !== undefined) return { ok: false, faults: faultsOf(now.refusal) };
  // A migration comes first and the API after it: shown is where it all leads.
  const later = { ...seen, children: [...seen.children, migratedJob(platform)] };
  const end = plan(later, floor, nowMs);
  const desired = merged([...now.desired(), ...end.desired()]);
  const steps = await Promise.all(desired.map(async (manifest) => rehearse(client, manifest, raw.get(idOf(manifest)))));
  const surplus = surplusOf(seen, new Set(desired.map(identity)), now);
  return { ok: true, steps: [...credentialSteps(platform, now), ...steps, ...surplus.map(deletion)] };
}

/** The Secret is not among what is applied: it is made once, by values that nobody is shown. */
function credentialSteps(platform: HeroesPlatform, { credentials }: Plan): Step[] {
  if (credentials === undefined || credentials.create === 'never') return [];
  const object = idOf(renderCredentials(platform, credentials.suffix, {}));
  return [{ object, action: 'create', differences: [], notes: [] }];
}

/** The last of two that are the same object: the one that stays. */
const merged = (manifests: readonly Manifest[]): Manifest[] => [
  ...new Map(manifests.map((manifest) => [idOf(manifest), manifest])).values(),
];

const idOf = (object: { readonly kind: string; readonly metadata: { readonly name: string } }): string =>
  `${object.kind} ${object.metadata.name}`;

interface Seen {
  readonly seen: Observed;
  /** Children whole, by kind and name. */
  readonly raw: ReadonlyMap<string, KubeObject>;
}

async function look(client: Client, platform: HeroesPlatform): Promise<Seen> {
  const [monitoring, gateway, served] = await Promise.all([
    serves(client, 'monitoring'),
    serves(client, 'gateway'),
    requestMetrics(client),
  ]);
  const { name, namespace } = platform.metadata;
  const scope = { namespace, labelSelector: `${MANAGED_BY_SELECTOR},${INSTANCE_LABEL}=${name}` };
  const list = async (kind: Kind): Promise<readonly KubeObject[]> => (await client.list(kind, scope)).items;
  const kinds = CHILD_KINDS.filter(({ extension }) => extension === undefined || { monitoring, gateway }[extension]);
  const children = (await Promise.all(kinds.map(list))).flat();
  const pods = await list(POD);
  const kept = (objects: readonly KubeObject[]): Live[] => objects.map((object) => keeper(object)(object) as Live);
  const seen = {
    platform,
    children: kept(children),
    pods: kept(pods),
    credentialsLost: false,
    monitoring,
    gateway,
    requestMetrics: served,
  };
  return { seen, raw: new Map(children.map((object) => [idOf(object), object])) };
}

/** Undefined while its adapter is away: then the autoscaler is left as it is. */
const requestMetrics = async (client: Client): Promise<boolean | undefined> =>
  servesRequestMetrics(client).catch(() => undefined);

async function serves(client: Client, extension: Extension): Promise<boolean> {
  const kinds = CHILD_KINDS.filter((kind) => kind.extension === extension);
  return (await Promise.all(kinds.map(async (kind) => client.serves(kind)))).every(Boolean);
}

/** One that is replaced whole, as a migration's Job, is never changed. */
async function rehearse(client: Client, manifest: Manifest, before: KubeObject | undefined): Promise<Step> {
  const object = idOf(manifest);
  const resource = kindOf(manifest);
  if (before !== undefined && manifest.kind === 'Job') return { object, action: 'none', differences: [], notes: [] };
  try {
    const { live, yielded } = await applyFields(client, {
      resource,
      object: manifest,
      ours: isOurs(resource),
      dryRun: true,
    });
    const notes = yielded.map(({ field, manager }) => `${field} is declared by "${manager}" and left to it`);
    if (before === undefined) return { object, action: 'create', differences: [], notes };
    const found = differences(contentsOf(before), contentsOf(live));
    return {
      object,
      action: found.length === 0 ? 'none' : 'change',
      differences: found,
      notes,
      ...restartsOf(before, found),
    };
  } catch (error) {
    if (isImmutable(error) && resource.immutable !== 'report' && before !== undefined)
      return rehearseAnew(client, manifest, { before, notes: [recreation(resource), messageOf(error)] });
    if (!isRefusal(error)) throw error;
    return { object, action: 'refused', differences: [], notes: [messageOf(error)] };
  }
}

/** It cannot be made while it is there: what it would be is asked for under another name, which nobody else has. */
async function rehearseAnew(
  client: Client,
  manifest: Manifest,
  { before, notes }: { readonly before: KubeObject; readonly notes: readonly string[] },
): Promise<Step> {
  const object = idOf(manifest);
  const other = { ...manifest, metadata: { ...manifest.metadata, name: randomUUID() } };
  try {
    const anew = await client.create(kindOf(manifest), other, { dryRun: true });
    const found = differences(contentsOf(before), contentsOf(anew));
    return { object, action: 'recreate', differences: found, notes, ...restartsOf(before, found) };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { object, action: 'refused', differences: [], notes: [messageOf(error)] };
  }
}

const recreation = ({ immutable }: Kind): string =>
  immutable === 'adopt' ? 'it is made anew and takes over its pods, which go on' : 'it is made anew';

/** Without what changes by itself. */
function contentsOf({ metadata, status, ...fields }: KubeObject): object {
  return { metadata: { labels: metadata.labels, annotations: metadata.annotations }, ...fields };
}

function restartsOf({ kind, status }: KubeObject, found: readonly Difference[]): Pick<Step, 'restarts'> {
  const because = found.map(({ path }) => path).filter((path) => path.startsWith('spec.template.'));
  if (because.length === 0 || !['Deployment', 'StatefulSet'].includes(kind)) return {};
  const { replicas = 0 } = (status ?? {}) as { readonly replicas?: number };
  return { restarts: { pods: replicas, because } };
}

const deletion = (object: Live): Step => ({ object: idOf(object), action: 'delete', differences: [], notes: [] });

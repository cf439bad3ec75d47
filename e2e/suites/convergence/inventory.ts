/**
 * Everything that a namespace holds, put so that it can be compared with what another one holds: without what the API server
 * draws by lot, and with objects named by their owners where their own names are drawn.
 */
import type { Client } from '@heroes/operator/kube/client.ts';
import type { KubeObject, Resource } from '@heroes/operator/kube/resource.ts';
import { CREDENTIALS_REVISION, FORMER_POOL_SIZE } from '@heroes/operator/platform/names.ts';
import { kubectl, type Cluster } from '../../cluster/kubectl.ts';

/** Text by identity, as `Deployment/grand-bend-api`. */
export type Inventory = ReadonlyMap<string, string>;

interface Owner {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/** Kinds whose objects say nothing of what was asked for. */
const FLEETING = ['Event', 'Lease', 'Endpoints'];
/** Every namespace has them. */
const USUAL = ['ConfigMap/kube-root-ca.crt', 'ServiceAccount/default'];

/** Fields that the API server or a controller fills with what it has at hand, wherever they are. */
const DRAWN = [
  'clusterIP',
  'clusterIPs',
  'creationTimestamp',
  'generation',
  'healthCheckNodePort',
  'lastTransitionTime',
  'managedFields',
  'nodePort',
  'pod-template-hash',
  'resourceVersion',
  'uid',
  'volumeName',
  // What was before, and not what was asked for.
  FORMER_POOL_SIZE,
];

/** @returns every kind that lives in a namespace and can be listed, as the API server tells. */
export async function namespacedResources(cluster: Cluster): Promise<Resource[]> {
  const flags = ['--namespaced', '--verbs=list', '--no-headers'];
  const lines = (await kubectl(cluster, ['api-resources', ...flags])).trim().split('\n');
  return lines.flatMap((line) => {
    const [, plural = '', apiVersion = '', kind = ''] = /^(\S+)\s.*?(\S+)\s+true\s+(\S+)\s*$/.exec(line) ?? [];
    // Events are served twice.
    return apiVersion === 'events.k8s.io/v1' ? [] : [{ plural, apiVersion, kind }];
  });
}

/** @returns all objects of a namespace, but those that every namespace has. */
export async function survey(
  client: Client,
  resources: readonly Resource[],
  namespace: string,
): Promise<readonly KubeObject[]> {
  const lists = await Promise.all(resources.map(async (resource) => client.list(resource, { namespace })));
  return lists.flatMap(({ items }) => items).filter((object) => !USUAL.includes(plainName(object)));
}

/** @returns the objects of a survey as they compare with those of another namespace. */
export function inventory(objects: readonly KubeObject[]): Inventory {
  const lasting = objects.filter((object) => !FLEETING.includes(object.kind) && !isOfTheClock(object, objects));
  const names = new Map(lasting.map((object) => [object.metadata.uid ?? '', nameOf(object, lasting)]));
  const drawn: [string, string][] = [...names];
  for (const { metadata } of lasting) drawn.push([metadata.namespace ?? '', 'NAMESPACE']);
  for (const revision of credentialsRevisions(lasting)) drawn.push([revision, 'CREDENTIALS']);
  const texts = new Map<string, string[]>();
  for (const object of lasting) {
    const name = names.get(object.metadata.uid ?? '') ?? '';
    texts.set(name, [...(texts.get(name) ?? []), said(object, drawn)]);
  }
  const numbered = [...texts].flatMap(([name, all]) =>
    all.sort().map((text, index): [string, string] => [index === 0 ? name : `${name} #${index + 1}`, text]),
  );
  return new Map(numbered.sort(([a], [b]) => a.localeCompare(b)));
}

/** A CronJob makes Jobs when it is time, whatever was asked for, and they make pods. */
function isOfTheClock(object: KubeObject, all: readonly KubeObject[]): boolean {
  return ownersOf(object).some(({ kind, uid }) => {
    const owner = all.find(({ metadata }) => metadata.uid === uid);
    return kind === 'CronJob' || (owner !== undefined && isOfTheClock(owner, all));
  });
}

const plainName = ({ kind, metadata }: KubeObject): string => `${kind}/${metadata.name}`;

const ownersOf = ({ metadata }: KubeObject): readonly Owner[] => (metadata.ownerReferences ?? []) as readonly Owner[];

/** A name that was drawn is told by its owner's. */
function nameOf(object: KubeObject, all: readonly KubeObject[]): string {
  const [owner] = ownersOf(object);
  if (owner === undefined || !(object.kind in ESSENCE)) return plainName(object);
  const found = all.find(({ metadata }) => metadata.uid === owner.uid);
  const ownerName = found === undefined ? `${owner.kind} that is gone` : nameOf(found, all);
  return `${object.kind} of ${ownerName}`;
}

function credentialsRevisions(objects: readonly KubeObject[]): Set<string> {
  const found = new RegExp(`"${CREDENTIALS_REVISION}":"([^"]+)"`).exec(
    JSON.stringify(objects.filter(({ kind }) => kind === 'StatefulSet')),
  );
  return new Set(found?.[1] === undefined ? [] : [found[1]]);
}

interface Templated {
  readonly replicas?: number;
  readonly containers?: readonly { readonly image: string }[];
  readonly template?: { readonly spec: { readonly containers: readonly { readonly image: string }[] } };
}

const imagesOf = ({ spec }: KubeObject): readonly string[] => {
  const { containers, template } = (spec ?? {}) as Templated;
  return (containers ?? template?.spec.containers ?? []).map(({ image }) => image);
};

/** What matters of the objects that controllers make. */
const ESSENCE: Readonly<Record<string, (object: KubeObject) => unknown>> = {
  ControllerRevision: ({ revision }) => revision,
  EndpointSlice: () => 'one',
  Pod: (object) => imagesOf(object),
  ReplicaSet: (object) => [(object.spec as Templated).replicas, imagesOf(object), rolloutOf(object)],
};

const rolloutOf = ({ metadata }: KubeObject): unknown =>
  (metadata.annotations as Readonly<Record<string, string>> | undefined)?.['deployment.kubernetes.io/revision'];

function said(object: KubeObject, drawn: readonly (readonly [string, string])[]): string {
  const essence = ESSENCE[object.kind]?.(object) ?? wholeOf(object);
  const going = object.metadata.deletionTimestamp === undefined ? {} : { going: true };
  const owners = ownersOf(object).map(({ uid }) => uid);
  const text = JSON.stringify({ ...going, owners, essence }, (name, value: unknown) =>
    DRAWN.includes(name) ? undefined : value,
  );
  return drawn.reduce((left, [value, name]) => left.replaceAll(value, name), text);
}

/** Of the status only the operator's own is compared: the others' follow from it. Nor are the credentials. */
function wholeOf({ status, data, metadata, ...object }: KubeObject): unknown {
  const { labels, annotations, finalizers } = metadata;
  const shown = object.kind === 'Secret' ? { keys: Object.keys(data as object).sort() } : { data };
  const reported = object.kind === 'HeroesPlatform' ? { status } : {};
  return { ...object, metadata: { labels, annotations, finalizers }, ...shown, ...reported };
}

/** @returns how one inventory differs from the one that is expected, a line an object. */
export function differences(found: Inventory, expected: Inventory): string[] {
  const missing = [...expected.keys()].filter((name) => !found.has(name)).map((name) => `${name} is missing`);
  const surplus = [...found.keys()].filter((name) => !expected.has(name)).map((name) => `${name} is not expected`);
  const differing = [...found].flatMap(([name, text]) => {
    const other = expected.get(name);
    return other === undefined || other === text ? [] : [`${name} differs: ${firstDifference(text, other)}`];
  });
  return [...missing, ...surplus, ...differing];
}

const CONTEXT = 60;

function firstDifference(text: string, other: string): string {
  const at = Array.from(text).findIndex((character, index) => character !== other[index]);
  const from = Math.max(0, (at === -1 ? text.length : at) - CONTEXT);
  return `…${text.slice(from, from + 3 * CONTEXT)}… instead of …${other.slice(from, from + 3 * CONTEXT)}…`;
}

/** @returns the objects whose owner is not there any more. */
export function orphans(objects: readonly KubeObject[]): string[] {
  const uids = new Set(objects.map(({ metadata }) => metadata.uid));
  const orphaned = objects.filter((object) => ownersOf(object).some(({ uid }) => !uids.has(uid)));
  return orphaned.map(plainName);
}

/** @returns Events that say the same of the same object, and should be one. */
export function repeatedEvents(objects: readonly KubeObject[]): string[] {
  const events = objects.filter(({ kind, source }) => kind === 'Event' && isOurs(source));
  const words = events.map((event) => JSON.stringify([event.reason, event.message, uidOf(event.involvedObject)]));
  return words.filter((each, index) => words.indexOf(each) !== index);
}

const isOurs = (source: unknown): boolean => (source as { component?: string }).component === 'heroes-operator';
const uidOf = (object: unknown): string | undefined => (object as { uid?: string }).uid;

/** @returns by component, as they are labelled, the uids of the pods that stand, but for those that the clock has made. */
export function podsByComponent(objects: readonly KubeObject[]): ReadonlyMap<string, ReadonlySet<string>> {
  const pods = Map.groupBy(
    objects.filter((object) => isStanding(object) && !isOfTheClock(object, objects)),
    ({ metadata }) => metadata.labels?.['app.kubernetes.io/component'] ?? '',
  );
  return new Map([...pods].map(([name, all]) => [name, new Set(all.map(({ metadata }) => metadata.uid ?? ''))]));
}

const isStanding = ({ kind, metadata }: KubeObject): boolean =>
  kind === 'Pod' && metadata.deletionTimestamp === undefined;

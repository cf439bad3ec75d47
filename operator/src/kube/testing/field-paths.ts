/**
 * The fields of an object as server-side apply tells them apart (sigs.k8s.io/structured-merge-diff, fieldpath). A path is made
 * of elements: `f:image` is a field, `k:{"name":"api"}` an item of a list by its keys, `v:"x"` a member of a set. The real
 * server learns from schemas which lists have keys; here a table of names must do.
 */

export type Path = readonly string[];

/** How a value is merged. */
export type Shape = 'map' | 'keyed' | 'set' | 'atom';

const LIST_KEYS: Readonly<Record<string, readonly string[]>> = {
  conditions: ['type'],
  containers: ['name'],
  env: ['name'],
  ephemeralContainers: ['name'],
  imagePullSecrets: ['name'],
  initContainers: ['name'],
  ownerReferences: ['uid'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
  volumeMounts: ['mountPath'],
  volumes: ['name'],
};
const SETS = new Set(['finalizers']);
const ATOMIC_MAPS = new Set([
  'configMapKeyRef',
  'fieldRef',
  'nodeSelector',
  'resourceFieldRef',
  'scaleTargetRef',
  'secretKeyRef',
  'selector',
]);
/** Nobody owns what identifies an object or is kept by the server (managedfields/internal/stripmeta.go). */
const OWNERLESS = new Set(
  ['apiVersion', 'kind', 'metadata.name', 'metadata.namespace', 'metadata.creationTimestamp', 'metadata.generation']
    .concat(['metadata.uid', 'metadata.resourceVersion', 'metadata.managedFields', 'metadata.deletionTimestamp'])
    .map((path) => joined(path.split('.').map((name) => `f:${name}`))),
);
/** Stands for an item of a list, beside the fields in it. */
const MEMBER = Symbol('member');

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @returns a path as the key of a map. No name that Kubernetes accepts holds the separator. */
export function joined(path: Path): string {
  return path.join('\0');
}

export const split = (key: string): Path => key.split('\0');

/** @returns how a field of this name is merged. */
export function shapeOf(name: string, value: unknown): Shape {
  if (isRecord(value)) return ATOMIC_MAPS.has(name) ? 'atom' : 'map';
  if (!Array.isArray(value)) return 'atom';
  if (SETS.has(name)) return 'set';
  const canHaveKeys = name === 'ports' || LIST_KEYS[name] !== undefined;
  return canHaveKeys && value.every((item) => itemElement(name, item) !== undefined) ? 'keyed' : 'atom';
}

/** @returns the path element of a list's item, or undefined when the list has no keys. */
export function itemElement(name: string, item: unknown): string | undefined {
  if (!isRecord(item)) return undefined;
  if (name === 'ports') return portElement(item);
  const keys = LIST_KEYS[name];
  if (keys?.every((key) => item[key] !== undefined) !== true) return undefined;
  return `k:${JSON.stringify(Object.fromEntries(keys.map((key) => [key, item[key]])))}`;
}

/** The ports of a container and those of a Service have different keys; the protocol has a default. */
function portElement(item: Readonly<Record<string, unknown>>): string | undefined {
  const key = ['containerPort', 'port'].find((name) => item[name] !== undefined);
  return key === undefined ? undefined : `k:${JSON.stringify({ [key]: item[key], protocol: item.protocol ?? 'TCP' })}`;
}

/** @returns the values of an object's fields by {@link joined} path, those excepted that nobody owns. */
export function leavesOf(object: object): ReadonlyMap<string, unknown> {
  const leaves = new Map<string, unknown>();
  collect(object, [], leaves);
  for (const path of OWNERLESS) leaves.delete(path);
  return leaves;
}

function collect(value: unknown, path: Path, leaves: Map<string, unknown>): void {
  const children = childrenOf(path.at(-1)?.replace(/^f:/, '') ?? '', value);
  if (path.at(-1)?.startsWith('k:') === true) leaves.set(joined(path), MEMBER);
  else if (children.length === 0) leaves.set(joined(path), value);
  for (const [element, child] of children) collect(child, [...path, element], leaves);
}

/** @returns the parts of a value that are merged one by one. */
function childrenOf(name: string, value: unknown): (readonly [string, unknown])[] {
  switch (shapeOf(name, value)) {
    case 'map':
      return Object.entries(value as object).map(([field, child]) => [`f:${field}`, child]);
    case 'keyed':
      return (value as readonly unknown[]).map((item) => [itemElement(name, item) ?? '', item]);
    case 'set':
      return (value as readonly unknown[]).map((item) => [`v:${JSON.stringify(item)}`, item]);
    case 'atom':
      return [];
  }
}

/** @returns a path as the API server prints it: `.spec.containers[name="api"].image`. */
export function printed(path: Path): string {
  return path
    .map((element) => (element.startsWith('f:') ? `.${element.slice(2)}` : `[${printedItem(element)}]`))
    .join('');
}

function printedItem(element: string): string {
  if (element.startsWith('v:')) return `=${element.slice(2)}`;
  const keys = Object.entries(JSON.parse(element.slice(2)) as object);
  return keys.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',');
}

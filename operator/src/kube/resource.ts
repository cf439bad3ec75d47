/** Where the API server keeps a kind, and the plain JSON it holds there. */

export interface Resource {
  /** Group and version, as `apps/v1`; the core group has none, as `v1`. */
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
}

/** An object as it came over the wire. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly deletionTimestamp?: string;
  readonly finalizers?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** @returns the path of a resource's collection, in one namespace or, without one, in all of them. */
export function collectionPath({ apiVersion, plural }: Resource, namespace?: string): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return namespace === undefined ? `${root}/${plural}` : `${root}/namespaces/${namespace}/${plural}`;
}

/** @returns the path of one object. */
export function objectPath(resource: Resource, { name, namespace }: Pick<ObjectMeta, 'name' | 'namespace'>): string {
  return `${collectionPath(resource, namespace)}/${name}`;
}

/** @returns `namespace/name`. */
export function keyOf({ name, namespace = '' }: Pick<ObjectMeta, 'name' | 'namespace'>): string {
  return `${namespace}/${name}`;
}

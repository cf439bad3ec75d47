/**
 * The part of a live object that a manager owns, by the API server's own account of it: `metadata.managedFields`
 * (kubernetes.io/docs/reference/using-api/server-side-apply). When another manager changes an owned field, the field leaves
 * our account; so this part equals what we applied as long as nobody has touched it, and says nothing of fields that are
 * defaulted or owned by others.
 */
import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from './resource.ts';

/** A set of fields as FieldsV1: `f:name`, `k:{"name":"api"}` and `v:"x"` lead further, an empty object ends at a whole value. */
type Fields = Readonly<Record<string, object>>;

interface ManagedFields {
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
  /** When one of the fields was last given another value by the manager, RFC 3339. */
  readonly time?: string;
  readonly fieldsV1?: Fields;
}

/** @returns the fields that a manager has applied, with their values; undefined when it has applied none. */
export function ownedFields(object: KubeObject, manager: string): unknown {
  const fields = entryOf(object, manager)?.fieldsV1;
  return fields === undefined ? undefined : project(object, fields);
}

/** @returns when a manager last changed an object by applying it, epoch milliseconds; undefined when it never has. */
export function appliedAtMs(object: KubeObject, manager: string): number | undefined {
  const time = entryOf(object, manager)?.time;
  return time === undefined ? undefined : Date.parse(time);
}

function entryOf({ metadata }: KubeObject, manager: string): ManagedFields | undefined {
  const entries = (metadata.managedFields ?? []) as readonly ManagedFields[];
  return entries.find(
    (entry) => entry.manager === manager && entry.operation === 'Apply' && (entry.subresource ?? '') === '',
  );
}

/** @returns an object that is to be applied in the shape of {@link ownedFields}: without what names it. */
export function ownable({ apiVersion, kind, metadata, ...fields }: KubeObject): unknown {
  const { name, namespace, uid, resourceVersion, ...owned } = metadata;
  return { metadata: owned, ...fields };
}

function project(value: unknown, fields: Fields): unknown {
  const names = Object.keys(fields).filter((name) => name !== '.');
  if (names.length === 0) return '.' in fields ? emptyLike(value) : value;
  if (Array.isArray(value)) return projectItems(value, fields, names);
  if (typeof value !== 'object' || value === null) return value;
  const record = value as Readonly<Record<string, unknown>>;
  const owned: Record<string, unknown> = {};
  for (const name of names) {
    const field = name.slice(2);
    if (name.startsWith('f:') && field in record) owned[field] = project(record[field], fields[name] as Fields);
  }
  return owned;
}

/** Owned is only that there is such a map or list. */
const emptyLike = (value: unknown): unknown => (Array.isArray(value) ? [] : {});

function projectItems(items: readonly unknown[], fields: Fields, names: readonly string[]): unknown[] {
  const keys = names.map((name) => ({ name, key: JSON.parse(name.slice(2)) as unknown }));
  return items.flatMap((item, index) => {
    const owner = keys.find(({ name, key }) => (name.startsWith('i:') ? key === index : matches(item, name, key)));
    return owner === undefined ? [] : [project(item, fields[owner.name] as Fields)];
  });
}

function matches(item: unknown, name: string, key: unknown): boolean {
  if (name.startsWith('v:')) return isDeepStrictEqual(item, key);
  const fields = Object.entries(key as Readonly<Record<string, unknown>>);
  return fields.every(([field, value]) => isDeepStrictEqual((item as Readonly<Record<string, unknown>>)[field], value));
}

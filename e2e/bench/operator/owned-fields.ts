/**
 * What a manager has asked for, read back from a live object by its managed fields: what that manager would apply. The format
 * is structured-merge-diff's (sigs.k8s.io/structured-merge-diff, fieldpath/serialize-pe.go): `f:` a field, `k:` an item of a
 * list by its keys, `v:` an item by its value, `.` the thing itself.
 */
import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '@heroes/operator/kube/resource.ts';

interface FieldSet {
  readonly [element: string]: FieldSet;
}

interface Managed {
  readonly manager: string;
  readonly subresource?: string;
  readonly fieldsV1?: FieldSet;
}

/** @returns the object as the manager asked for it, or undefined when nothing of it is the manager's. */
export function ownedBy(manager: string, object: KubeObject): KubeObject | undefined {
  const managed = (object.metadata.managedFields ?? []) as readonly Managed[];
  const sets = managed.filter((entry) => entry.manager === manager && entry.subresource === undefined);
  if (sets.length === 0) return undefined;
  const fields = owned(sets.map(({ fieldsV1 = {} }) => fieldsV1).reduce(union), object) as Record<string, object>;
  const { apiVersion, kind, metadata } = object;
  const { name, namespace = '' } = metadata;
  return { ...fields, apiVersion, kind, metadata: { ...fields.metadata, name, namespace } };
}

/** What was made by a create and applied later is told in two sets. */
function union(one: FieldSet, other: FieldSet): FieldSet {
  const shared = Object.entries(other).map(([element, below]) => [element, union(one[element] ?? {}, below)]);
  return { ...one, ...(Object.fromEntries(shared) as FieldSet) };
}

function owned(set: FieldSet, value: unknown): unknown {
  const elements = Object.entries(set).filter(([element]) => element !== '.');
  // Nothing below is told apart: it is owned as a whole. What is gone was owned in vain.
  if (elements.length === 0 || value === undefined) return value;
  if (Array.isArray(value)) return elements.flatMap(([element, below]) => ownedItem(value, element, below));
  return Object.fromEntries(
    elements.map(([element, below]) => {
      const field = element.slice('f:'.length);
      return [field, owned(below, (value as Record<string, unknown>)[field])];
    }),
  );
}

function ownedItem(list: readonly unknown[], element: string, below: FieldSet): unknown[] {
  const wanted: unknown = JSON.parse(element.slice('k:'.length));
  if (element.startsWith('v:')) return [wanted];
  const item = list.find((each) => hasKeys(each as Record<string, unknown>, wanted as Record<string, unknown>));
  return item === undefined ? [] : [owned(below, item)];
}

const hasKeys = (item: Record<string, unknown>, keys: Record<string, unknown>): boolean =>
  Object.entries(keys).every(([name, value]) => isDeepStrictEqual(item[name], value));

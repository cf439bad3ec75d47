/** Who owns which fields of an object: `metadata.managedFields`, read and written as the real server does. */
import type { KubeObject } from '../resource.ts';
import { isRecord, joined, split } from './field-paths.ts';

/** Who writes, and how. Each combination has an entry of its own. */
export interface Writer {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource?: string;
}

export interface Ownership extends Writer {
  /** When its fields changed last, as RFC 3339. */
  readonly time: string;
  /** The joined paths of the fields. */
  readonly fields: ReadonlySet<string>;
}

export const isOf = (owned: Writer, writer: Writer): boolean =>
  owned.manager === writer.manager &&
  owned.operation === writer.operation &&
  owned.apiVersion === writer.apiVersion &&
  owned.subresource === writer.subresource;

/** @returns a manager as conflicts name it (managedfields/internal/conflict.go). */
export function printedManager({ manager, operation, apiVersion, subresource, time }: Ownership): string {
  const name = subresource === undefined ? `"${manager}"` : `"${manager}" with subresource "${subresource}"`;
  return operation === 'Update' ? `${name} using ${apiVersion} at ${time}` : name;
}

/** @returns the owners that an object names. */
export function ownersOf(object: KubeObject | undefined): readonly Ownership[] {
  const entries = (object?.metadata.managedFields ?? []) as readonly (Writer & { time: string; fieldsV1: object })[];
  return entries.map(({ fieldsV1, ...entry }) => {
    const fields = new Set<string>();
    decode(fieldsV1, [], fields);
    return { ...entry, fields };
  });
}

/** @returns `metadata.managedFields`; who owns nothing is not in it. */
export function managedFields(owners: readonly Ownership[]): readonly object[] {
  return owners
    .filter(({ fields }) => fields.size > 0)
    .map(({ manager, operation, apiVersion, subresource, time, fields }) => ({
      manager,
      operation,
      apiVersion,
      time,
      fieldsType: 'FieldsV1',
      fieldsV1: encode(fields),
      ...(subresource === undefined ? {} : { subresource }),
    }));
}

type Tree = { [element: string]: Tree };

function encode(fields: ReadonlySet<string>): Tree {
  const root: Tree = {};
  const members: Tree[] = [];
  for (const path of [...fields].sort()) {
    let node = root;
    for (const element of split(path)) node = node[element] ??= {};
    members.push(node);
  }
  // `.` says that a node is owned itself, where what is below it does not say so.
  for (const node of members) if (Object.keys(node).length > 0) node['.'] = {};
  return root;
}

function decode(node: unknown, path: readonly string[], fields: Set<string>): void {
  if (!isRecord(node)) return;
  const children = Object.entries(node).filter(([element]) => element !== '.');
  if (path.length > 0 && (children.length === 0 || '.' in node)) fields.add(joined(path));
  for (const [element, child] of children) decode(child, [...path, element], fields);
}

/** The data inventory, made of the declarations of routes: there is no second list that could forget something. */
import type { TSchema } from 'typebox';
import type { DataClass, RetentionClass } from '../../http/classes.ts';
import type { Route } from '../../http/route.ts';

export interface Element {
  /** Where it stands in what is sent or answered, as `personal.email`; members of lists as `items[].alias`. */
  readonly element: string;
  readonly description: string;
  readonly dataClass: DataClass;
  readonly retentionClass: RetentionClass;
  /** Routes that take it, as `POST /v1/join`. */
  readonly takenBy: readonly string[];
  /** Routes that give it. */
  readonly givenBy: readonly string[];
}

/** Of every list, and about nobody. */
const PAGING = new Set(['limit', 'cursor', 'nextCursor']);

/** Pure. @returns every element that routes take or give, by its class and name. */
export function inventoryOf(routes: readonly Route[]): readonly Element[] {
  const elements = new Map<string, Element>();
  for (const each of routes) {
    for (const field of takenBy(each)) add(elements, each, { ...field, way: 'takenBy' });
    for (const field of givenBy(each)) add(elements, each, { ...field, way: 'givenBy' });
  }
  return [...elements.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, element]) => element);
}

interface Field {
  readonly name: string;
  readonly description: string;
}

function add(
  elements: Map<string, Element>,
  { method, path, data, retention }: Route,
  { name, description, way }: Field & { readonly way: 'takenBy' | 'givenBy' },
): void {
  const key = `${data} ${retention} ${name}`;
  const known = elements.get(key) ?? {
    element: name,
    description,
    dataClass: data,
    retentionClass: retention,
    takenBy: [],
    givenBy: [],
  };
  const by = new Set([...known[way], `${method} ${path}`]);
  elements.set(key, { ...known, description: known.description || description, [way]: [...by] });
}

const takenBy = ({ schemas: { params, query, body } }: Route): readonly Field[] =>
  [params, query, body].flatMap((schema) => (schema === undefined ? [] : fieldsOf(schema)));

const givenBy = ({ answers }: Route): readonly Field[] =>
  Object.entries(answers).flatMap(([status, { schema }]) =>
    schema === undefined || Number(status) >= 400 ? [] : fieldsOf(schema),
  );

/** JSON Schema, as much of it as names fields. */
interface Node {
  readonly description?: string;
  readonly anyOf?: readonly Node[];
  readonly items?: Node;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly patternProperties?: Readonly<Record<string, Node>>;
}

/** @returns the fields of a schema that hold something themselves. */
export const fieldsOf = (schema: TSchema): readonly Field[] => leavesOf(schema as Node, '').filter(isTelling);

const isTelling = ({ name }: Field): boolean => name !== '' && !PAGING.has(name);

function leavesOf(node: Node, name: string, about = ''): readonly Field[] {
  const { anyOf, items, properties, patternProperties } = node;
  const description = node.description ?? about;
  if (anyOf !== undefined) return anyOf.flatMap((each) => leavesOf(each, name, description));
  if (items !== undefined) return leavesOf(items, `${name}[]`, description);
  if (properties !== undefined)
    return Object.entries(properties).flatMap(([key, each]) => leavesOf(each, name === '' ? key : `${name}.${key}`));
  // A map's keys are no fields of ours.
  if (patternProperties !== undefined)
    return Object.values(patternProperties).flatMap((each) => leavesOf(each, `${name}{}`, description));
  return [{ name, description }];
}

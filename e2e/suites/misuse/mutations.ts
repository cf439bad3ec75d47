/** Pure: every way in which a field of a spec can be wrong, or at the edge of being so, as its schema tells. */
import { structural } from '@heroes/crds/crd.ts';
import { PlatformSchema } from '@heroes/crds/platform.ts';
import { NONSENSE } from './nonsense.ts';

export interface Mutation {
  /** Where, as `spec.api.replicas.min`. */
  readonly field: string;
  /** In words that name no value. */
  readonly what: string;
  readonly path: Path;
  /** A value that the API server may keep in another form, or that the schema cannot judge. */
  readonly odd?: boolean;
  /** Absent: the field is removed. */
  readonly value?: unknown;
}

type Path = readonly (string | number)[];

interface Schema {
  readonly type: 'object' | 'array' | 'string' | 'integer' | 'boolean';
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly 'x-kubernetes-list-map-keys'?: readonly [string];
}

type Ways = readonly (readonly [what: string, value: unknown])[];

const SPEC = (structural(PlatformSchema) as unknown as { readonly properties: { readonly spec: Schema } }).properties
  .spec;

/** @returns all mutations of a spec that has a value in every field but those that others exclude, in the schema's order. */
export function mutationsOf(spec: unknown): Mutation[] {
  return fieldsOf(SPEC, spec, []).flatMap(({ schema, value, path }) => {
    const field = nameOf(path);
    const removed = path.length === 0 ? [] : [{ field, what: 'removed', path }];
    const extra = schema.properties === undefined || value === undefined ? [] : [unknownField(path)];
    const as = (ways: Ways, odd: boolean): Mutation[] =>
      ways.map(([what, wrong]) => ({ field, what, path, value: wrong, odd }));
    const plain = as([...anyWays(schema), ...waysOf(schema, value)], false);
    return [...removed, ...plain, ...as(NONSENSE[generic(field)] ?? [], true), ...extra];
  });
}

/** @returns a copy of a spec with the mutation made. */
export function mutate(spec: unknown, { path, ...mutation }: Mutation): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return mutation.value;
  const copy = structuredClone(spec) as Record<string | number, unknown>;
  if (rest.length > 0) copy[step] = mutate(copy[step], { ...mutation, path: rest });
  else if ('value' in mutation) copy[step] = mutation.value;
  else Reflect.deleteProperty(copy, step);
  return copy;
}

interface Field {
  readonly schema: Schema;
  readonly value: unknown;
  readonly path: Path;
}

function fieldsOf(schema: Schema, value: unknown, path: Path): Field[] {
  const { properties = {}, additionalProperties, items } = schema;
  const at = (step: string | number): unknown => (value as Readonly<Record<string | number, unknown>>)[step];
  const below = [
    ...Object.entries(properties).map(([name, child]) => ({ step: name, child })),
    ...(additionalProperties === undefined ? [] : [{ step: firstKey(value), child: additionalProperties }]),
    ...(items === undefined ? [] : [{ step: 0, child: items }]),
  ];
  if (value === undefined) return [{ schema, value, path }];
  return [{ schema, value, path }, ...below.flatMap(({ step, child }) => fieldsOf(child, at(step), [...path, step]))];
}

const firstKey = (value: unknown): string => Object.keys(value as object)[0] ?? '';

const nameOf = (path: Path): string =>
  path.reduce<string>((name, step) => (typeof step === 'number' ? `${name}[${step}]` : `${name}.${step}`), 'spec');

/** A field as it is written in the reference, without the places of lists. */
const generic = (field: string): string => field.replaceAll(/\[\d+\]/g, '[]');

const unknownField = (path: Path): Mutation => ({
  field: `${nameOf(path)}.unheardOf`,
  what: 'unknown field',
  path: [...path, 'unheardOf'],
  value: 'of',
});

const WRONG_TYPES = { object: 'text', array: 'text', string: 7, integer: 'seven', boolean: 'yes' } as const;

const anyWays = ({ type }: Schema): Ways => [
  ['null', null],
  ['wrong type', WRONG_TYPES[type]],
];

function waysOf(schema: Schema, value: unknown): Ways {
  switch (schema.type) {
    case 'string':
      return textWays(schema);
    case 'integer':
      return numberWays(schema);
    case 'boolean':
      return [['the other', value === false]];
    case 'array':
      return listWays(schema, value as readonly unknown[]);
    case 'object':
      return mapWays(schema);
  }
}

function textWays({ enum: values = [], pattern, maxLength = 0 }: Schema): Ways {
  const others = values.map((value): [string, unknown] => [`as ${value}`, value]);
  const long: Ways = [['too long', '1'.repeat(maxLength + 1)]];
  const odd: Ways = pattern === undefined ? [] : [['against the pattern', '~nonsense~'.slice(0, maxLength)]];
  return [
    ['empty', ''],
    ...(values.length > 0 ? [['none of the enum', 'Nonsense'] as const] : long),
    ...odd,
    ...others,
  ];
}

const numberWays = ({ minimum = 0, maximum = 0 }: Schema): Ways => [
  ['below the minimum', minimum - 1],
  ['the minimum', minimum],
  ['the maximum', maximum],
  ['above the maximum', maximum + 1],
  ['a fraction', minimum + 0.5],
];

/** Items that are alike but for their key. */
function listWays(schema: Schema, value: readonly unknown[]): Ways {
  const { maxItems = 0 } = schema;
  const [key] = schema['x-kubernetes-list-map-keys'] ?? [];
  const [item] = value;
  const numbered = Array.from({ length: maxItems + 1 }, (_, index) =>
    key === undefined ? item : { ...(item as object), [key]: `item-${index}` },
  );
  return [
    ['empty', []],
    ['too many', numbered],
    ['the same twice', [item, item]],
  ];
}

function mapWays({ properties, maxProperties = 0 }: Schema): Ways {
  const empty: Ways = [['empty', {}]];
  if (properties !== undefined) return empty;
  const many = Array.from({ length: maxProperties + 1 }, (_, index) => [`key-${index}`, 'value']);
  return [...empty, ['too many', Object.fromEntries(many)]];
}

/** Schemas of routes as JSON Schema of a document: those that have a title are there once, under that name. */
import type { TSchema } from 'typebox';

/** JSON Schema (2020-12), as much of it as we write. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly (string | number)[];
  readonly const?: string | number | boolean;
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly [keyword: string]: unknown;
}

const COMPONENTS = '#/components/schemas/';

/** Collects the named schemas of a document while the others are made to refer to them. */
export class Components {
  readonly #byName = new Map<string, JsonSchema>();

  /** @throws Error when two schemas that differ have one name. */
  refer(schema: TSchema): JsonSchema {
    // What only TypeBox sees is not enumerable, and left behind.
    return this.#extract(JSON.parse(JSON.stringify(schema)) as JsonSchema);
  }

  /** @returns the named schemas, in the order of their names. */
  all(): Readonly<Record<string, JsonSchema>> {
    return Object.fromEntries([...this.#byName].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #extract(schema: JsonSchema): JsonSchema {
    const { $id, ...rest } = mapInner(schema, (inner) => this.#extract(inner));
    const name = rest.title ?? ($id as string | undefined);
    if (name === undefined) return rest;
    const known = this.#byName.get(name);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(rest))
      throw new Error(`two schemas that differ are both called ${name}`);
    this.#byName.set(name, rest);
    return { $ref: `${COMPONENTS}${name}` };
  }
}

/** @returns the name of a component that a schema refers to, or undefined. */
export const referredName = ({ $ref }: JsonSchema): string | undefined =>
  $ref?.startsWith(COMPONENTS) === true ? $ref.slice(COMPONENTS.length) : undefined;

function mapInner(schema: JsonSchema, map: (inner: JsonSchema) => JsonSchema): JsonSchema {
  const { anyOf, items, properties, patternProperties, additionalProperties } = schema;
  return {
    ...schema,
    ...(anyOf === undefined ? {} : { anyOf: anyOf.map(map) }),
    ...(items === undefined ? {} : { items: map(items) }),
    ...(properties === undefined ? {} : { properties: mapValues(properties, map) }),
    ...(patternProperties === undefined ? {} : { patternProperties: mapValues(patternProperties, map) }),
    ...(typeof additionalProperties === 'object' ? { additionalProperties: map(additionalProperties) } : {}),
  };
}

const mapValues = <T>(record: Readonly<Record<string, T>>, map: (value: T) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));

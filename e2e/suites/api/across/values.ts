/** Values of the API's schemas: the smallest valid one, and generators of many. Seeded, so that a run can be repeated. */
import fc from 'fast-check';

/** The keywords of JSON Schema that the API's schemas use. */
export interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly minProperties?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
}

/** What a property of that name must be to mean something; undefined where anything will do. */
export type Known = (name: string) => unknown;
const NOTHING_KNOWN: Known = () => undefined;

const SEED = 5;

/** @returns a valid value with no more in it than must be, the same each time. */
export function smallest(schema: Schema, known: Known = NOTHING_KNOWN): unknown {
  if (schema.type === 'object')
    return Object.fromEntries(
      needed(schema).map((name) => [name, known(name) ?? smallest(schema.properties?.[name] ?? {}, known)]),
    );
  if (schema.type === 'array')
    return Array.from({ length: schema.minItems ?? 0 }, () => smallest(schema.items ?? {}, known));
  if (schema.anyOf !== undefined) return smallest(schema.anyOf[0] ?? {}, known);
  return fc.sample(scalar(schema), { seed: SEED, numRuns: 1 })[0];
}

/** What an object must have, and as many more as it must have any. */
function needed({ properties = {}, required = [], minProperties = 0 }: Schema): readonly string[] {
  const others = Object.keys(properties).filter((name) => !required.includes(name));
  return [...required, ...others.slice(0, Math.max(0, minProperties - required.length))];
}

/** @returns a generator of valid values, optional properties among them. */
export function valid(schema: Schema, known: Known = NOTHING_KNOWN): fc.Arbitrary<unknown> {
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((each) => valid(each, known)));
  if (schema.type === 'object') return objectOf(schema, known);
  if (schema.type === 'array') return arrayOf(schema, known);
  return scalar(schema);
}

/** More than so many items or characters show nothing that fewer do not. */
const ENOUGH = 4;
const ENOUGH_CHARACTERS = 200;

function objectOf(schema: Schema, known: Known): fc.Arbitrary<unknown> {
  const { properties = {}, patternProperties, required = [], minProperties = 0 } = schema;
  const free = Object.values(patternProperties ?? {})[0];
  if (free !== undefined) return fc.dictionary(fc.string({ maxLength: 8 }), valid(free, known), { maxKeys: ENOUGH });
  const model = Object.fromEntries(
    Object.entries(properties).map(([name, each]) => {
      const meant = known(name);
      const any = valid(each, known);
      return [name, meant === undefined ? any : fc.oneof({ arbitrary: fc.constant(meant), weight: 3 }, any)];
    }),
  );
  const object = fc.record(model, { requiredKeys: [...required], noNullPrototype: true });
  return object.filter((value) => Object.keys(value).length >= minProperties);
}

function arrayOf({ items = {}, minItems = 0, maxItems, uniqueItems }: Schema, known: Known): fc.Arbitrary<unknown> {
  const lengths = { minLength: minItems, maxLength: Math.min(maxItems ?? Infinity, minItems + ENOUGH) };
  const item = valid(items, known);
  return uniqueItems === true
    ? fc.uniqueArray(item, { ...lengths, selector: (value) => JSON.stringify(value) })
    : fc.array(item, lengths);
}

function scalar(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  return BY_TYPE[schema.type ?? '']?.(schema) ?? fc.jsonValue({ maxDepth: 2 });
}

const BY_TYPE: Readonly<Record<string, (schema: Schema) => fc.Arbitrary<unknown>>> = {
  string: (schema) => text(schema),
  integer: ({ minimum = -(2 ** 31), maximum = 2 ** 31 - 1 }) => fc.integer({ min: minimum, max: maximum }),
  number: ({ minimum = -1e9, maximum = 1e9 }) => fc.double({ min: minimum, max: maximum, noNaN: true }),
  boolean: () => fc.boolean(),
  null: () => fc.constant(null),
};

/** Times lie in school years of our day, as most clients' do; the others are among the hostile values. */
const TIMES = fc
  .date({ min: new Date('2025-08-01T00:00:00Z'), max: new Date('2027-07-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString());

const FORMATS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  'date-time': TIMES,
  date: TIMES.map((time) => time.slice(0, 10)),
  email: fc.emailAddress({ size: '-1' }),
  uuid: fc.uuid({ version: 4 }),
  uri: fc.webUrl(),
};

function text({ pattern, format, minLength = 0, maxLength }: Schema): fc.Arbitrary<string> {
  const most = Math.min(maxLength ?? Infinity, Math.max(minLength, ENOUGH_CHARACTERS));
  const fits = (each: string): boolean => each.length >= minLength && each.length <= most;
  const formatted = FORMATS[format ?? ''];
  if (formatted !== undefined) return formatted.filter(fits);
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern)).filter(fits);
  return fc
    .string({ unit: 'grapheme', minLength, maxLength: most })
    .map((each) => each.replaceAll('\0', ' ').slice(0, most))
    .filter((each) => fits(each) && each.isWellFormed());
}

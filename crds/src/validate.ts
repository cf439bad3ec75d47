/**
 * The API server's own checks, offline: defaults, structure and CEL rules, all read from the one schema, so that
 * `kubectl heroes render` refuses what the cluster would refuse, in the same words.
 */
import { evaluate } from '@marcbachmann/cel-js';
import { Value } from 'typebox/value';
import { structural } from './crd.ts';
import { RULES, type Rule } from './primitives.ts';
import { API_VERSION, KIND, PlatformSchema, type HeroesPlatform } from './platform.ts';

export interface Fault {
  /** Where, as `spec.api.replicas`. */
  readonly path: string;
  /** What is wrong and how to mend it. */
  readonly message: string;
}

export type Parsed =
  | { readonly ok: true; readonly platform: HeroesPlatform }
  | {
      readonly ok: false;
      readonly faults: readonly Fault[];
      /** As it is written, when its structure is sound and only rules are broken: more may be said of it. */
      readonly platform?: HeroesPlatform;
    };

interface Node {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node;
  readonly items?: Node;
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly [RULES]?: readonly Rule[];
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
}

const SCHEMA = structural(PlatformSchema) as unknown as Node;

/** @returns the platform with its defaults in place, or every fault found. */
export function parsePlatform(input: unknown): Parsed {
  const shape = shapeFaults(input);
  if (shape.length > 0) return { ok: false, faults: shape };
  const { apiVersion, kind, metadata, ...rest } = withDefaults(SCHEMA, input) as Record<string, unknown>;
  const faults = [...unknownFields(SCHEMA, rest, ''), ...structureFaults(rest)];
  if (faults.length > 0) return { ok: false, faults };
  const named = { namespace: 'default', uid: '', ...(metadata as object) };
  const platform = { apiVersion, kind, metadata: named, ...rest } as unknown as HeroesPlatform;
  const broken = [...repeated(SCHEMA, rest, ''), ...ruleFaults(SCHEMA, { ...rest, metadata }, '')];
  return broken.length > 0 ? { ok: false, faults: broken, platform } : { ok: true, platform };
}

function shapeFaults(input: unknown): Fault[] {
  if (!isObject(input)) return [{ path: '', message: `not an object: write one ${KIND}` }];
  const metadata = isObject(input.metadata) ? input.metadata : {};
  const faults: Fault[] = [];
  if (input.apiVersion !== API_VERSION)
    faults.push({ path: 'apiVersion', message: `${say(input.apiVersion)} is not ${API_VERSION}: correct it` });
  if (input.kind !== KIND) faults.push({ path: 'kind', message: `${say(input.kind)} is not ${KIND}: correct it` });
  if (typeof metadata.name !== 'string')
    faults.push({ path: 'metadata.name', message: 'missing: give the platform a name' });
  return faults;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const say = (value: unknown): string => (value === undefined ? 'missing' : JSON.stringify(value));

/** Structural defaulting as the API server does it: a default applies where the field is absent and its parent is not. */
function withDefaults(schema: Node, value: unknown): unknown {
  if (Array.isArray(value))
    return schema.items === undefined ? value : value.map((item) => withDefaults(schema.items ?? {}, item));
  if (!isObject(value)) return value;
  const out: Record<string, unknown> = { ...value };
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const given = out[name] ?? structuredClone(property.default);
    if (given !== undefined) out[name] = withDefaults(property, given);
  }
  return out;
}

function unknownFields(schema: Node, value: unknown, path: string): Fault[] {
  if (Array.isArray(value))
    return value.flatMap((item, index) => unknownFields(schema.items ?? {}, item, `${path}[${index}]`));
  if (!isObject(value) || schema.properties === undefined) return [];
  const { properties } = schema;
  return Object.entries(value).flatMap(([name, child]) => {
    const at = join(path, name);
    const property = properties[name];
    if (property !== undefined) return unknownFields(property, child, at);
    return [{ path: at, message: `unknown field: remove it, or use one of ${Object.keys(properties).join(', ')}` }];
  });
}

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

function structureFaults(value: unknown): Fault[] {
  return Value.Errors(PlatformSchema, value).map((error) => ({
    path: dotted(error.instancePath),
    message: error.message,
  }));
}

const dotted = (pointer: string): string =>
  pointer
    .slice(1)
    .replaceAll(/\/(\d+)(?=\/|$)/g, '[$1]')
    .replaceAll('/', '.');

/** Items of a list that is a set, or a map by a key, and is one of them twice. */
function repeated(schema: Node, value: unknown, path: string): Fault[] {
  if (isObject(value))
    return Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
      repeated(property, value[name], join(path, name)),
    );
  if (!Array.isArray(value)) return [];
  const identities = value.map((item: unknown) => identityIn(schema, item));
  const own = identities.flatMap((identity, index) =>
    identity !== undefined && identities.indexOf(identity) < index
      ? [{ path: `${path}[${index}]`, message: `${identity} is there already: leave one of them` }]
      : [],
  );
  return [...own, ...value.flatMap((item, index) => repeated(schema.items ?? {}, item, `${path}[${index}]`))];
}

/** @returns what may be in a list once only, in words. */
function identityIn(list: Node, item: unknown): string | undefined {
  if (list['x-kubernetes-list-type'] === 'set') return JSON.stringify(item);
  const keys = list['x-kubernetes-list-map-keys'];
  if (keys === undefined || !isObject(item)) return undefined;
  return keys.map((key) => `${key} ${JSON.stringify(item[key])}`).join(', ');
}

/** Evaluates every rule of the schema; rules on transitions (`oldSelf`) say nothing of an object that is new. */
function ruleFaults(schema: Node, value: unknown, path: string): Fault[] {
  if (value === undefined) return [];
  const own = (schema[RULES] ?? [])
    .filter(({ rule }) => !rule.includes('oldSelf') && evaluate(rule, { self: value }) !== true)
    .map(({ message }) => ({ path: path === '' ? 'metadata.name' : path, message }));
  return [...own, ...below(schema, value, path)];
}

function below(schema: Node, value: unknown, path: string): Fault[] {
  if (Array.isArray(value))
    return value.flatMap((item, index) => ruleFaults(schema.items ?? {}, item, `${path}[${index}]`));
  if (!isObject(value)) return [];
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
    ruleFaults(property, value[name], join(path, name)),
  );
}

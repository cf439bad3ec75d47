/** The types of the client, made of the OpenAPI document. */
import type { OpenApi, Operation, Parameter } from '@heroes/api/reference/openapi.ts';
import { referredName, type JsonSchema } from '@heroes/api/reference/schema.ts';

/** @returns TypeScript: every named schema, and of each operation what it takes and what it answers. */
export function clientTypes({ paths, components }: OpenApi): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  return [
    ...Object.entries(components.schemas).map(([name, schema]) => component(name, schema)),
    'export interface Operations {',
    ...operations.map(({ operation }) => operationType(operation)),
    '}\n',
    'export type OperationName = keyof Operations;\n',
    '/** By operation: its method and its path. */',
    'export const OPERATIONS: Readonly<Record<OperationName, readonly [method: string, path: string]>> = {',
    ...operations.map(({ method, path, operation }) => `  ${operation.operationId}: ['${method}', '${path}'],`),
    '};',
    '',
  ].join('\n');
}

function component(name: string, schema: JsonSchema): string {
  const members = membersOf(schema);
  const about = schema.description === undefined ? '' : `/** ${schema.description} */\n`;
  if (members.length === 0) return `${about}export type ${name} = ${typeOf(schema)};\n`;
  return [`${about}export interface ${name} {`, ...members.map((each) => `  ${each};`), '}\n'].join('\n');
}

function operationType({ operationId, summary, parameters, requestBody, responses }: Operation): string {
  const places = (['path', 'query'] as const).flatMap((place) => {
    const fields = parameters.filter((parameter) => parameter.in === place);
    const isNeeded = fields.some(({ required }) => required);
    return fields.length === 0 ? [] : [member(place === 'path' ? 'params' : 'query', fieldsType(fields), isNeeded)];
  });
  const body = requestBody?.content['application/json']?.schema;
  const input = [...places, ...(body === undefined ? [] : [member('body', typeOf(body), true)])];
  const answers = Object.entries(responses).flatMap(([status, { content }]) =>
    // Refusals are thrown, and all of one form.
    Number(status) < 400 ? [member(status, answerType(content), true)] : [],
  );
  return [
    `  /** ${summary}. */`,
    `  readonly ${operationId}: {`,
    `    readonly input: ${object(input)};`,
    `    readonly answers: ${object(answers)};`,
    '  };',
  ].join('\n');
}

const answerType = (content: Operation['responses'][string]['content']): string => {
  const schema = content?.['application/json']?.schema;
  return schema === undefined ? 'undefined' : typeOf(schema);
};

const fieldsType = (fields: readonly Parameter[]): string =>
  object(fields.map(({ name, schema, required }) => member(name, typeOf(schema), required)));

/** @returns the TypeScript type of a schema. */
export function typeOf(schema: JsonSchema): string {
  const name = referredName(schema);
  if (name !== undefined) return name;
  const { anyOf, enum: values, const: only, type, items } = schema;
  if (anyOf !== undefined) return anyOf.map(typeOf).join(' | ');
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(' | ');
  if (only !== undefined) return JSON.stringify(only);
  if (type === 'array') return `readonly ${grouped(items === undefined ? 'unknown' : typeOf(items))}[]`;
  if (type === 'object') return objectType(schema);
  return SCALARS[type ?? ''] ?? 'unknown';
}

const SCALARS: Readonly<Record<string, string>> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
};

const grouped = (type: string): string => (/^\w+$/.test(type) ? type : `(${type})`);

const membersOf = ({ properties = {}, required = [] }: JsonSchema): string[] =>
  Object.entries(properties).map(([name, property]) => member(name, typeOf(property), required.includes(name)));

function objectType(schema: JsonSchema): string {
  const { patternProperties = {}, additionalProperties } = schema;
  const members = membersOf(schema);
  const values = [
    ...Object.values(patternProperties),
    ...(typeof additionalProperties === 'object' ? [additionalProperties] : []),
  ];
  if (members.length > 0 || values.length === 0) return object(members);
  return `Readonly<Record<string, ${values.map(typeOf).join(' | ')}>>`;
}

const member = (name: string, type: string, isNeeded: boolean): string =>
  `readonly ${/^\w+$/.test(name) ? name : JSON.stringify(name)}${isNeeded ? '' : '?'}: ${type}${isNeeded ? '' : ' | undefined'}`;

const object = (members: readonly string[]): string => (members.length === 0 ? 'object' : `{ ${members.join('; ')} }`);

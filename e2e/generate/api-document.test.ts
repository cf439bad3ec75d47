import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { openApi, type Operation } from '@heroes/api/reference/openapi.ts';
import { ROUTES } from '@heroes/api/routes.ts';
import { clientTypes, typeOf } from './api-client.ts';
import { fieldsOf } from './api-fields.ts';
import { apiReference } from './api-reference.ts';
import { dataInventory } from './data-inventory.ts';

const document = openApi(ROUTES, '1.2.3');
const operations: readonly Operation[] = Object.values(document.paths).flatMap((methods) => Object.values(methods));

describe('the OpenAPI document', () => {
  it('is one, by the schema of OpenAPI 3.1', { timeout: 60_000 }, async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate({ ...structuredClone(document) });
    expect({ valid, errors, version: validator.version }).toMatchObject({ valid: true, version: '3.1' });
  });

  it('would not be one with a fault in it', async () => {
    const faulty = { ...document, paths: { '/v1/x': { get: { responses: { 200: {} } } } } };
    expect(await new Validator().validate(faulty)).toMatchObject({ valid: false });
  });

  it('has each route of the API', () => {
    expect(operations).toHaveLength(ROUTES.length);
  });

  it('bounds each text, list and number that comes in', () => {
    const unbounded = operations.flatMap(({ operationId, parameters, requestBody }) => {
      const body = requestBody?.content['application/json']?.schema;
      const given = [
        ...parameters.filter((each) => each.in !== 'header').map(({ schema }) => schema),
        ...(body ? [body] : []),
      ];
      return given.flatMap((schema) => boundless(schema).map((what) => `${operationId}: ${what}`));
    });
    expect(unbounded).toEqual([]);
  });

  it('describes each field that comes in', () => {
    const undescribed = operations.flatMap(({ operationId, parameters }) =>
      parameters.flatMap(({ name, in: place, description }) =>
        place === 'query' && (description ?? '') === '' ? [`${operationId}: ${name}`] : [],
      ),
    );
    expect(undescribed).toEqual([]);
  });
});

type Schema = Parameters<typeof typeOf>[0];

/** @returns where a schema takes as much as anybody sends. */
function boundless(schema: Schema, at = ''): string[] {
  const { $ref, anyOf, items, properties = {} } = schema;
  const named = $ref === undefined ? undefined : document.components.schemas[$ref.split('/').at(-1) ?? ''];
  if (named !== undefined) return boundless(named, at);
  return [
    ...missing(schema).map((bound) => `${at} has no ${bound}`),
    ...(anyOf ?? []).flatMap((each) => boundless(each, at)),
    ...(items === undefined ? [] : boundless(items, `${at}[]`)),
    ...Object.entries(properties).flatMap(([name, each]) => boundless(each, `${at}.${name}`)),
  ];
}

/** By type, any of which bounds it. */
const BOUNDS: Readonly<Record<string, readonly string[]>> = {
  string: ['maxLength', 'pattern', 'format', 'enum', 'const'],
  array: ['maxItems'],
  integer: ['maximum', 'enum', 'const'],
  number: ['maximum', 'enum', 'const'],
  object: ['additionalProperties'],
};

function missing(schema: Schema): string[] {
  const bounds = BOUNDS[schema.type ?? ''] ?? [];
  return bounds.length === 0 || bounds.some((bound) => schema[bound] !== undefined) ? [] : [bounds.join(' or ')];
}

describe('typeOf', () => {
  it.each<[Schema, string]>([
    [{ type: 'string' }, 'string'],
    [{ type: 'integer' }, 'number'],
    [{ enum: ['a', 'b'] }, '"a" | "b"'],
    [{ type: 'array', items: { enum: ['a', 'b'] } }, 'readonly ("a" | "b")[]'],
    [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 'string | null'],
    [{ $ref: '#/components/schemas/Lesson' }, 'Lesson'],
    [{ type: 'object' }, 'object'],
    [
      { type: 'object', properties: { a: { type: 'string' }, 'b-c': { type: 'boolean' } }, required: ['a'] },
      '{ readonly a: string; readonly "b-c"?: boolean | undefined }',
    ],
    [{ type: 'object', patternProperties: { '.*': { type: 'number' } } }, 'Readonly<Record<string, number>>'],
    [{}, 'unknown'],
  ])('%j is %s', (schema, type) => {
    expect(typeOf(schema)).toBe(type);
  });
});

describe('fieldsOf', () => {
  it('names what holds something by where it is, and does not open what has a name', () => {
    const schema: Schema = {
      type: 'object',
      properties: {
        id: { type: 'string' },
        items: {
          type: 'array',
          items: { type: 'object', properties: { a: { type: 'string' }, b: { $ref: '#/components/schemas/B' } } },
        },
        either: { anyOf: [{ type: 'string' }, { type: 'null' }] },
        counts: { type: 'object', patternProperties: { '.*': { type: 'number' } } },
      },
    };
    expect(fieldsOf(schema)).toEqual(['id', 'items[].a', 'items[].b: B', 'either', 'counts{}']);
    expect(fieldsOf({ type: 'string' })).toEqual([]);
  });
});

describe('what is made of the routes', () => {
  it.each(ROUTES.map((each) => [each.method, each.path] as const))('has %s %s', (method, path) => {
    const documented = path.replaceAll(/:(\w+)/g, '{$1}');
    expect(dataInventory(ROUTES)).toContain(`| \`${method} ${path}\` |`);
    expect(apiReference(ROUTES, document)).toContain(`### \`${method} ${documented}\``);
    expect(clientTypes(document)).toContain(`: ['${method}', '${documented}'],`);
  });
});

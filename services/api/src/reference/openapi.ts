/** The OpenAPI 3.1 document of the API, made of its routes. */
import type { TSchema } from 'typebox';
import { isWrite, type DeclaredAnswer, type Route } from '../http/route.ts';
import { ProblemDocument } from '../http/schemas.ts';
import { IMPLIED, impliedStatuses } from './implied.ts';
import { operationName } from './names.ts';
import { Components, type JsonSchema } from './schema.ts';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
}

type Content = Readonly<Record<string, { readonly schema?: JsonSchema }>>;

export interface Response {
  /** One that all routes share. */
  readonly $ref?: string;
  readonly description?: string;
  readonly content?: Content;
}

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, Response>>;
  /** What is declared of a route and has no word in OpenAPI. */
  readonly 'x-heroes': Readonly<Record<string, unknown>>;
}

export interface OpenApi {
  readonly openapi: '3.1.1';
  readonly info: object;
  readonly servers: readonly object[];
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly responses: Readonly<Record<string, Response>>;
    readonly securitySchemes: object;
  };
}

/** @param version - of the service */
export function openApi(routes: readonly Route[], version: string): OpenApi {
  const components = new Components();
  const problem = { 'application/problem+json': { schema: components.refer(ProblemDocument) } };
  const paths: Record<string, Record<string, Operation>> = {};
  for (const each of routes) {
    const path = each.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [each.method.toLowerCase()]: operation(each, components) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Heroes in Waiting',
      version,
      summary: 'An anti-bullying curriculum for classrooms',
      description:
        'Students join with a class code, without names or accounts. Every error is a problem document (RFC 9457). Lists come in pages: `nextCursor` is sent back as `cursor`. A write that is sent again with its `Idempotency-Key` is done once.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: components.all(),
      responses: Object.fromEntries(
        Object.entries(IMPLIED).map(([status, description]) => [status, { description, content: problem }]),
      ),
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
}

function operation(each: Route, components: Components): Operation {
  const { body } = each.schemas;
  const { access, subject, data, retention, rate, priority = 'normal' } = each;
  return {
    operationId: operationName(each),
    summary: each.summary,
    tags: [each.tag],
    security: access === 'public' ? [] : [{ bearer: [] }],
    parameters: parametersOf(each, components),
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: components.refer(body) } } } }),
    responses: responsesOf(each, components),
    'x-heroes': { access, ...(subject === undefined ? {} : { subject }), data, retention, rate, priority },
  };
}

function parametersOf(each: Route, components: Components): Parameter[] {
  const { params, query } = each.schemas;
  return [
    ...fieldsOf(params, 'path', components),
    ...fieldsOf(query, 'query', components),
    ...headersOf(each).map(([name, required, description]): Parameter => ({
      name,
      in: 'header',
      required,
      description,
      schema: { type: 'string' },
    })),
  ];
}

function fieldsOf(schema: TSchema | undefined, place: 'path' | 'query', components: Components): Parameter[] {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    properties?: Record<string, TSchema>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = components.refer(property);
    return {
      name,
      in: place,
      required: required.includes(name),
      ...(description === undefined ? {} : { description }),
      schema: rest,
    };
  });
}

type Header = readonly [name: string, required: boolean, description: string];

/** What a route takes of headers shows in what it answers. */
function headersOf(each: Route): Header[] {
  return [
    ...(each.answers[304] === undefined ? [] : [IF_NONE_MATCH]),
    ...(each.answers[412] === undefined ? [] : [IF_MATCH]),
    ...(isWrite(each) ? [IDEMPOTENCY_KEY] : []),
  ];
}

const IF_NONE_MATCH: Header = ['If-None-Match', false, 'The ETag of what the client has: it is not sent again.'];
const IF_MATCH: Header = ['If-Match', true, 'The ETag of what the client has seen: nothing else is changed.'];
const IDEMPOTENCY_KEY: Header = [
  'Idempotency-Key',
  false,
  'A random text of 22 to 64 letters, digits, "-" and "_", as a UUID: with it a write that is sent again is done once.',
];

function responsesOf(each: Route, components: Components): Operation['responses'] {
  const implied = impliedStatuses(each).map(
    (status) => [status, { $ref: `#/components/responses/${status}` }] as const,
  );
  const declared = Object.entries(each.answers).map(([status, answer]) => {
    const content = contentOf(Number(status), answer, components);
    return [status, { description: answer.description, ...(content === undefined ? {} : { content }) }] as const;
  });
  // Numbers in rising order are an object's own order.
  return { ...Object.fromEntries(implied), ...Object.fromEntries(declared) };
}

function contentOf(status: number, { schema, mediaType }: DeclaredAnswer, components: Components): Content | undefined {
  if (schema !== undefined) return { [mediaType ?? 'application/json']: { schema: components.refer(schema) } };
  if (mediaType !== undefined) return { [mediaType]: {} };
  return status < 400 ? undefined : { 'application/problem+json': { schema: components.refer(ProblemDocument) } };
}

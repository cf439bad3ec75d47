/** The API's reference, for people, made of the OpenAPI document. */
import type { Route } from '@heroes/api/http/route.ts';
import type { OpenApi, Operation, Parameter } from '@heroes/api/reference/openapi.ts';
import { referredName, type JsonSchema } from '@heroes/api/reference/schema.ts';
import { audience } from './data-inventory.ts';

/** @returns the reference as Markdown: a room for each tag, and the shapes that several routes share. */
export function apiReference(routes: readonly Route[], { paths, tags, components }: OpenApi): string {
  const rooms = tags.map(({ name }) => [
    `## ${name}`,
    '',
    ...routes.filter(({ tag }) => tag === name).flatMap((each) => described(each, operationOf(each, paths))),
  ]);
  return [
    '# API',
    '',
    'The same as [openapi.json](openapi.json), to be read. Errors are problem documents (RFC 9457); every list comes in pages; every',
    'write takes an `Idempotency-Key`. Answers that follow from the rules of all routes are not repeated here: 400 and 422 for what',
    'is not well asked, 401 and 403 for who may not, 404 for what is not there or is not theirs, 429 and 503 with `Retry-After`.',
    '',
    ...rooms.flat(),
    '## Shapes',
    '',
    ...Object.entries(components.schemas).flatMap(([name, schema]) => shape(name, schema)),
  ].join('\n');
}

function operationOf({ method, path }: Route, paths: OpenApi['paths']): Operation {
  const operation = paths[documented(path)]?.[method.toLowerCase()];
  if (operation === undefined) throw new Error(`${method} ${path} is not in the document`);
  return operation;
}

const documented = (path: string): string => path.replaceAll(/:(\w+)/g, '{$1}');

function described(each: Route, { operationId, parameters, requestBody, responses }: Operation): string[] {
  const { method, path, summary, access, data, retention, rate, priority = 'normal', answers } = each;
  const body = requestBody?.content['application/json']?.schema;
  const rules = [`for ${audience(access)}`, `data ${data}`, `kept as ${retention}`, `rate ${rate}`, priority];
  return [
    `### \`${method} ${documented(path)}\``,
    '',
    `${summary}. In the client: \`${operationId}\`.`,
    '',
    rules.join(' · '),
    '',
    ...parameterRows(parameters),
    ...(body === undefined ? [] : [`Takes ${words(body)}`, '', ...fieldRows(body)]),
    ...Object.keys(answers).map((status) => answerRow(status, responses[status])),
    '',
  ];
}

function parameterRows(parameters: readonly Parameter[]): string[] {
  const shown = parameters.filter(({ in: place }) => place !== 'header');
  if (shown.length === 0) return [];
  const rows = shown.map(
    ({ name, in: place, required, schema, description = '' }) =>
      `| \`${name}\` | ${place} | ${words(schema)}${required ? '' : ', optional'} | ${cell(description)} |`,
  );
  return ['| parameter | in | type | |', '| --- | --- | --- | --- |', ...rows, ''];
}

/** A component's fields are among the shapes. */
function fieldRows({ properties = {}, required = [] }: JsonSchema): string[] {
  const rows = Object.entries(properties).map(
    ([name, schema]) =>
      `| \`${name}\` | ${words(schema)}${required.includes(name) ? '' : ', optional'} | ${cell(schema.description ?? '')} |`,
  );
  return rows.length === 0 ? [] : ['| field | type | |', '| --- | --- | --- |', ...rows, ''];
}

function answerRow(status: string, answer: Operation['responses'][string] | undefined): string {
  const [type, { schema } = {}] = Object.entries(answer?.content ?? {})[0] ?? [];
  const said = Number(status) >= 400 || type === undefined ? '' : ` ${schema === undefined ? type : words(schema)}`;
  return `- **${status}**${said}: ${answer?.description ?? ''}`;
}

const shape = (name: string, schema: JsonSchema): string[] => [
  `### ${name}`,
  '',
  ...(schema.description === undefined ? [] : [schema.description, '']),
  ...fieldRows(schema),
];

/** @returns what a value is, in a few words. */
function words(schema: JsonSchema): string {
  const name = referredName(schema);
  if (name !== undefined) return `[${name}](#${name.toLowerCase()})`;
  const { anyOf, enum: values, type, items, format, minimum, maximum, maxLength, maxItems } = schema;
  if (anyOf !== undefined) return anyOf.map(words).join(' or ');
  if (values !== undefined) return values.map((value) => `\`${value}\``).join(', ');
  if (type === 'array')
    return `list${maxItems === undefined ? '' : ` of at most ${maxItems}`}: ${items === undefined ? 'anything' : words(items)}`;
  if (minimum !== undefined && maximum !== undefined) return `${String(type)} ${minimum} to ${maximum}`;
  return [format ?? type ?? 'anything', maxLength === undefined ? '' : `of at most ${maxLength}`].join(' ').trim();
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

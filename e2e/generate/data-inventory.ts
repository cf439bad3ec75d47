/** The data inventory: what the API takes and gives, of which class, for whom, and by which rule it is kept. */
import { DATA_CLASSES, type DataClass } from '@heroes/api/http/classes.ts';
import type { Access, Route } from '@heroes/api/http/route.ts';
import { Components } from '@heroes/api/reference/schema.ts';
import type { TSchema } from 'typebox';
import { fieldsOf } from './api-fields.ts';

/** @returns the inventory as Markdown, by class of data. */
export function dataInventory(routes: readonly Route[]): string {
  const shapes = new Components();
  const classes = (Object.keys(DATA_CLASSES) as DataClass[]).map((data) =>
    section(
      data,
      routes.filter((each) => each.data === data).map((each) => row(each, shapes)),
    ),
  );
  return [
    '# Data inventory',
    '',
    'What the API takes and gives, made of the declarations of its routes. The days of each retention class are the',
    "district's: `spec.privacy.retention` of its `HeroesPlatform`, published at `GET /v1/privacy/retention-policy`. A field that is",
    'not named here is neither taken nor given.',
    '',
    ...classes,
    '## Shapes',
    '',
    'What is named above, opened.',
    '',
    ...Object.entries(shapes.all()).map(([name, schema]) => `- **${name}**: ${listed(fieldsOf(schema))}`),
    '',
  ].join('\n');
}

function section(data: DataClass, rows: readonly string[]): string {
  const table = ['| route | for | kept as | takes | gives |', '| --- | --- | --- | --- | --- |', ...rows];
  return [`## ${data}`, '', DATA_CLASSES[data], '', ...(rows.length === 0 ? ['No route.'] : table), ''].join('\n');
}

function row({ method, path, access, retention, schemas, answers }: Route, shapes: Components): string {
  const fields = (schema: TSchema | undefined) => (schema === undefined ? [] : fieldsOf(shapes.refer(schema)));
  const taken = [...fields(schemas.params), ...fields(schemas.query), ...fields(schemas.body)];
  const given = Object.entries(answers).flatMap(([status, { schema }]) => (Number(status) < 400 ? fields(schema) : []));
  return `| \`${method} ${path}\` | ${audience(access)} | ${retention} | ${listed(taken)} | ${listed(given)} |`;
}

/** @returns who may call, in words. */
export const audience = (access: Access): string =>
  access === 'public'
    ? 'everybody'
    : Object.entries(access)
        .map(([role, reach]) => `${role} (${reach})`)
        .join(', ');

const listed = (names: readonly string[]): string =>
  names.length === 0 ? '–' : [...new Set(names)].map((name) => `\`${name}\``).join(', ');

/** The field reference of the CRD, as Markdown, from the schema. */
import { structural } from './crd.ts';
import { API_VERSION, KIND, PlatformSchema } from './platform.ts';
import { RULES, type Rule } from './primitives.ts';

interface Node {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly additionalProperties?: Node;
  readonly required?: readonly string[];
  readonly [RULES]?: readonly Rule[];
}

/** @returns one table of all fields: path, type, default, description with bounds and rules. */
export function reference(): string {
  const schema = structural(PlatformSchema) as unknown as Node;
  const rows = Object.entries(schema.properties ?? {}).flatMap(([name, node]) =>
    fields(node, name, schema.required?.includes(name) === true),
  );
  return [
    `# ${KIND} (${API_VERSION})`,
    '',
    schema.description ?? '',
    '',
    '| field | type | default | description |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function fields(node: Node, path: string, required: boolean): string[] {
  const below = Object.entries(node.properties ?? node.items?.properties ?? {});
  const inner = node.properties === undefined ? node.items : node;
  const prefix = node.properties === undefined && node.items !== undefined ? `${path}[]` : path;
  const rows = below.flatMap(([name, child]) =>
    fields(child, `${prefix}.${name}`, inner?.required?.includes(name) === true),
  );
  return [row(node, path, required), ...rows];
}

function row(node: Node, path: string, required: boolean): string {
  const fallback =
    node.default === undefined || isEmpty(node.default)
      ? required
        ? 'required'
        : ''
      : `\`${JSON.stringify(node.default)}\``;
  const rules = (node[RULES] ?? []).map(({ message }) => `Rule: ${message}.`);
  const text = [node.description ?? '', bounds(node), ...rules].filter((part) => part !== '').join(' ');
  return `| \`${path}\` | ${typeName(node)} | ${fallback} | ${text.replaceAll('|', '\\|')} |`;
}

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

function typeName(node: Node): string {
  if (node.enum !== undefined) return node.enum.map((value) => `\`${String(value)}\``).join(' ');
  if (node.additionalProperties !== undefined) return `map of ${node.additionalProperties.type ?? 'any'}`;
  return node.items === undefined ? (node.type ?? '') : `list of ${node.items.type ?? 'any'}`;
}

function bounds({ minimum, maximum }: Node): string {
  if (minimum === undefined && maximum === undefined) return '';
  return maximum === undefined ? `At least ${minimum ?? ''}.` : `${minimum ?? ''} to ${maximum}.`;
}

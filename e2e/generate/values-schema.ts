/** The values schema of the district chart: the definition's own schema, as helm reads it (JSON Schema draft 7). */
import { structural } from '@heroes/crds/crd.ts';
import { Spec } from '@heroes/crds/spec.ts';

type Node = Readonly<Record<string, unknown>>;

/** @returns the schema as JSON; only the version may be empty, which stands for the chart's own. */
export function districtValuesSchema(): string {
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    additionalProperties: false,
    properties: {
      global: { type: 'object' },
      apiVersion: { type: 'string' },
      kind: { const: 'HeroesPlatform' },
      metadata: { type: 'object' },
      spec: closed(structural(Spec) as Node),
    },
  };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

/** Drops what only the API server reads, and refuses unknown fields, which it would drop in silence. */
function closed(node: Node): Node {
  const kept = Object.entries(node).filter(([key]) => !key.startsWith('x-kubernetes-') && key !== 'default');
  const out = Object.fromEntries(kept.map(([key, value]) => [key, closedValue(key, value)]));
  if (out.properties === undefined) return out;
  const properties = out.properties as Record<string, Node>;
  const { version } = properties;
  // values.yaml leaves the version empty for the chart's own.
  const given = version?.pattern === undefined ? {} : { version: { anyOf: [version, { const: '' }] } };
  return { ...out, properties: { ...properties, ...given }, additionalProperties: false };
}

function closedValue(key: string, value: unknown): unknown {
  if (key === 'properties')
    return Object.fromEntries(
      Object.entries(value as Record<string, Node>).map(([name, child]) => [name, closed(child)]),
    );
  if (key === 'items' || (key === 'additionalProperties' && typeof value === 'object')) return closed(value as Node);
  return value;
}

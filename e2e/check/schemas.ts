/** Pure: JSON Schemas for kubeconform, from Kubernetes' own OpenAPI document and from custom resource definitions. */

type Node = Readonly<Record<string, unknown>>;

export interface SchemaFile {
  /** `kind-group-version.json`, in small letters, as kubeconform looks it up. */
  readonly name: string;
  readonly schema: Node;
}

const fileName = (kind: string, group: string, version: string): string =>
  [kind, ...(group === '' ? [] : [group.split('.')[0] ?? '']), version].join('-').toLowerCase() + '.json';

interface OpenApi {
  readonly definitions: Readonly<Record<string, Node>>;
}

interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** @returns a schema for each kind that is asked for. */
export function kubernetesSchemas({ definitions }: OpenApi, kinds: ReadonlySet<string>): SchemaFile[] {
  return Object.entries(definitions).flatMap(([name, definition]) => {
    const all = (definition['x-kubernetes-group-version-kind'] ?? []) as readonly GroupVersionKind[];
    const [only] = all;
    if (only === undefined || all.length > 1 || !kinds.has(only.kind)) return [];
    const used = closure(definitions, name);
    const schema = { $ref: `#/definitions/${name}`, definitions: used };
    return [{ name: fileName(only.kind, only.group, only.version), schema }];
  });
}

/** @returns a definition and all that it refers to, each taking no field that it does not know. */
function closure(definitions: OpenApi['definitions'], root: string): Record<string, Node> {
  const found: Record<string, Node> = {};
  const waiting = [root];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const definition = definitions[name];
    if (definition === undefined || name in found) continue;
    found[name] = strict(definition);
    for (const [, reference] of JSON.stringify(definition).matchAll(/"#\/definitions\/([^"]+)"/g))
      if (reference !== undefined) waiting.push(reference);
  }
  return found;
}

interface Definition {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: Node } }[];
  };
}

/** @returns a schema for each version of a custom resource. */
export function customSchemas({ spec }: Definition): SchemaFile[] {
  return spec.versions.map(({ name, schema }) => {
    const node = strict(schema.openAPIV3Schema);
    const properties = { ...(node.properties as Node), metadata: { type: 'object' } };
    return { name: fileName(spec.names.kind, spec.group, name), schema: { ...node, properties } };
  });
}

/** Unknown fields are faults; a port may be a number or a name. */
function strict(node: Node): Node {
  if (node.format === 'int-or-string' || node['x-kubernetes-int-or-string'] === true)
    return { anyOf: [{ type: 'string' }, { type: 'integer' }] };
  const out = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, strictValue(key, value)]));
  const open = node.properties === undefined || node['x-kubernetes-preserve-unknown-fields'] === true;
  return open || node.additionalProperties !== undefined ? out : { ...out, additionalProperties: false };
}

function strictValue(key: string, value: unknown): unknown {
  if (key === 'properties')
    return Object.fromEntries(Object.entries(value as Node).map(([name, child]) => [name, strict(child as Node)]));
  if (key === 'items' || (key === 'additionalProperties' && typeof value === 'object')) return strict(value as Node);
  return value;
}

import { describe, expect, it } from 'vitest';
import { customResourceDefinition, structural } from './crd.ts';
import { PlatformSchema } from './platform.ts';

interface Node {
  readonly [field: string]: unknown;
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly additionalProperties?: Node;
}

function walk(node: Node, path: string, visit: (node: Node, path: string) => void): void {
  visit(node, path);
  for (const [name, child] of Object.entries(node.properties ?? {})) walk(child, `${path}.${name}`, visit);
  if (node.items !== undefined) walk(node.items, `${path}[]`, visit);
  if (node.additionalProperties !== undefined) walk(node.additionalProperties, `${path}{}`, visit);
}

const schema = structural(PlatformSchema) as unknown as Node;

describe('the structural schema', () => {
  it('has a type on every node and only keywords that Kubernetes knows', () => {
    const foreign = ['const', 'anyOf', 'oneOf', 'allOf', 'patternProperties', '$ref', '$id', '~kind'];
    walk(schema, '', (node, path) => {
      expect(node.type, path).toBeTypeOf('string');
      for (const keyword of foreign) expect(Object.keys(node), path).not.toContain(keyword);
    });
  });

  it('describes every field', () => {
    walk(schema, '', (node, path) => {
      if (!path.endsWith('{}') && path !== '.status.x' && !path.endsWith('days[]'))
        expect(node.description, path).toBeTypeOf('string');
    });
  });

  it('bounds every string, list, map and number', () => {
    walk(schema, '', (node, path) => {
      if (node.type === 'string') expect(node.maxLength, path).toBeTypeOf('number');
      if (node.type === 'array') expect(node.maxItems, path).toBeTypeOf('number');
      if (node.additionalProperties !== undefined) expect(node.maxProperties, path).toBeTypeOf('number');
      if (node.type === 'integer') expect(node.minimum, path).toBeTypeOf('number');
    });
  });

  it('gives every rule a message that names a remedy', () => {
    walk(schema, '', (node, path) => {
      for (const rule of (node['x-kubernetes-validations'] ?? []) as { message: string }[])
        expect(rule.message, path).toMatch(/:\s\S+/);
    });
  });

  it('requires only fields that have no default', () => {
    walk(schema, '', (node, path) => {
      for (const name of (node.required ?? []) as string[])
        expect(node.properties?.[name]?.default, `${path}.${name}`).toBeUndefined();
    });
  });
});

describe('the CustomResourceDefinition', () => {
  it('has the names, the status subresource and the columns of the contract', () => {
    const { spec } = customResourceDefinition() as unknown as {
      spec: {
        names: unknown;
        versions: { subresources: unknown; additionalPrinterColumns: { name: string; priority?: number }[] }[];
      };
    };
    expect(spec.names).toMatchObject({
      kind: 'HeroesPlatform',
      plural: 'heroesplatforms',
      shortNames: ['hp'],
      categories: ['heroes'],
    });
    const [version] = spec.versions;
    expect(version?.subresources).toEqual({ status: {} });
    const names = version?.additionalPrinterColumns.map(({ name, priority }) => (priority === 1 ? `(${name})` : name));
    expect(names?.join(' ')).toBe('Ready Reason Version API Floor Next Backup Age (Message)');
  });
});

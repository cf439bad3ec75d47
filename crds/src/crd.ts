/** The CustomResourceDefinition, derived from the schema. */
import { GROUP, KIND, PLURAL, PlatformSchema, VERSION } from './platform.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = Readonly<Record<string, Json>>;

const condition = (type: string, field: string): string => `.status.conditions[?(@.type=="${type}")].${field}`;

/** What `kubectl get hp` shows; `-o wide` adds the columns of priority 1. */
const PRINTER_COLUMNS = [
  { name: 'Ready', type: 'string', jsonPath: condition('Ready', 'status') },
  { name: 'Reason', type: 'string', jsonPath: condition('Ready', 'reason') },
  { name: 'Version', type: 'string', jsonPath: '.status.release.version' },
  { name: 'API', type: 'integer', jsonPath: '.status.api.readyReplicas' },
  { name: 'Floor', type: 'integer', jsonPath: '.status.schedule.floor' },
  { name: 'Next', type: 'string', jsonPath: '.status.schedule.nextTransitionTime' },
  { name: 'Backup', type: 'date', jsonPath: '.status.backup.lastSuccessTime' },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  { name: 'Message', type: 'string', jsonPath: condition('Ready', 'message'), priority: 1 },
];

/**
 * @param schema - a TypeBox schema
 * @returns it as a structural schema: a field that has a default is not required, since the API server fills it in;
 *   a map is `additionalProperties`, which is what Kubernetes knows of JSON Schema's `patternProperties`.
 */
export function structural(schema: unknown): Json {
  if (Array.isArray(schema)) return schema.map(structural);
  if (typeof schema !== 'object' || schema === null) return schema as Json;
  const node = schema as Record<string, unknown>;
  const out: Record<string, Json> = {};
  for (const [key, value] of Object.entries(node)) {
    if (key === 'required') continue;
    if (key === 'patternProperties') out.additionalProperties = structural(Object.values(value as object)[0]);
    else if (key === 'default') out[key] = value as Json;
    else out[key] = structural(value);
  }
  const required = requiredWithoutDefault(node);
  return required.length === 0 ? out : { ...out, required };
}

function requiredWithoutDefault(node: Record<string, unknown>): string[] {
  if (!Array.isArray(node.required)) return [];
  const properties = (node.properties ?? {}) as Record<string, Record<string, unknown>>;
  return (node.required as string[]).filter((name) => properties[name]?.default === undefined);
}

/** @returns the CustomResourceDefinition of HeroesPlatform, as plain JSON. */
export function customResourceDefinition(): JsonObject {
  const schema = structural(PlatformSchema) as JsonObject;
  const metadata = {
    apiVersion: { type: 'string', maxLength: 64 },
    kind: { type: 'string', maxLength: 64 },
    metadata: { type: 'object' },
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${PLURAL}.${GROUP}` },
    spec: {
      group: GROUP,
      names: {
        kind: KIND,
        listKind: `${KIND}List`,
        plural: PLURAL,
        singular: KIND.toLowerCase(),
        shortNames: ['hp'],
        categories: ['heroes'],
      },
      scope: 'Namespaced',
      versions: [
        {
          name: VERSION,
          served: true,
          storage: true,
          additionalPrinterColumns: PRINTER_COLUMNS,
          subresources: { status: {} },
          schema: { openAPIV3Schema: { ...schema, properties: { ...metadata, ...(schema.properties as JsonObject) } } },
        },
      ],
    },
  };
}

/**
 * Server-side apply with a stance on conflicts. A field that somebody wrote once, by hand or by a controller, is taken back. A
 * field that another manager declares, as a GitOps tool does, would be claimed again and again by both: it is left to that
 * manager and reported, unless it is ours by contract.
 */
import type { Client } from './client.ts';
import { ApiError, type FieldConflict } from './errors.ts';
import { parsePath, without } from './fields.ts';
import type { KubeObject, Resource } from './resource.ts';

export interface Application {
  readonly resource: Resource;
  readonly object: KubeObject;
  /** Whether a field is ours, whoever else declares it. */
  readonly ours: (field: string) => boolean;
  readonly dryRun: boolean;
}

export interface Applied {
  /** The object as the API server now holds it, or would. */
  readonly live: KubeObject;
  /** Fields that were left to the managers that declare them. */
  readonly yielded: readonly FieldConflict[];
}

/** Applies an object as described above. @throws ApiError for every refusal but a conflict. */
export async function applyFields(client: Pick<Client, 'apply'>, application: Application): Promise<Applied> {
  const { resource, object, ours, dryRun } = application;
  try {
    return { live: await client.apply(resource, object, { dryRun }), yielded: [] };
  } catch (error) {
    const conflicts = error instanceof ApiError ? error.conflicts : [];
    if (conflicts.length === 0) throw error;
    const yielded = conflicts.filter(({ declared, field }) => declared && !ours(field));
    const rest = yielded.reduce((left, { field }) => yieldField(left, field), object);
    return { live: await client.apply(resource, rest, { dryRun, force: true }), yielded };
  }
}

function yieldField(object: KubeObject, field: string): KubeObject {
  const steps = parsePath(field);
  if (steps === undefined) throw new Error(`a conflict names a field that cannot be read: ${field}`);
  return without(object, steps) as KubeObject;
}

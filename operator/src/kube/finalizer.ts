/**
 * Finalizers: an object that carries ours stays, marked as deleted, until what has to be done first is done. The order of the
 * two writes is the caller's to keep: the finalizer is set before anything is made that it must undo, and taken off only
 * after that is gone.
 */
import type { Client } from './client.ts';
import { isConflict, isNotFound } from './errors.ts';
import type { KubeObject, ObjectMeta, Resource } from './resource.ts';

/**
 * Sets a finalizer or takes it off, on the very version that was seen: the list is written whole, and another's finalizer must
 * not be lost. @returns the object as it is now, or undefined when it is gone, which is as good as being done.
 * @throws ApiError 409 when it has changed meanwhile.
 */
export async function writeFinalizer(
  client: Pick<Client, 'merge'>,
  { resource, object }: { readonly resource: Resource; readonly object: KubeObject },
  { name, present }: { readonly name: string; readonly present: boolean },
): Promise<KubeObject | undefined> {
  const { apiVersion, kind, metadata } = object;
  const { name: objectName, namespace, uid, resourceVersion } = metadata;
  const others = (metadata.finalizers ?? []).filter((each) => each !== name);
  const finalizers = present ? [...others, name] : others;
  const patch = { name: objectName, namespace, uid, resourceVersion, finalizers } as ObjectMeta;
  try {
    return await client.merge(resource, { apiVersion, kind, metadata: patch });
  } catch (error) {
    // An object made anew under the same name has another uid, and is none of ours.
    if (isNotFound(error) || (isConflict(error) && /uid/i.test((error as Error).message))) return undefined;
    throw error;
  }
}

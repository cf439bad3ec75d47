/**
 * A platform whose deletionPolicy is Delete stays, marked as deleted, until its data is gone: who sees it disappear knows that
 * no volume of it is left. With Retain there is nothing to wait for, and garbage collection does the rest.
 */
import type { Spec } from '@heroes/crds/spec.ts';

/** An object of the platform that is still there. */
export interface Remnant {
  readonly kind: string;
  readonly name: string;
  readonly runsPods: boolean;
  readonly leaving: boolean;
}

export interface Disposal<T extends Remnant> {
  /** What has to be deleted now. */
  readonly remove: readonly T[];
  readonly done: boolean;
  readonly message: string;
}

/** @returns whether a platform that is not being deleted must carry the finalizer. */
export const needsFinalizer = ({ deletionPolicy }: Pick<Spec, 'deletionPolicy'>): boolean =>
  deletionPolicy === 'Delete';

/**
 * @returns what is left to do before a deleted platform may go: a volume goes only after what runs pods, since a StatefulSet
 * that is still there makes its volume anew
 */
export function decideDisposal<T extends Remnant>(remnants: readonly T[]): Disposal<T> {
  const volumes = remnants.filter(({ kind }) => kind === 'PersistentVolumeClaim');
  const holders = remnants.filter(({ runsPods }) => runsPods);
  const remove = (holders.length > 0 ? holders : volumes).filter(({ leaving }) => !leaving);
  if (volumes.length === 0 && holders.length === 0)
    return { remove: [], done: true, message: 'all volumes of the platform are deleted' };
  const names = [...volumes, ...holders].map(({ kind, name }) => `${kind} ${name}`).join(', ');
  return { remove, done: false, message: `waiting until these are deleted: ${names}` };
}

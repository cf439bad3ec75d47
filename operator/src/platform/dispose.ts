/** What is done before a deleted platform may go (features/deletion). */
import { decideDisposal, needsFinalizer, type Disposal, type Remnant } from '../features/deletion/decide.ts';
import type { Writer } from './cluster.ts';
import { kindOf } from './kinds.ts';
import { DATA_FINALIZER } from './names.ts';
import type { Live, Observed } from './observed.ts';

/** @returns whether a platform carries our finalizer. */
export const isFinalized = ({ platform }: Observed): boolean =>
  platform.metadata.finalizers?.includes(DATA_FINALIZER) === true;

/** @returns whether a platform is to carry it and does not; one that is paused is left as it is. */
export function lacksFinalizer(seen: Observed): boolean {
  const { spec } = seen.platform;
  return !spec.paused && needsFinalizer(spec) && !isFinalized(seen);
}

/** @returns whether a platform carries it, need not, and has let go of its volumes: else they would go with it after all. */
export const mayLoseFinalizer = (seen: Observed): boolean =>
  isFinalized(seen) && !needsFinalizer(seen.platform.spec) && ownedVolumes(seen).length === 0;

/** @returns the claims that garbage collection would delete with their owner. */
export const ownedVolumes = ({ children }: Observed): Live[] =>
  children.filter(
    ({ kind, metadata }) => kind === 'PersistentVolumeClaim' && (metadata.ownerReferences ?? []).length > 0,
  );

interface LiveRemnant extends Remnant {
  readonly object: Live;
}

/** Deletes what holds data. @returns how far it is. */
export async function dispose(writer: Writer, seen: Observed): Promise<Disposal<LiveRemnant>> {
  const disposal = decideDisposal(seen.children.map(remnant));
  for (const { object } of disposal.remove) await writer.remove(object, 'Foreground');
  return disposal;
}

function remnant(object: Live): LiveRemnant {
  const { kind, metadata } = object;
  const runsPods = kindOf(object).runsPods === true;
  return { kind, name: metadata.name, runsPods, leaving: metadata.deletionTimestamp !== undefined, object };
}

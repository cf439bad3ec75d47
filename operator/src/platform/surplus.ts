/** Pure: the children that are no longer wanted. */
import { kindOf } from './kinds.ts';
import { isOwned, type Live, type Observed } from './observed.ts';
import type { Plan } from './plan.ts';

/** @returns what an object is known by within its namespace. */
export const identity = (object: { readonly kind: string; readonly metadata: { readonly name: string } }): string =>
  `${object.kind}/${object.metadata.name}`;

/**
 * @param wanted - the {@link identity} of each that should exist
 * @returns the children to remove: ours by their owner reference, there and not leaving already, wanted no longer or to be made anew
 */
export function surplusOf(
  { platform, children }: Observed,
  wanted: { readonly has: (id: string) => boolean },
  plan: Pick<Plan, 'keptJobs' | 'retryJobs'>,
): Live[] {
  const { uid } = platform.metadata;
  return children.filter(
    (object) =>
      isOwned(object, uid) && object.metadata.deletionTimestamp === undefined && isSurplus(object, wanted, plan),
  );
}

function isSurplus(
  object: Live,
  wanted: { readonly has: (id: string) => boolean },
  { keptJobs, retryJobs }: Pick<Plan, 'keptJobs' | 'retryJobs'>,
): boolean {
  const { name } = object.metadata;
  if (object.kind === 'Job' && retryJobs.includes(name)) return true;
  if (object.kind === 'Job' && keptJobs.includes(name)) return false;
  return kindOf(object).removed === 'whenUndesired' && !wanted.has(identity(object));
}

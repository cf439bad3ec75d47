/** What becomes of a lesson of the curriculum in a district that has it already, and may have made something else of it. */

/** A version as the database has it. */
export interface KnownVersion {
  readonly version: number;
  readonly state: string;
  /** `curriculum` for those that came with a release, `district` for its own. */
  readonly source: string;
  readonly digest: Buffer;
  /** 1 until somebody changes it. */
  readonly revision: number;
}

/**
 * `published`: classes get it from now on. `retired`: it is there for who wants to begin a draft with it, as the district has
 * a version of its own, or has withdrawn the lesson. `draft`: the district may finish it.
 */
export type Arrival =
  | { readonly as: 'nothing' }
  | {
      readonly as: 'published' | 'retired' | 'draft';
      readonly version: number;
      /** A draft of ours that nobody touched and that it takes the place of. */
      readonly insteadOf?: number;
      /** The version that is no longer current. */
      readonly retires?: number;
    };

/** Pure. @returns how a lesson of a release arrives: what a district has decided is never undone by it. */
export function arrivalOf(
  lesson: { readonly published: boolean; readonly digest: Buffer },
  known: readonly KnownVersion[],
): Arrival {
  const version = Math.max(0, ...known.map((each) => each.version)) + 1;
  if (!lesson.published) return known.length === 0 ? { as: 'draft', version } : { as: 'nothing' };
  const last = known.filter(isOurs).findLast(wasPublished);
  if (last?.digest.equals(lesson.digest) === true) return { as: 'nothing' };
  const current = known.find(({ state }) => state === 'published');
  if (current !== undefined && isOurs(current)) return { as: 'published', version, retires: current.version };
  if (known.some(wasPublished)) return { as: 'retired', version };
  const untouched = known.find((each) => isOurs(each) && each.state === 'draft' && each.revision === 1);
  return { as: 'published', version, ...(untouched === undefined ? {} : { insteadOf: untouched.version }) };
}

const isOurs = ({ source }: KnownVersion): boolean => source === 'curriculum';
const wasPublished = ({ state }: KnownVersion): boolean => state === 'published' || state === 'retired';

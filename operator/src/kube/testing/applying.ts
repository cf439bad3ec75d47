/** What a write does to an object and to who owns its fields. After structured-merge-diff's merge/update.go. */
import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../resource.ts';
import { joined, leavesOf, printed, split } from './field-paths.ts';
import { merged, without } from './merging.ts';
import { isOf, managedFields, ownersOf, printedManager, type Ownership, type Writer } from './ownership.ts';
import { applyConflict, type Refusal } from './statuses.ts';

/** A writer at work on the object that is there; undefined when there is none. */
interface Writing {
  readonly live: KubeObject | undefined;
  readonly writer: Writer;
  /** The time of the write, as RFC 3339. */
  readonly time: string;
}

/** @returns an object as it is after create, replace or a patch other than apply: who changed a field owns it. */
export function updated(next: KubeObject, { live, writer, time }: Writing): KubeObject {
  const { changed, removed } = compared(live, next);
  const before = ownersOf(live);
  const mine = before.find((owner) => isOf(owner, writer))?.fields ?? new Set();
  const fields = mine.difference(removed).union(changed);
  const others = before.filter((owner) => !isOf(owner, writer));
  const left = others.map((owner) => ({ ...owner, fields: owner.fields.difference(changed).difference(removed) }));
  return withOwners(next, [...left, { ...writer, time: timeOf(before, { ...writer, time, fields }), fields }]);
}

/**
 * @returns an object as it is after server-side apply.
 * @throws Refusal 409 when a field would change that another manager owns, unless it is taken by force.
 */
export function applied(config: KubeObject, writing: Writing & { readonly force: boolean }): KubeObject {
  const { live, writer, time, force } = writing;
  const before = ownersOf(live);
  const others = before.filter((owner) => !isOf(owner, writer));
  const fields = new Set(leavesOf(config).keys());
  const last = before.find((owner) => isOf(owner, writer))?.fields ?? new Set();
  const next = pruned(merged(live, config) as KubeObject, last.difference(fields), others);
  const { changed, removed } = compared(live, next);
  const taken = others.map((owner) => ({ owner, fields: owner.fields.intersection(changed) }));
  const disputed = taken.filter((each) => each.fields.size > 0);
  if (disputed.length > 0 && !force) throw conflictOf(disputed);
  const left = others.map((owner) => ({ ...owner, fields: owner.fields.difference(changed).difference(removed) }));
  // An apply that changes anything is told by its time (managedfields/internal/managedfieldsupdater.go).
  const told = changed.size + removed.size > 0 ? time : timeOf(before, { ...writer, time, fields });
  return withOwners(next, [...left, { ...writer, time: told, fields }]);
}

/** @returns the fields that are new or other than before, and those that are gone. */
function compared(
  live: object | undefined,
  next: object,
): { changed: ReadonlySet<string>; removed: ReadonlySet<string> } {
  const before = leavesOf(live ?? {});
  const after = leavesOf(next);
  const changed = [...after].filter(([path, value]) => !isDeepStrictEqual(value, before.get(path)));
  const removed = [...before.keys()].filter((path) => !after.has(path));
  return { changed: new Set(changed.map(([path]) => path)), removed: new Set(removed) };
}

/** @returns an object without the fields that its applier has given up and that nobody else owns. */
function pruned(object: KubeObject, given: ReadonlySet<string>, others: readonly Ownership[]): KubeObject {
  const owned = others.flatMap(({ fields }) => [...fields]);
  const isOwned = (path: string): boolean => owned.some((each) => each === path || each.startsWith(joined([path, ''])));
  const gone = [...given].filter((path) => !isOwned(path));
  return gone.reduce<KubeObject>((left, path) => without(left, split(path)) as KubeObject, object);
}

/** An entry keeps its time until its fields change. */
function timeOf(before: readonly Ownership[], after: Ownership): string {
  const same = before.find((owner) => isOf(owner, after) && isDeepStrictEqual(owner.fields, after.fields));
  return same?.time ?? after.time;
}

const withOwners = (object: KubeObject, owners: readonly Ownership[]): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, managedFields: managedFields(owners) },
});

function conflictOf(disputed: readonly { owner: Ownership; fields: ReadonlySet<string> }[]): Refusal {
  const conflicts = disputed
    .map(({ owner, fields }) => ({ by: printedManager(owner), paths: [...fields].map((path) => printed(split(path))) }))
    .sort((one, other) => (one.by < other.by ? -1 : 1));
  const causes = conflicts.flatMap(({ by, paths }) =>
    paths.map((field) => ({ reason: 'FieldManagerConflict', message: `conflict with ${by}`, field })),
  );
  if (causes.length === 1)
    return applyConflict(
      causes,
      `Apply failed with 1 conflict: ${causes[0]?.message ?? ''}: ${causes[0]?.field ?? ''}`,
    );
  const lines = conflicts.flatMap(({ by, paths }) => [`conflicts with ${by}:`, ...paths.map((path) => `- ${path}`)]);
  return applyConflict(causes, `Apply failed with ${causes.length} conflicts: ${lines.join('\n')}`);
}

/** Pure: which migrations are to be run now. */
import { MIGRATIONS, RELEASES, type Phase } from './migrations.ts';

type Phases = Readonly<Record<string, { readonly phase: Phase }>>;

/** @returns the release that brought a migration. */
function releaseOf(name: string): string | undefined {
  const releases = Object.entries(RELEASES).sort(([, a], [, b]) => a.localeCompare(b));
  return releases.find(([, last]) => last >= name)?.[0];
}

/**
 * @param executed - names of those that were run
 * @param through - `expand`: what the running release does not mind; `contract`: all
 * @returns the names of those that are due, in order; of an empty database all, since nothing runs on it
 * @throws Error when a release was passed over whose contract migrations are still to be run
 */
export function dueMigrations(executed: readonly string[], through: Phase, all: Phases = MIGRATIONS): string[] {
  const phaseOf = (name: string): Phase | undefined => all[name]?.phase;
  const pending = Object.keys(all)
    .sort()
    .filter((name) => !executed.includes(name));
  const first = pending.findIndex((name) => phaseOf(name) === 'contract');
  if (executed.length === 0 || through === 'contract' || first === -1) return pending;
  const later = pending.slice(first).find((name) => phaseOf(name) === 'expand');
  if (later === undefined) return pending.slice(0, first);
  const waiting = pending[first] ?? '';
  const release = releaseOf(waiting) ?? 'its release';
  throw new Error(
    `${later} cannot be run before ${waiting}, which is run once all pods are of ${release}: set release.version to ${release} first, and then this one`,
  );
}

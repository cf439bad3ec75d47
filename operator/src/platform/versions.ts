/**
 * Which release of the services knows what. Pods of a release are rendered as they were when it was released, so that an operator
 * upgrade restarts none: what they are given besides, they are given from a release on.
 */

/** The first release with accounts, phases of migrations, and jobs beside migrate and backup. */
export const ACCOUNTS_RELEASE = '0.2.0';

/** The first release whose log lines outlive an agent that is killed. */
export const SURE_LOGS_RELEASE = '0.2.1';

/** The first release whose pods are warm when they are ready, and that stands behind an edge. */
export const BELL_RELEASE = '0.3.0';

/** @returns whether a version is at least another; a build of a version (`0.2.0-1f2e3d`) counts as it. */
export function isAtLeast(version: string, least: string): boolean {
  const [given, wanted] = [numbersOf(version), numbersOf(least)];
  const differing = given.findIndex((number, index) => number !== wanted[index]);
  return differing === -1 || (given[differing] ?? 0) > (wanted[differing] ?? 0);
}

const numbersOf = (version: string): number[] => version.replace(/-.*$/, '').split('.').map(Number);

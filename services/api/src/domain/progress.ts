/**
 * How far a student is in a lesson, as what several devices say of it. Merging goes one way only, and the same wherever it is
 * begun: in any order, in any grouping, with anything told twice (a join-semilattice), so that what was done offline and what
 * arrives late can be taken as they come. features/students/progress-writes.ts says the same in SQL.
 */

export interface Progress {
  /** Steps done. */
  readonly step: number;
  /** Version of the lesson that it was done in. */
  readonly version: number;
  readonly startedAtMs: number;
  /** Null until the lesson is done. */
  readonly completedAtMs: number | null;
}

/** @returns what both say: the furthest step, the newest version, the earliest times. A lesson that is done stays done. */
export const mergeProgress = (one: Progress, other: Progress): Progress => ({
  step: Math.max(one.step, other.step),
  version: Math.max(one.version, other.version),
  startedAtMs: Math.min(one.startedAtMs, other.startedAtMs),
  completedAtMs: earliest(one.completedAtMs, other.completedAtMs),
});

function earliest(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}

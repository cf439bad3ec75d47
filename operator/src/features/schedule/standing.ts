/**
 * The floor that stands: what the calendar and a manual floor ask for, and while somebody is in class never less than what
 * stands already. Within the day the asked-for floor falls when one school ends before another, when a period is smaller than
 * the one before, when a manual floor lapses or the spec is edited: pods that a class works with are not taken from it for that.
 */
import type { Prescale } from '@heroes/crds/schedule.ts';
import type { Spec } from '@heroes/crds/spec.ts';
import { dueAt } from './due.ts';
import { floorAt, isInClass, type Floor, type Segment } from './floor.ts';
import { lapsesAt, prescaleAt, prescaled } from './prescale.ts';

/** The floor to write, why, and what comes next of itself. */
export interface Standing extends Floor {
  /** Pods that are due by now: the floor of the classes whose bell has rung. */
  readonly due: number;
  /** The manual floor, while it holds. */
  readonly prescale?: Prescale;
  /** What is no fault, and still to be mended. */
  readonly warning?: string;
}

/**
 * @param stands - the floor that was last written, as the cluster holds it; undefined when none was
 * @returns the floor that is to stand now, and the next change of it
 */
export function standingAt(spec: Spec, nowMs: number, stands = 0): Standing {
  const most = spec.api.replicas.max;
  const floor = floorAt(spec, nowMs, (timeline) => kept(prescaled(spec, timeline), Math.min(stands, most)));
  const { due, untilMs } = dueAt(spec, nowMs);
  const standing = { ...floor, due };
  // Without a calendar nothing changes by time.
  if (floor.untilMs === undefined) return standing;
  const prescale = prescaleAt(spec, nowMs);
  const ends = [floor.untilMs, untilMs, ...(prescale === undefined ? [] : [lapsesAt(prescale)])];
  return { ...standing, untilMs: Math.min(...ends), ...(prescale === undefined ? {} : { prescale }) };
}

/** @returns a timeline, from now on, in which no floor is below the one before it while somebody is in class or about to be. */
function kept(timeline: readonly Segment[], stands: number): Segment[] {
  let floor = stands;
  return timeline.map((segment) => {
    const falls = isInClass(segment) && segment.floor < floor;
    if (!falls) {
      ({ floor } = segment);
      return segment;
    }
    return { ...segment, floor, reason: `${floor} stand until nobody is in class; asked for: ${segment.reason}` };
  });
}

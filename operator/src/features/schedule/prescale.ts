/** A floor that somebody asked for by hand (`spec.schedule.prescale`): it holds beside the calendar's until its end, and is no class. */
import type { Prescale } from '@heroes/crds/schedule.ts';
import type { Spec } from '@heroes/crds/spec.ts';
import type { Segment } from './floor.ts';

/** @returns the manual floor that holds at an instant, epoch milliseconds; undefined when there is none, or it has lapsed. */
export function prescaleAt({ schedule, api }: Spec, atMs: number): Prescale | undefined {
  const asked = schedule?.prescale;
  if (asked === undefined || !(atMs < lapsesAt(asked))) return undefined;
  return { ...asked, replicas: Math.min(asked.replicas, api.replicas.max) };
}

/** @returns a timeline of the calendar's floors in which none is below the manual one while that holds; neighbours differ. */
export function prescaled<T extends Omit<Segment, 'state'>>(spec: Spec, timeline: readonly T[]): T[] {
  return timeline.flatMap((segment): T[] => {
    const asked = prescaleAt(spec, segment.startMs);
    if (asked === undefined || asked.replicas <= segment.floor) return [segment];
    const untilMs = Math.min(lapsesAt(asked), segment.endMs);
    const reason = `${asked.replicas} by hand until ${asked.until} (${asked.reason}); ${segment.reason}`;
    const raised = { ...segment, endMs: untilMs, floor: asked.replicas, reason };
    return untilMs < segment.endMs ? [raised, { ...segment, startMs: untilMs }] : [raised];
  });
}

/** @returns when a manual floor ends, epoch milliseconds; NaN, which nothing is before, of what is no time. */
export const lapsesAt = ({ until }: Prescale): number => Date.parse(until);

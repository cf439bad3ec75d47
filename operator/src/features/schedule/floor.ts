/**
 * The floor: the fewest API pods that the calendar asks for at an instant (design.md, "The floor"). Pure in (spec, t).
 * It is computed as a timeline of segments, so that the floor now, the next change and a forecast are one function.
 */
import type { Schedule } from '@heroes/crds/schedule.ts';
import type { Spec } from '@heroes/crds/spec.ts';
import { inTerm, intervalsOn, type Interval } from './day.ts';

const DAY_MS = 86_400_000;

/** How far ahead the next change is looked for, in days: most are today's, the longest holiday is the summer's. */
const HORIZONS = [2, 16, 120, 400] as const;

export type State = 'InClass' | 'PreScaling' | 'Idle' | 'OutOfTerm' | 'Unscheduled';

/** A span in which the floor, the state and its reason hold: `[startMs, endMs)`, epoch milliseconds. */
export interface Segment {
  readonly startMs: number;
  readonly endMs: number;
  readonly floor: number;
  readonly state: State;
  readonly reason: string;
}

export interface Floor {
  readonly state: State;
  readonly floor: number;
  readonly reason: string;
  /** Until when all of this holds, epoch milliseconds; for good when it does not change by time. */
  readonly untilMs?: number;
  readonly next?: { readonly atMs: number; readonly floor: number };
}

/** @returns whether somebody is in class or will be in a moment; without a schedule nobody knows, so that it counts as if. */
export const isInSession = ({ state }: Pick<Floor, 'state'>): boolean =>
  state === 'InClass' || state === 'PreScaling' || state === 'Unscheduled';

/**
 * @param inForce - what becomes of the calendar's timeline, from now on; nothing unless given
 * @returns the floor at an instant and the next change of it, looking a year ahead
 */
export function floorAt(
  spec: Spec,
  nowMs: number,
  inForce: (timeline: readonly Segment[]) => readonly Segment[] = (timeline) => timeline,
): Floor {
  if (spec.schedule === undefined) {
    return { state: 'Unscheduled', floor: spec.api.replicas.min, reason: 'no schedule: api.replicas.min holds' };
  }
  for (const days of HORIZONS) {
    const timeline = inForce(segments(spec, nowMs, nowMs + days * DAY_MS));
    const current = timeline[0];
    if (current === undefined) break;
    const { state, floor, reason, endMs: untilMs } = current;
    const next = timeline.find((segment) => segment.floor !== floor);
    if (next !== undefined) return { state, floor, reason, untilMs, next: { atMs: next.startMs, floor: next.floor } };
    if (days === HORIZONS.at(-1)) return { state, floor, reason, untilMs };
  }
  return { state: 'OutOfTerm', floor: idleFloor(spec, spec.schedule), reason: 'no date of any term is near' };
}

/** @returns the segments that cover `[fromMs, toMs)`, adjoining, each differing from its neighbours. */
export function segments(spec: Spec, fromMs: number, toMs: number): Segment[] {
  const { schedule } = spec;
  if (schedule === undefined || fromMs >= toMs) return [];
  const intervals = intervalsBetween(spec, schedule, { fromMs, toMs });
  const edges = intervals.flatMap((interval) => [interval.startMs, interval.bellMs, interval.endMs]);
  const midnights = localMidnights(spec.district.timeZone, fromMs, toMs);
  const cuts = [...new Set([fromMs, ...edges, ...midnights])]
    .filter((ms) => ms >= fromMs && ms < toMs)
    .sort((a, b) => a - b);
  const timeline: Segment[] = [];
  let first = 0;
  for (const [index, startMs] of cuts.entries()) {
    while (first < intervals.length && (intervals[first]?.endMs ?? 0) <= startMs - 2 * DAY_MS) first++;
    const covering = intervals
      .slice(first)
      .filter((interval) => interval.startMs <= startMs && startMs < interval.endMs);
    join(timeline, { startMs, endMs: cuts[index + 1] ?? toMs, ...describe(spec, covering, startMs) });
  }
  return timeline;
}

function intervalsBetween(
  spec: Spec,
  schedule: Schedule,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Interval[] {
  const { timeZone } = spec.district;
  const last = localDate(toMs, timeZone).add({ days: 2 });
  const found: Interval[] = [];
  // Lead time and hold may reach a day over midnight, so that the neighbours of the range count too.
  for (
    let date = localDate(fromMs, timeZone).subtract({ days: 2 });
    Temporal.PlainDate.compare(date, last) <= 0;
    date = date.add({ days: 1 })
  ) {
    for (const calendar of schedule.calendars) found.push(...intervalsOn(schedule, calendar, { date, timeZone }));
  }
  return found
    .filter((interval) => interval.endMs > fromMs && interval.startMs < toMs)
    .sort((a, b) => a.startMs - b.startMs);
}

function localDate(ms: number, timeZone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).toPlainDate();
}

/** Terms begin and end at local midnight, so the state can change there without a bell. */
function localMidnights(timeZone: string, fromMs: number, toMs: number): number[] {
  const midnights: number[] = [];
  for (let date = localDate(fromMs, timeZone).add({ days: 1 }); ; date = date.add({ days: 1 })) {
    const ms = date.toZonedDateTime(timeZone).epochMilliseconds;
    if (ms >= toMs) return midnights;
    midnights.push(ms);
  }
}

function describe(
  spec: Spec,
  covering: readonly Interval[],
  atMs: number,
): Pick<Segment, 'floor' | 'state' | 'reason'> {
  const { schedule } = spec;
  if (schedule === undefined || covering.length === 0) return outsideClass(spec, atMs);
  const perCalendar = new Map<string, Interval>();
  for (const interval of covering) {
    const largest = perCalendar.get(interval.calendar);
    if (largest === undefined || interval.students > largest.students) perCalendar.set(interval.calendar, interval);
  }
  const students = [...perCalendar.values()].reduce((sum, interval) => sum + interval.students, 0);
  const { min, max } = spec.api.replicas;
  const floor = Math.min(Math.max(Math.ceil(students / schedule.studentsPerReplica), min), max);
  const state = covering.every((interval) => atMs < interval.bellMs) ? 'PreScaling' : 'InClass';
  const who = [...perCalendar.values()].map((interval) => `${interval.calendar} (${interval.label})`).join(', ');
  return { floor, state, reason: `${students} students: ${who}` };
}

function outsideClass(spec: Spec, atMs: number): Pick<Segment, 'floor' | 'state' | 'reason'> {
  const calendars = spec.schedule?.calendars ?? [];
  const date = localDate(atMs, spec.district.timeZone).toString();
  const anyTerm = calendars.some((calendar) => inTerm(calendar, date));
  const floor = idleFloor(spec, spec.schedule);
  return anyTerm
    ? { floor, state: 'Idle', reason: 'nobody is in class' }
    : { floor, state: 'OutOfTerm', reason: 'no school is in term' };
}

function idleFloor(spec: Spec, schedule: Schedule | undefined): number {
  return schedule?.idleReplicas ?? spec.api.replicas.min;
}

function join(timeline: Segment[], segment: Segment): void {
  const last = timeline.at(-1);
  const same = last?.floor === segment.floor && last.state === segment.state && last.reason === segment.reason;
  if (same) timeline[timeline.length - 1] = { ...last, endMs: segment.endMs };
  else timeline.push(segment);
}

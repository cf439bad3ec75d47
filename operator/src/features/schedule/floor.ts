/**
 * The floor: the fewest API pods that the calendar asks for at an instant (design.md, "The floor"). Pure in (spec, t).
 * It is computed as a timeline of spans, so that the floor now, the next change and a forecast are one function.
 */
import type { Schedule } from '@heroes/crds/schedule.ts';
import type { Spec } from '@heroes/crds/spec.ts';
import { inTerm } from './day.ts';
import { coveredBy, type Change } from './changes.ts';
import { timeline, type Step } from './timeline.ts';

const DAY_MS = 86_400_000;

/** How far ahead the next change is looked for, in days: most are today's, the longest holiday is the summer's. */
const HORIZONS = [2, 16, 120, 400] as const;

/** More calendars than this are not named one by one. */
const NAMED = 3;

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

/** `[fromMs, toMs)`, epoch milliseconds. */
export interface Range {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A span of {@link spans}. What is said of it is put into words only where somebody reads it. */
export interface Span extends Omit<Segment, 'reason'> {
  /** The most that are in class in it. */
  readonly students: number;
  readonly reason: () => string;
}

const UNSCHEDULED = 'no schedule: api.replicas.min holds';

/** @returns whether the calendar has somebody in class, now or in a moment. */
export const isInClass = ({ state }: Pick<Floor, 'state'>): boolean => state === 'InClass' || state === 'PreScaling';

/** @returns whether somebody is in class or will be in a moment; without a schedule nobody knows, so that it counts as if. */
export const isInSession = (floor: Pick<Floor, 'state'>): boolean => isInClass(floor) || floor.state === 'Unscheduled';

/**
 * @param inForce - what becomes of the calendar's timeline, from now on; nothing unless given
 * @returns the floor at an instant and the next change of it, looking a year ahead
 */
export function floorAt(
  spec: Spec,
  nowMs: number,
  inForce: (timeline: readonly Segment[]) => readonly Segment[] = (timeline) => timeline,
): Floor {
  if (spec.schedule === undefined) return { state: 'Unscheduled', floor: spec.api.replicas.min, reason: UNSCHEDULED };
  for (const days of HORIZONS) {
    const timeline = inForce(segments(spec, nowMs, nowMs + days * DAY_MS));
    const current = timeline[0];
    if (current === undefined) break;
    const { state, floor, reason, endMs: untilMs } = current;
    const next = timeline.find((segment) => segment.floor !== floor);
    if (next !== undefined) return { state, floor, reason, untilMs, next: { atMs: next.startMs, floor: next.floor } };
    if (days === HORIZONS.at(-1)) return { state, floor, reason, untilMs };
  }
  return { state: 'OutOfTerm', floor: idleFloor(spec), reason: 'no date of any term is near' };
}

/** @returns the segments that cover `[fromMs, toMs)`, adjoining, each differing from its neighbours. */
export function segments(spec: Spec, fromMs: number, toMs: number): Segment[] {
  const found: Segment[] = [];
  for (const span of spans(spec, { fromMs, toMs })) {
    const { startMs, endMs, floor, state } = span;
    const segment = { startMs, endMs, floor, state, reason: span.reason() };
    const last = found.at(-1);
    const same = last?.floor === segment.floor && last.state === segment.state && last.reason === segment.reason;
    if (same) found[found.length - 1] = { ...last, endMs: segment.endMs };
    else found.push(segment);
  }
  return found;
}

/**
 * @param options - `whole`: whether a span of class ends only where the floor changes; it is told by when most are in class then
 * @returns the spans that cover a range, adjoining; neighbours may be alike
 */
export function spans(spec: Spec, { fromMs, toMs }: Range, { whole = false } = {}): Span[] {
  if (fromMs >= toMs) return [];
  const { schedule } = spec;
  if (schedule === undefined) return [unscheduled(spec, fromMs, toMs)];
  const { timeZone } = spec.district;
  const floorOf = ({ students }: Change): number => floorFor(spec, students);
  const alike = (a: Change, b: Change): boolean => whole && floorOf(a) === floorOf(b);
  const idle = idleSpans(spec, schedule);
  const found: Span[] = [];
  let doneMs = fromMs;
  for (const step of timeline({ schedule, timeZone, alike }, fromMs, toMs)) {
    if (doneMs < step.startMs) found.push(...idle(doneMs, step.startMs));
    found.push(inClass(step, floorOf));
    doneMs = step.endMs;
  }
  if (doneMs < toMs) found.push(...idle(doneMs, toMs));
  return found;
}

const unscheduled = (spec: Spec, startMs: number, endMs: number): Span => ({
  startMs,
  endMs,
  floor: spec.api.replicas.min,
  state: 'Unscheduled',
  students: 0,
  reason: () => UNSCHEDULED,
});

function inClass({ startMs, endMs, changes }: Step, floorOf: (change: Change) => number): Span {
  const peak = changes.reduce((most, change) => (change.students > most.students ? change : most));
  const { students } = peak;
  const upTo = changes.some((change) => change.students < students) ? 'up to ' : '';
  return {
    startMs,
    endMs,
    floor: floorOf(peak),
    state: changes.some(({ begun }) => begun > 0) ? 'InClass' : 'PreScaling',
    students,
    reason: () => `${upTo}${inWords(peak)}`,
  };
}

/** @returns the floor while so many students are in class. */
export function floorFor({ api: { replicas }, schedule }: Spec, students: number): number {
  const asked = schedule === undefined ? replicas.min : replicasFor(schedule, students);
  return Math.min(Math.max(asked, replicas.min), replicas.max);
}

/** @returns the replicas that students in class ask for, whatever the bounds of the autoscaler. */
export const replicasFor = ({ studentsPerReplica }: Schedule, students: number): number =>
  Math.ceil(students / studentsPerReplica);

function inWords(change: Change): string {
  const { students, calendars } = change;
  if (calendars > NAMED) return `${students} students of ${calendars} calendars`;
  const named = coveredBy(change).map(({ calendar, label }) => `${calendar} (${label})`);
  return `${students} students: ${named.join(', ')}`;
}

/** @returns a function that fills a span in which nobody is in class: it changes where terms begin and end, at midnight. */
function idleSpans(spec: Spec, { calendars }: Schedule): (startMs: number, endMs: number) => Span[] {
  const edges = termEdges(spec);
  const floor = idleFloor(spec);
  return (fromMs, toMs) => {
    const cuts = [fromMs, ...edges.filter(({ atMs }) => fromMs < atMs && atMs < toMs).map(({ atMs }) => atMs)];
    return cuts.map((startMs, index) => {
      const date = edges.findLast(({ atMs }) => atMs <= startMs)?.date;
      const anyTerm = date !== undefined && calendars.some((calendar) => inTerm(calendar, date));
      const [state, words] = anyTerm
        ? (['Idle', 'nobody is in class'] as const)
        : (['OutOfTerm', 'no school is in term'] as const);
      return { startMs, endMs: cuts[index + 1] ?? toMs, floor, state, students: 0, reason: () => words };
    });
  };
}

/** @returns the first dates that are in a term or no longer in it, and their midnights in epoch milliseconds, in order. */
function termEdges({ schedule, district: { timeZone } }: Spec): { readonly date: string; readonly atMs: number }[] {
  const terms = (schedule?.calendars ?? []).flatMap((calendar) => calendar.terms);
  const first = [...new Set(terms.map(({ startDate }) => startDate))].map((date) => Temporal.PlainDate.from(date));
  const after = [...new Set(terms.map(({ endDate }) => endDate))].map((date) =>
    Temporal.PlainDate.from(date).add(ONE_DAY),
  );
  return [...first, ...after]
    .map((date) => ({ date: date.toString(), atMs: date.toZonedDateTime(timeZone).epochMilliseconds }))
    .sort((a, b) => a.atMs - b.atMs);
}

const ONE_DAY = { days: 1 } as const;

/** @returns the floor while nobody is in class. An object may be older than the rule that it is no more than the maximum. */
export const idleFloor = ({ schedule, api: { replicas } }: Spec): number =>
  Math.min(schedule?.idleReplicas ?? replicas.min, replicas.max);

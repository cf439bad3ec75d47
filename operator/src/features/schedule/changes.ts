/** What intervals add up to, from one change to the next: first within a calendar, then over the district. */
import type { Interval } from './day.ts';

/** What holds of a district from an instant on, until the next change. */
export interface Change {
  /** On the time scale of the intervals, milliseconds. */
  readonly atMs: number;
  /** In the largest interval of each calendar. */
  readonly students: number;
  /** Calendars of which an interval is covered. */
  readonly calendars: number;
  /** Those of them whose bell has rung; before that, capacity stands ahead of it. */
  readonly begun: number;
  /** What it adds up. */
  readonly parts: readonly Part[];
}

/** What one calendar asks for on a day. */
export interface Part {
  readonly intervals: readonly Interval[];
  /** In order; after the last of them nothing is covered. */
  readonly changes: readonly CalendarChange[];
}

/** What holds of one calendar from an instant on. */
interface CalendarChange {
  readonly atMs: number;
  /** The largest interval that is covered. */
  readonly largest: Interval | undefined;
  readonly begun: boolean;
  /** By how much there is more than before. */
  readonly more: Sum;
}

interface Sum {
  readonly students: number;
  readonly calendars: number;
  readonly begun: number;
}

/** @returns what the intervals of one calendar add up to. */
export function partOf(intervals: readonly Interval[]): Part {
  const byStart = [...intervals].sort((a, b) => a.startMs - b.startMs);
  const edges = new Set(intervals.flatMap(({ startMs, bellMs, endMs }) => [startMs, bellMs, endMs]));
  const changes: CalendarChange[] = [];
  let before: Pick<CalendarChange, 'largest' | 'begun'> = { largest: undefined, begun: false };
  let active: Interval[] = [];
  let next = 0;
  for (const atMs of [...edges].sort((a, b) => a - b)) {
    for (let coming = byStart[next]; coming !== undefined && coming.startMs <= atMs; coming = byStart[++next])
      active.push(coming);
    active = active.filter(({ endMs }) => endMs > atMs);
    const largest = active.reduce<Interval | undefined>(larger, undefined);
    const begun = active.some(({ bellMs }) => bellMs <= atMs);
    if (before.largest === largest && before.begun === begun) continue;
    const more = minus(sumOf(largest, begun), sumOf(before.largest, before.begun));
    before = { largest, begun };
    changes.push({ atMs, largest, begun, more });
  }
  return { intervals, changes };
}

const larger = (a: Interval | undefined, b: Interval): Interval => (a === undefined || b.students > a.students ? b : a);

const sumOf = (largest: Interval | undefined, begun: boolean): Sum => ({
  students: largest?.students ?? 0,
  calendars: Number(largest !== undefined),
  begun: Number(begun),
});

const minus = (a: Sum, b: Sum): Sum => ({
  students: a.students - b.students,
  calendars: a.calendars - b.calendars,
  begun: a.begun - b.begun,
});

/** @returns what the parts of a day add up to, in order; after the last of them nothing is covered. */
export function districtChanges(parts: readonly Part[]): Change[] {
  const byTime = new Map<number, { -readonly [Field in keyof Change]: Change[Field] }>();
  for (const part of parts) {
    for (const { atMs, more } of part.changes) {
      const sum = byTime.get(atMs);
      if (sum === undefined) byTime.set(atMs, { atMs, ...more, parts });
      else {
        sum.students += more.students;
        sum.calendars += more.calendars;
        sum.begun += more.begun;
      }
    }
  }
  const changes = [...byTime.values()].sort((a, b) => a.atMs - b.atMs);
  for (const [index, change] of changes.entries()) {
    const before = changes[index - 1];
    if (before === undefined) continue;
    change.students += before.students;
    change.calendars += before.calendars;
    change.begun += before.begun;
  }
  return changes;
}

/** @returns the largest interval of each calendar that is covered. */
export function coveredBy({ atMs, calendars, parts }: Change): Interval[] {
  const found: Interval[] = [];
  for (const { changes } of parts) {
    if (found.length === calendars) break;
    const largest = changes[countUntil(changes, atMs) - 1]?.largest;
    if (largest !== undefined) found.push(largest);
  }
  return found;
}

/** @returns how many of the changes, which are in order, are not later. */
function countUntil(changes: readonly CalendarChange[], atMs: number): number {
  let [low, high] = [0, changes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((changes[middle]?.atMs ?? Infinity) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

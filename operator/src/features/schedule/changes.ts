/** What intervals add up to, from one change to the next: first within a calendar, then over the district. */
import type { Interval } from './day.ts';

/** What holds of a district from an instant on, until the next change. */
export interface Change {
  /** On the time scale of the intervals, milliseconds. */
  readonly atMs: number;
  readonly students: number;
  /** Whether any interval is covered. */
  readonly covered: boolean;
  /** Whether a bell has rung for any interval that is covered; before that, capacity stands ahead of it. */
  readonly begun: boolean;
  /** @returns the largest interval of each calendar that is covered. */
  readonly covering: () => readonly Interval[];
}

/** What holds of one calendar from an instant on. */
export interface CalendarChange {
  readonly atMs: number;
  /** The largest interval that is covered. */
  readonly largest: Interval | undefined;
  readonly begun: boolean;
  /** By how much there is more than before. */
  readonly more: Sum;
}

/** Students, calendars that are covered, and calendars of those whose bell has rung. */
interface Sum {
  readonly students: number;
  readonly covered: number;
  readonly begun: number;
}

/** @returns the changes of one calendar, in order; after the last of them nothing is covered. */
export function calendarChanges(intervals: readonly Interval[]): CalendarChange[] {
  const byStart = [...intervals].sort((a, b) => a.startMs - b.startMs);
  const edges = intervals.flatMap(({ startMs, bellMs, endMs }) => [startMs, bellMs, endMs]);
  const changes: CalendarChange[] = [];
  let before: Pick<CalendarChange, 'largest' | 'begun'> = { largest: undefined, begun: false };
  let active: Interval[] = [];
  let next = 0;
  for (const atMs of ascending(edges)) {
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
  return changes;
}

const larger = (a: Interval | undefined, b: Interval): Interval => (a === undefined || b.students > a.students ? b : a);

const sumOf = (largest: Interval | undefined, begun: boolean): Sum => ({
  students: largest?.students ?? 0,
  covered: Number(largest !== undefined),
  begun: Number(begun),
});

const minus = (a: Sum, b: Sum): Sum => ({
  students: a.students - b.students,
  covered: a.covered - b.covered,
  begun: a.begun - b.begun,
});

const ascending = (numbers: Iterable<number>): number[] => [...new Set(numbers)].sort((a, b) => a - b);

/** @returns what the changes of the calendars add up to, in order; after the last of them nothing is covered. */
export function districtChanges(calendars: readonly (readonly CalendarChange[])[]): Change[] {
  const more = new Map<number, { students: number; covered: number; begun: number }>();
  for (const changes of calendars) {
    for (const change of changes) {
      const sum = more.get(change.atMs);
      if (sum === undefined) more.set(change.atMs, { ...change.more });
      else {
        sum.students += change.more.students;
        sum.covered += change.more.covered;
        sum.begun += change.more.begun;
      }
    }
  }
  let [students, covered, begun] = [0, 0, 0];
  return ascending(more.keys()).map((atMs) => {
    const sum = more.get(atMs);
    students += sum?.students ?? 0;
    covered += sum?.covered ?? 0;
    begun += sum?.begun ?? 0;
    return { atMs, students, covered: covered > 0, begun: begun > 0, covering: () => largestAt(calendars, atMs) };
  });
}

function largestAt(calendars: readonly (readonly CalendarChange[])[], atMs: number): Interval[] {
  const covered: Interval[] = [];
  for (const changes of calendars) {
    const largest = changes[countUntil(changes, atMs) - 1]?.largest;
    if (largest !== undefined) covered.push(largest);
  }
  return covered;
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

/** @returns a function that works something out when it is first asked for. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/**
 * Who is in class when, over the years of a large district. What a day asks for depends on the bell schedules that are in force:
 * each such kind of day is worked out once, in local time, and laid onto the dates of that kind. Dates near a change of the
 * clock, and days that reach into each other, are worked out one by one.
 */
import type { BellSchedule, Calendar, Schedule } from '@heroes/crds/schedule.ts';
import { districtChanges, partOf, type Change, type Part } from './changes.ts';
import { daysOf, intervalsOf, marginsOf, weekday, type Interval, type Margins } from './day.ts';

const DAY_MS = 86_400_000;

/** A span in which there is class all the time, as {@link Calendars.alike} has it: `[startMs, endMs)`, epoch milliseconds. */
export interface Step {
  readonly startMs: number;
  readonly endMs: number;
  /** What is so one after the other, at least one; shared by the days of a kind. */
  readonly changes: readonly Change[];
}

export interface Calendars {
  readonly schedule: Schedule;
  /** Of its local times. */
  readonly timeZone: string;
  /** Whether two changes, one after the other, belong to one step. */
  readonly alike: (a: Change, b: Change) => boolean;
}

/** @returns the steps in which there is class, in order, cut to `[fromMs, toMs)`; between them nobody is in class. */
export function timeline(calendars: Calendars, fromMs: number, toMs: number): Step[] {
  const found: Step[] = [];
  for (const { baseMs, day } of joined(blocks(calendars, fromMs, toMs), calendars)) {
    for (const step of day.steps()) {
      const startMs = Math.max(fromMs, baseMs + step.startMs);
      const endMs = Math.min(toMs, baseMs + step.endMs);
      if (startMs < endMs) found.push({ startMs, endMs, changes: step.changes });
    }
  }
  return found;
}

/** What a district asks for on a day, on the time scale of its parts. */
interface Day {
  readonly parts: readonly Part[];
  readonly startMs: number;
  readonly endMs: number;
  readonly steps: () => readonly Step[];
}

type Alike = Pick<Calendars, 'alike'>;

function dayOf(parts: readonly Part[], { alike }: Alike): Day {
  // Nothing is covered after the last change.
  const first = (least: number, { changes }: Part): number => Math.min(least, changes[0]?.atMs ?? least);
  const last = (most: number, { changes }: Part): number => Math.max(most, changes.at(-1)?.atMs ?? most);
  return {
    parts,
    startMs: parts.reduce(first, Infinity),
    endMs: parts.reduce(last, -Infinity),
    steps: once(() => stepsOf(districtChanges(parts), alike)),
  };
}

function stepsOf(changes: readonly Change[], alike: Calendars['alike']): Step[] {
  const steps: { startMs: number; endMs: number; changes: Change[] }[] = [];
  for (const [index, change] of changes.entries()) {
    if (change.calendars === 0) continue;
    const endMs = changes[index + 1]?.atMs ?? change.atMs;
    const last = steps.at(-1);
    const former = last?.endMs === change.atMs ? last.changes.at(-1) : undefined;
    if (last === undefined || former === undefined || !alike(former, change))
      steps.push({ startMs: change.atMs, endMs, changes: [change] });
    else {
      last.changes.push(change);
      last.endMs = endMs;
    }
  }
  return steps;
}

/** @returns a function that works something out when it is first asked for. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** A day where it lies in time. */
interface Block {
  /** Where the day's time scale begins, epoch milliseconds. */
  readonly baseMs: number;
  readonly day: Day;
}

/** Days that reach into each other become one, on the epoch's scale. */
function joined(days: Iterable<Block>, how: Alike): Block[] {
  const groups: Block[][] = [];
  let coveredUntilMs = -Infinity;
  for (const block of [...days].sort((a, b) => startOf(a) - startOf(b))) {
    const group = groups.at(-1);
    if (group === undefined || startOf(block) >= coveredUntilMs) groups.push([block]);
    else group.push(block);
    coveredUntilMs = Math.max(coveredUntilMs, block.baseMs + block.day.endMs);
  }
  return groups.flatMap((group) => (group.length === 1 ? group : [{ baseMs: 0, day: together(group, how) }]));
}

const startOf = ({ baseMs, day }: Block): number => baseMs + day.startMs;

function together(group: readonly Block[], how: Alike): Day {
  const intervals = group.flatMap(({ baseMs, day }) =>
    day.parts.flatMap((part) => part.intervals.map((interval) => moved(interval, baseMs))),
  );
  return dayOf([...Map.groupBy(intervals, ({ calendar }) => calendar).values()].map(partOf), how);
}

const moved = (interval: Interval, byMs: number): Interval => ({
  ...interval,
  startMs: interval.startMs + byMs,
  endMs: interval.endMs + byMs,
  bellMs: interval.bellMs + byMs,
});

interface How extends Alike {
  readonly timeZone: string;
  readonly margins: Margins;
}

/** @yields each date on which there is class and that may reach into the range, in order. */
function* blocks({ schedule, timeZone, alike }: Calendars, fromMs: number, toMs: number): Generator<Block> {
  const margins = marginsOf(schedule);
  const how = { timeZone, margins, alike };
  const kinds = kindsOf(how);
  const bellsOn = bellsOf(schedule, margins);
  // The clock may skip a date, so that what begins on one may lie on the next.
  const last = localDate(toMs + margins.leadMs, timeZone).add({ days: 2 });
  const changes = clockChanges(timeZone, fromMs - margins.holdMs, toMs + margins.leadMs);
  let date = localDate(fromMs - margins.holdMs, timeZone).subtract({ days: 2 });
  for (; Temporal.PlainDate.compare(date, last) <= 0; date = date.add({ days: 1 })) {
    const inForce = bellsOn(date);
    if (inForce.length === 0) continue;
    const baseMs = date.toZonedDateTime(timeZone).epochMilliseconds;
    const near = changes.some((changeMs) => Math.abs(changeMs - baseMs) <= NEAR_MS);
    yield near ? { baseMs: 0, day: zoned(inForce, how, date) } : { baseMs, day: kinds(inForce) };
  }
}

/** A bell schedule of a calendar. */
interface Bells {
  readonly calendar: Calendar;
  readonly bells: BellSchedule;
  /** Of the district's. */
  readonly number: number;
  /** What it asks for in local time: milliseconds from midnight. */
  readonly local: () => Part;
}

/** @returns a function from a date to what is in force on it, at most one of each calendar. */
function bellsOf({ calendars }: Schedule, margins: Margins): (date: Temporal.PlainDate) => Bells[] {
  let count = 0;
  const each = calendars.map((calendar) => {
    const all = calendar.bellSchedules.map((bells) => {
      const local = once(() => partOf(intervalsOf({ calendar, bells }, margins, sinceMidnight)));
      return [bells, { calendar, bells, number: count++, local }] as const;
    });
    return { days: daysOf(calendar), known: new Map<BellSchedule, Bells>(all) };
  });
  return (date) => {
    const [iso, day] = [date.toString(), weekday(date)];
    const inForce: Bells[] = [];
    for (const { days, known } of each) {
      const bells = days(iso, day);
      const found = bells === undefined ? undefined : known.get(bells);
      if (found !== undefined) inForce.push(found);
    }
    return inForce;
  };
}

const sinceMidnight = (time: string): number => (Number(time.slice(0, 2)) * 60 + Number(time.slice(3))) * 60_000;

/** @returns a function from what is in force to the kind of day, in local time. */
function kindsOf(how: How): (inForce: readonly Bells[]) => Day {
  const kinds = new Map<string, Day>();
  return (inForce) => {
    const key = inForce.map(({ number }) => number).join();
    return remembered(kinds, key, () =>
      dayOf(
        inForce.map(({ local }) => local()),
        how,
      ),
    );
  };
}

function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  const found = known.get(key) ?? make();
  known.set(key, found);
  return found;
}

function zoned(inForce: readonly Bells[], how: How, date: Temporal.PlainDate): Day {
  // Schools of a district share their bells.
  const instants = new Map<string, number>();
  const { timeZone, margins } = how;
  const instant = (time: string): number =>
    remembered(
      instants,
      time,
      () => date.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from(time) }).epochMilliseconds,
    );
  return dayOf(
    inForce.map((each) => partOf(intervalsOf(each, margins, instant))),
    how,
  );
}

/** A date whose midnight is this far from every change of the clock has 24 hours, and so have its neighbours. */
const NEAR_MS = 2 * DAY_MS;

/** @returns when the clock is set in a range or near it, epoch milliseconds. */
function clockChanges(timeZone: string, fromMs: number, toMs: number): number[] {
  const changes: number[] = [];
  const start = Temporal.Instant.fromEpochMilliseconds(fromMs - 2 * NEAR_MS).toZonedDateTimeISO(timeZone);
  for (let next = start.getTimeZoneTransition('next'); next !== null; next = next.getTimeZoneTransition('next')) {
    if (next.epochMilliseconds > toMs + 3 * NEAR_MS) break;
    changes.push(next.epochMilliseconds);
  }
  return changes;
}

/** @returns the local date at an instant. */
export function localDate(ms: number, timeZone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).toPlainDate();
}

/** Which bell schedule is in force on a local date, and the intervals it asks capacity for (design.md, "The floor"). */
import { CLOSING_EVENTS, WEEKDAYS, type BellSchedule, type Calendar, type Schedule } from '@heroes/crds/schedule.ts';

/** Capacity asked for by one class period: `[startMs, endMs)`, in milliseconds of the epoch or of its local day. */
export interface Interval {
  readonly startMs: number;
  readonly endMs: number;
  /** When the bell rings; before it the interval is lead time. */
  readonly bellMs: number;
  readonly students: number;
  readonly calendar: string;
  readonly label: string;
}

/** @returns whether an event closes its date, unless that names a bell schedule. */
export const closes = (event: string): boolean => (CLOSING_EVENTS as readonly string[]).includes(event);

/** @returns a `1h30m` span in milliseconds. */
export function spanMs(span: string): number {
  const [, hours, minutes] = /^(?:(\d+)h)?(?:(\d+)m)?$/.exec(span) ?? [];
  return (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
}

/** @returns the English name of a date's weekday. */
export function weekday(date: Temporal.PlainDate): (typeof WEEKDAYS)[number] {
  return WEEKDAYS[date.dayOfWeek - 1] ?? 'Monday';
}

/** @returns whether a date, ISO 8601, lies in one of the calendar's terms. */
export function inTerm(calendar: Calendar, date: string): boolean {
  return calendar.terms.some((term) => term.startDate <= date && date <= term.endDate);
}

/** What is in force on a date, given as ISO 8601 and its weekday; undefined when nobody is in class. */
export type Days = (iso: string, weekday: (typeof WEEKDAYS)[number]) => BellSchedule | undefined;

/** @returns a calendar's rule of which bell schedule is in force, for many dates. */
export function daysOf(calendar: Calendar): Days {
  const entries = Map.groupBy(calendar.calendarDates, ({ date }) => date);
  const named = new Map(calendar.bellSchedules.map((bells) => [bells.name, bells]));
  const usual = new Map(
    WEEKDAYS.map((day) => [day, calendar.bellSchedules.find((bells) => bells.days?.includes(day))] as const),
  );
  return (iso, day) => {
    if (!inTerm(calendar, iso)) return undefined;
    const given = entries.get(iso);
    if (given === undefined) return usual.get(day);
    const name = given.find((entry) => entry.bellSchedule !== undefined)?.bellSchedule;
    if (name !== undefined) return named.get(name);
    if (given.some((entry) => closes(entry.event))) return undefined;
    return usual.get(day);
  };
}

/** @returns the bell schedule in force on one date, or undefined when nobody is in class. */
export const bellScheduleOn = (calendar: Calendar, date: Temporal.PlainDate): BellSchedule | undefined =>
  daysOf(calendar)(date.toString(), weekday(date));

/** Lead, hold and gap of a schedule, in milliseconds. */
export interface Margins {
  readonly leadMs: number;
  readonly holdMs: number;
  readonly mergeUnderMs: number;
}

export const marginsOf = ({ leadTime, holdAfter, mergeGapsUnder }: Schedule): Margins => ({
  leadMs: spanMs(leadTime),
  holdMs: spanMs(holdAfter),
  mergeUnderMs: spanMs(mergeGapsUnder),
});

/**
 * @param instant - from a local time of the date, HH:MM, to the time scale of the intervals, milliseconds
 * @returns the intervals of one calendar and date, ordered by start, with short gaps closed
 */
export function intervalsOf(
  { calendar, bells }: { readonly calendar: Calendar; readonly bells: BellSchedule },
  { leadMs, holdMs, mergeUnderMs }: Margins,
  instant: (time: string) => number,
): Interval[] {
  const raw = bells.periods.map((period) => {
    const bellMs = instant(period.startTime);
    return {
      startMs: bellMs - leadMs,
      endMs: instant(period.endTime) + holdMs,
      bellMs,
      students: period.students ?? calendar.students,
      calendar: calendar.name,
      label: `${bells.name} period ${period.name}`,
    };
  });
  return closeGaps(
    raw.filter((interval) => interval.startMs < interval.endMs).sort((a, b) => a.startMs - b.startMs),
    mergeUnderMs,
  );
}

/** @returns the intervals of one calendar and date, as {@link intervalsOf}, in epoch milliseconds. */
export function intervalsOn(
  schedule: Schedule,
  calendar: Calendar,
  { date, timeZone }: { readonly date: Temporal.PlainDate; readonly timeZone: string },
): Interval[] {
  const bells = bellScheduleOn(calendar, date);
  if (bells === undefined) return [];
  return intervalsOf(
    { calendar, bells },
    marginsOf(schedule),
    (time) => date.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from(time) }).epochMilliseconds,
  );
}

/** Where the gap to the next interval is shorter than `underMs`, the next one starts where the former ends. */
const closeGaps = (intervals: readonly Interval[], underMs: number): Interval[] =>
  intervals.map((interval) => {
    // Two that begin at once are both the next one.
    const before = intervals.filter(({ startMs }) => startMs < interval.startMs);
    const coveredUntilMs = before.reduce((most, { endMs }) => Math.max(most, endMs), -Infinity);
    const gapMs = interval.startMs - coveredUntilMs;
    return gapMs > 0 && gapMs < underMs ? { ...interval, startMs: coveredUntilMs } : interval;
  });

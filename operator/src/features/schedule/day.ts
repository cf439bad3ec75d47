/** Which bell schedule is in force on a local date, and the intervals it asks capacity for (design.md, "The floor"). */
import { CLOSING_EVENTS, WEEKDAYS, type BellSchedule, type Calendar, type Schedule } from '@heroes/crds/schedule.ts';

/** Capacity asked for by one class period: `[startMs, endMs)` in epoch milliseconds. */
export interface Interval {
  readonly startMs: number;
  readonly endMs: number;
  /** When the bell rings; before it the interval is lead time. */
  readonly bellMs: number;
  readonly students: number;
  readonly calendar: string;
  readonly label: string;
}

const closes = (event: string): boolean => (CLOSING_EVENTS as readonly string[]).includes(event);

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

/** @returns the bell schedule in force on a date, or undefined when nobody is in class. */
export function bellScheduleOn(calendar: Calendar, date: Temporal.PlainDate): BellSchedule | undefined {
  const iso = date.toString();
  if (!inTerm(calendar, iso)) return undefined;
  const entries = calendar.calendarDates.filter((entry) => entry.date === iso);
  const named = entries.find((entry) => entry.bellSchedule !== undefined)?.bellSchedule;
  if (named !== undefined) return calendar.bellSchedules.find((schedule) => schedule.name === named);
  if (entries.some((entry) => closes(entry.event))) return undefined;
  const day = weekday(date);
  return calendar.bellSchedules.find((schedule) => schedule.days?.includes(day));
}

/** @returns the intervals of one calendar and date, ordered by start, with short gaps closed. */
export function intervalsOn(
  schedule: Schedule,
  calendar: Calendar,
  at: { date: Temporal.PlainDate; timeZone: string },
): Interval[] {
  const bells = bellScheduleOn(calendar, at.date);
  if (bells === undefined) return [];
  const instant = (time: string): number =>
    at.date.toZonedDateTime({ timeZone: at.timeZone, plainTime: Temporal.PlainTime.from(time) }).epochMilliseconds;
  const raw = bells.periods.map((period) => ({
    startMs: instant(period.startTime) - spanMs(schedule.leadTime),
    endMs: instant(period.endTime) + spanMs(schedule.holdAfter),
    bellMs: instant(period.startTime),
    students: period.students ?? calendar.students,
    calendar: calendar.name,
    label: `${bells.name} period ${period.name}`,
  }));
  return closeGaps(
    raw.filter((interval) => interval.startMs < interval.endMs).sort((a, b) => a.startMs - b.startMs),
    spanMs(schedule.mergeGapsUnder),
  );
}

/** Where the gap to the next interval is shorter than `underMs`, the next one starts where the former ends. */
function closeGaps(intervals: readonly Interval[], underMs: number): Interval[] {
  const closed: Interval[] = [];
  let coveredUntilMs = -Infinity;
  for (const interval of intervals) {
    const gapMs = interval.startMs - coveredUntilMs;
    closed.push(gapMs > 0 && gapMs < underMs ? { ...interval, startMs: coveredUntilMs } : interval);
    coveredUntilMs = Math.max(coveredUntilMs, interval.endMs);
  }
  return closed;
}

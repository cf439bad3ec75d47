/** The contract of design.md, "The floor", read literally and slowly: what the floor is held against. */
import { CLOSING_EVENTS, WEEKDAYS, type Calendar } from '@heroes/crds/schedule.ts';
import type { Spec } from '@heroes/crds/spec.ts';

export const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

interface Span {
  readonly start: number;
  readonly end: number;
  readonly students: number;
}

/** @returns the floor at an instant, epoch milliseconds. */
export function floorByContract(spec: Spec, ms: number): number {
  const perCalendar = (spec.schedule?.calendars ?? []).map((calendar) =>
    datesAround(spec, ms, ms)
      .flatMap((date) => spansOn(spec, calendar, date))
      .filter(({ start, end }) => start <= ms && ms < end)
      .map(({ students }) => students),
  );
  const covered = perCalendar.some((students) => students.length > 0);
  return floorOf(
    spec,
    covered ? perCalendar.reduce((total, students) => total + Math.max(0, ...students), 0) : undefined,
  );
}

/**
 * Paints every period of every date onto the minutes that it covers, one by one.
 * @returns the floor at the start of each minute from `fromMs` to `toMs`, and whether there is class
 */
export function floorsByMinute(spec: Spec, fromMs: number, toMs: number): { floor: number; inClass: boolean }[] {
  const minutes = Math.ceil((toMs - fromMs) / MINUTE_MS);
  const students = new Int32Array(minutes);
  const covered = new Uint8Array(minutes);
  const dates = datesAround(spec, fromMs, toMs);
  for (const calendar of spec.schedule?.calendars ?? []) {
    const own = new Int32Array(minutes);
    for (const span of dates.flatMap((date) => spansOn(spec, calendar, date))) {
      const end = Math.min(minutes, Math.ceil((span.end - fromMs) / MINUTE_MS));
      for (let minute = Math.max(0, Math.ceil((span.start - fromMs) / MINUTE_MS)); minute < end; minute++) {
        own[minute] = Math.max(own[minute] ?? 0, span.students);
        covered[minute] = 1;
      }
    }
    for (let minute = 0; minute < minutes; minute++) students[minute] = (students[minute] ?? 0) + (own[minute] ?? 0);
  }
  return Array.from(students, (count, minute) => {
    const inClass = covered[minute] === 1;
    return { floor: floorOf(spec, inClass ? count : undefined), inClass };
  });
}

function floorOf({ schedule, api: { replicas } }: Spec, students: number | undefined): number {
  if (schedule === undefined) return replicas.min;
  if (students === undefined) return schedule.idleReplicas ?? replicas.min;
  return Math.min(replicas.max, Math.max(replicas.min, Math.ceil(students / schedule.studentsPerReplica)));
}

/** @returns every local date whose periods may reach into a range: lead and hold may be days long. */
function datesAround({ schedule, district }: Spec, fromMs: number, toMs: number): Temporal.PlainDate[] {
  const reachMs = lengthOf(schedule?.leadTime ?? '0m') + lengthOf(schedule?.holdAfter ?? '0m') + 3 * DAY_MS;
  const dateAt = (ms: number): Temporal.PlainDate =>
    Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(district.timeZone).toPlainDate();
  const [first, last] = [dateAt(fromMs - reachMs), dateAt(toMs + reachMs)];
  return Array.from({ length: first.until(last).days + 1 }, (_, days) => first.add({ days }));
}

const lengthOf = (span: string): number => Temporal.Duration.from(`PT${span.toUpperCase()}`).total('milliseconds');

function spansOn({ schedule, district }: Spec, calendar: Calendar, date: Temporal.PlainDate): Span[] {
  if (schedule === undefined) return [];
  const instant = (time: string): number =>
    Temporal.PlainDateTime.from(`${date.toString()}T${time}`).toZonedDateTime(district.timeZone).epochMilliseconds;
  const spans = (bellsOn(calendar, date)?.periods ?? [])
    .map((period) => ({
      start: instant(period.startTime) - lengthOf(schedule.leadTime),
      end: instant(period.endTime) + lengthOf(schedule.holdAfter),
      students: period.students ?? calendar.students,
    }))
    .filter(({ start, end }) => start < end);
  return spans.map((span) => {
    const former = Math.max(...spans.filter(({ start }) => start < span.start).map(({ end }) => end));
    const bridged = span.start > former && span.start - former < lengthOf(schedule.mergeGapsUnder);
    return bridged ? { ...span, start: former } : span;
  });
}

function bellsOn(calendar: Calendar, date: Temporal.PlainDate): Calendar['bellSchedules'][number] | undefined {
  const day = date.toString();
  if (!calendar.terms.some((term) => term.startDate <= day && day <= term.endDate)) return undefined;
  const entry = calendar.calendarDates.find((each) => each.date === day);
  const named = calendar.bellSchedules.find((bells) => bells.name === entry?.bellSchedule);
  if (named !== undefined) return named;
  if (entry !== undefined && (CLOSING_EVENTS as readonly string[]).includes(entry.event)) return undefined;
  const weekday = WEEKDAYS[date.dayOfWeek - 1];
  return calendar.bellSchedules.find((bells) => weekday !== undefined && bells.days?.includes(weekday));
}

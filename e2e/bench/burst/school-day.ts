/** Pure: calendars whose bells ring when the bench wants them to. */
import type { Schedule } from '@heroes/crds/schedule.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MORNING = 9;
/** For children to go from one class to the next. */
export const CHANGE_MINUTES = 5;
const [FURTHEST_WEST, FURTHEST_EAST] = [-12, 14];

/**
 * @returns a zone in which it is between nine and ten in the morning: periods end on the date on which they began, and nothing that
 *   is done at night is due. Its name has the sign turned round, as POSIX has it.
 */
export function morningZone(nowMs: number): string {
  const utcHour = Math.floor(nowMs / HOUR_MS) % 24;
  const ahead = MORNING - utcHour;
  const offset = ahead < FURTHEST_WEST ? ahead + 24 : Math.min(ahead, FURTHEST_EAST);
  if (offset === 0) return 'Etc/GMT';
  return offset < 0 ? `Etc/GMT+${-offset}` : `Etc/GMT-${offset}`;
}

/**
 * @param everyMinutes - of the hour: bells ring on the minute
 * @returns when the first bell may ring that is at least so far away
 */
export function bellAfter(nowMs: number, leastMs: number, everyMinutes = 1): number {
  const everyMs = everyMinutes * MINUTE_MS;
  return Math.ceil((nowMs + leastMs) / everyMs) * everyMs;
}

export interface ClassPeriod {
  /** Both epoch milliseconds of a full minute. */
  readonly bellMs: number;
  readonly endMs: number;
}

export interface Day {
  readonly timeZone: string;
  readonly students: number;
  readonly studentsPerReplica: number;
  readonly leadMinutes: number;
  readonly periods: readonly [ClassPeriod, ...ClassPeriod[]];
}

/** @returns `spec.schedule` of a district whose one school has these periods, on that date alone. */
export function scheduleOf({ timeZone, students, studentsPerReplica, leadMinutes, periods }: Day) {
  const local = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone);
  const date = local(periods[0].bellMs).toPlainDate().toString();
  const time = (ms: number): string => local(ms).toPlainTime().toString().slice(0, 'HH:MM'.length);
  return {
    studentsPerReplica,
    leadTime: `${leadMinutes}m`,
    holdAfter: '0m',
    // Longer than a class change, and no more: the autoscaler looks back over it.
    mergeGapsUnder: `${CHANGE_MINUTES + 1}m`,
    idleReplicas: 1,
    calendars: [
      {
        name: 'school',
        students,
        terms: [{ name: 'today', startDate: date, endDate: date }],
        bellSchedules: [
          {
            name: 'bells',
            periods: periods.map(({ bellMs, endMs }, index) => ({
              name: String(index + 1),
              startTime: time(bellMs),
              endTime: time(endMs),
            })),
          },
        ],
        calendarDates: [{ date, event: 'InstructionalDay', bellSchedule: 'bells' }],
      },
    ],
  } satisfies Partial<Schedule>;
}

export interface Classes {
  readonly firstMs: number;
  readonly count: number;
  readonly minutes: number;
  /** Between one and the next. */
  readonly changeMinutes: number;
}

/** @returns classes one after the other. */
export function classesOf({ firstMs, count, minutes, changeMinutes }: Classes): [ClassPeriod, ...ClassPeriod[]] {
  const period = (index: number): ClassPeriod => {
    const bellMs = firstMs + index * (minutes + changeMinutes) * MINUTE_MS;
    return { bellMs, endMs: bellMs + minutes * MINUTE_MS };
  };
  return [period(0), ...Array.from({ length: count - 1 }, (_, index) => period(index + 1))];
}

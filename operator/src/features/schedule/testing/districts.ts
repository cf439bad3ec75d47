/** Districts for tests: specs as they are after admission, and schedules made up at random. */
import fc from 'fast-check';
import { WEEKDAYS } from '@heroes/crds/schedule.ts';
import type { Spec } from '@heroes/crds/spec.ts';
import { parsePlatform } from '@heroes/crds/validate.ts';

/** @returns the spec of a district, with its defaults. @throws Error when it is not accepted. */
export function specWith(schedule: object | undefined, timeZone = 'America/Chicago'): Spec {
  const parsed = parsePlatform({
    apiVersion: 'heroesinwaiting.com/v1alpha1',
    kind: 'HeroesPlatform',
    metadata: { name: 'test' },
    spec: {
      district: { displayName: 'Test', timeZone },
      release: { version: '0.1.0' },
      api: { replicas: { min: 2, max: 9 } },
      ...(schedule === undefined ? {} : { schedule }),
    },
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.platform.spec;
}

const time = fc.integer({ min: 0, max: 95 }).map((quarter) => quarter * 15);
const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

/** Of the same bell schedule they may overlap: the floor is defined all the same. */
const period = fc
  .uniqueArray(time, { minLength: 2, maxLength: 2 })
  .map((ends) => ends.sort((a, b) => a - b))
  .chain(([start = 0, end = 15]) =>
    fc.record(
      { startTime: fc.constant(clock(start)), endTime: fc.constant(clock(end)), students: fc.nat(5000) },
      { requiredKeys: ['startTime', 'endTime'] },
    ),
  );

/** The dates on which a random schedule's term begins and ends, and those that may differ from their weekday. */
export interface Dates {
  readonly startDate: string;
  readonly endDate: string;
  readonly special: readonly string[];
}

const calendar = (special: readonly string[]) =>
  fc.record({
    students: fc.nat(3000),
    days: fc.subarray([...WEEKDAYS]),
    periods: fc.array(period, { minLength: 1, maxLength: 5 }),
    dates: fc.subarray([...special]),
    event: fc.constantFrom('Holiday', 'MakeUpDay', 'EarlyDismissal', 'Strike'),
  });

/** @returns schedules of up to three schools whose periods may lie at any time of the day, as `spec.schedule` has them. */
export const schedules = ({ startDate, endDate, special }: Dates): fc.Arbitrary<object> =>
  fc
    .record({
      studentsPerReplica: fc.integer({ min: 1, max: 2000 }),
      leadTime: fc.constantFrom('0m', '10m', '1h30m', '24h'),
      holdAfter: fc.constantFrom('0m', '5m', '2h', '2880m'),
      mergeGapsUnder: fc.constantFrom('0m', '20m', '3h'),
      idleReplicas: fc.integer({ min: 1, max: 9 }),
      calendars: fc.array(calendar(special), { minLength: 1, maxLength: 3 }),
    })
    .map(({ calendars, ...rest }) => ({
      ...rest,
      calendars: calendars.map(({ students, days, periods, dates, event }, index) => ({
        name: `school-${index}`,
        students,
        terms: [{ name: 'only', startDate, endDate }],
        bellSchedules: [{ name: 'regular', days, periods: periods.map((each, n) => ({ name: String(n), ...each })) }],
        calendarDates: dates.map((date) => ({
          date,
          event,
          ...(event === 'MakeUpDay' ? { bellSchedule: 'regular' } : {}),
        })),
      })),
    }));

/** Days of a district for property tests: one to three schools with bells on the quarter hour, over the end of daylight saving time. */
import fc from 'fast-check';
import { WEEKDAYS } from '@heroes/crds/schedule.ts';
import type { Spec } from '@heroes/crds/spec.ts';
import { platformWith } from '../../../platform/testing/platforms.ts';

export const MINUTE_MS = 60_000;
export const ZONE = 'America/Chicago';

/** @returns a local time of the zone, epoch milliseconds. */
export const at = (local: string): number =>
  Temporal.PlainDateTime.from(local).toZonedDateTime(ZONE).toInstant().epochMilliseconds;

/** The clocks go back in the night between the two. */
export const FIRST_MS = at('2026-10-31T00:00');
export const DAYS = 3;

const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

const period = fc.uniqueArray(fc.integer({ min: 0, max: 95 }), { minLength: 2, maxLength: 2 }).chain((quarters) => {
  const [start = 0, end = 0] = quarters.toSorted((a, b) => a - b).map((quarter) => quarter * 15);
  const students = fc.option(fc.nat(2_500), { nil: undefined });
  return students.map((some) => ({
    startTime: clock(start),
    endTime: clock(end),
    ...(some === undefined ? {} : { students: some }),
  }));
});

const calendar = fc.record({ students: fc.nat(2_500), periods: fc.array(period, { minLength: 1, maxLength: 5 }) });

const schedule = fc
  .record({
    studentsPerReplica: fc.integer({ min: 150, max: 900 }),
    leadTime: fc.constantFrom('0m', '10m', '1h'),
    holdAfter: fc.constantFrom('0m', '5m'),
    mergeGapsUnder: fc.constantFrom('0m', '20m', '2h'),
    // Less than any class asks for, so that the next change is never far: a year that has none is slow to look through.
    idleReplicas: fc.constant(1),
    calendars: fc.array(calendar, { minLength: 1, maxLength: 3 }),
  })
  .map(({ calendars, ...rest }) => ({
    ...rest,
    calendars: calendars.map(({ students, periods }, index) => ({
      name: `school-${index}`,
      students,
      terms: [{ name: 'fall', startDate: '2026-08-17', endDate: '2026-12-18' }],
      bellSchedules: [
        { name: 'regular', days: [...WEEKDAYS], periods: periods.map((each, n) => ({ name: String(n), ...each })) },
      ],
    })),
  }));

const prescale = fc.record({
  replicas: fc.integer({ min: 1, max: 12 }),
  until: fc
    .integer({ min: -60, max: DAYS * 24 * 60 })
    .map((minutes) => new Date(FIRST_MS + minutes * MINUTE_MS).toISOString()),
  reason: fc.constant('state tests'),
});

export const specOf = (given: object): Spec =>
  platformWith({
    district: { displayName: 'Test', timeZone: ZONE },
    api: { replicas: { min: 2, max: 12 } },
    schedule: given,
  }).spec;

/** A spec without a manual floor. */
export const specs = schedule.map(specOf);

/** A spec, with or without a manual floor. */
export const prescaledSpecs = fc
  .tuple(schedule, fc.option(prescale, { nil: undefined }))
  .map(([given, byHand]) => specOf(byHand === undefined ? given : { ...given, prescale: byHand }));

/** An instant of those days, on the minute. */
export const instants = fc.integer({ min: 0, max: DAYS * 24 * 60 }).map((minute) => FIRST_MS + minute * MINUTE_MS);

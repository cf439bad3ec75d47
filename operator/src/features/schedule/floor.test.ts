import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePlatform } from '@heroes/crds/validate.ts';
import type { Spec } from '@heroes/crds/spec.ts';
import { CLOSING_EVENTS, WEEKDAYS } from '@heroes/crds/schedule.ts';
import { floorAt, segments } from './floor.ts';

const MINUTE = 60_000;
const ZONE = 'America/Chicago';

const specWith = (schedule: object): Spec => {
  const parsed = parsePlatform({
    apiVersion: 'heroesinwaiting.com/v1alpha1',
    kind: 'HeroesPlatform',
    metadata: { name: 'test' },
    spec: {
      district: { displayName: 'Test', timeZone: ZONE },
      release: { version: '0.1.0' },
      api: { replicas: { min: 2, max: 9 } },
      schedule,
    },
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.platform.spec;
};

const at = (local: string): number =>
  Temporal.PlainDateTime.from(local).toZonedDateTime(ZONE).toInstant().epochMilliseconds;

interface Span {
  start: number;
  readonly end: number;
  readonly students: number;
}

/** The contract of design.md, "The floor", read literally and slowly. */
function oracle(spec: Spec, ms: number): number {
  const { schedule } = spec;
  const { min, max } = spec.api.replicas;
  if (schedule === undefined) return min;
  const today = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(ZONE).toPlainDate();
  const perCalendar = schedule.calendars.map((calendar) =>
    [-2, -1, 0, 1, 2]
      .flatMap((days) => spansOn(spec, calendar, today.add({ days })))
      .filter(({ start, end }) => start <= ms && ms < end)
      .map(({ students }) => students),
  );
  if (perCalendar.every((students) => students.length === 0)) return schedule.idleReplicas ?? min;
  const students = perCalendar.reduce((total, each) => total + Math.max(0, ...each), 0);
  return Math.min(max, Math.max(min, Math.ceil(students / schedule.studentsPerReplica)));
}

type Calendar = NonNullable<Spec['schedule']>['calendars'][number];

const minutes = (span: string): number => Temporal.Duration.from(`PT${span.toUpperCase()}`).total('minutes') * MINUTE;

function bellsOn(calendar: Calendar, date: Temporal.PlainDate) {
  const day = date.toString();
  if (!calendar.terms.some((term) => term.startDate <= day && day <= term.endDate)) return undefined;
  const entry = calendar.calendarDates.find((each) => each.date === day);
  const named = calendar.bellSchedules.find((bells) => bells.name === entry?.bellSchedule);
  if (named !== undefined) return named;
  if (entry !== undefined && (CLOSING_EVENTS as readonly string[]).includes(entry.event)) return undefined;
  const weekday = WEEKDAYS[date.dayOfWeek - 1];
  return calendar.bellSchedules.find((bells) => weekday !== undefined && bells.days?.includes(weekday));
}

function spansOn({ schedule }: Spec, calendar: Calendar, date: Temporal.PlainDate): Span[] {
  if (schedule === undefined) return [];
  const spans = (bellsOn(calendar, date)?.periods ?? [])
    .map((period) => ({
      start: at(`${date.toString()}T${period.startTime}`) - minutes(schedule.leadTime),
      end: at(`${date.toString()}T${period.endTime}`) + minutes(schedule.holdAfter),
      students: period.students ?? calendar.students,
    }))
    .sort((a, b) => a.start - b.start || a.end - b.end);
  for (const [index, span] of spans.entries()) {
    const former = Math.max(...spans.slice(0, index).map(({ end }) => end));
    if (span.start > former && span.start - former < minutes(schedule.mergeGapsUnder)) span.start = former;
  }
  return spans;
}

const school = (students: number, extra: object = {}) => ({
  name: 'school',
  students,
  terms: [{ name: 'all', startDate: '2026-01-01', endDate: '2026-12-31' }],
  bellSchedules: [
    {
      name: 'regular',
      days: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'],
      periods: [
        { name: '1', startTime: '08:00', endTime: '08:50' },
        { name: '2', startTime: '09:05', endTime: '09:55', students: 2000 },
      ],
    },
    { name: 'short', periods: [{ name: '1', startTime: '10:00', endTime: '11:00' }] },
  ],
  ...extra,
});

describe('floorAt', () => {
  const spec = specWith({ idleReplicas: 1, calendars: [school(1000)] });

  it.each([
    ['2026-11-24T07:49', 1, 'before the lead time'],
    ['2026-11-24T07:50', 3, 'as the lead time begins'],
    ['2026-11-24T08:54', 3, 'while it is held after the first period'],
    ['2026-11-24T08:55', 5, 'in a gap too short to let go, already for the next'],
    ['2026-11-24T09:59', 5, 'while it is held after the last'],
    ['2026-11-24T10:00', 1, 'after it'],
    ['2026-11-22T08:30', 1, 'on a Sunday'],
  ])('%s: %i, %s', (local, floor) => {
    expect(floorAt(spec, at(local)).floor).toBe(floor);
  });

  it('follows the clock through both changes of the year', () => {
    for (const day of ['2026-03-06', '2026-03-09', '2026-10-30', '2026-11-02'])
      expect([floorAt(spec, at(`${day}T07:50`)).floor, floorAt(spec, at(`${day}T07:49`)).floor]).toEqual([3, 1]);
  });

  it('closes and opens dates', () => {
    const calendarDates = [
      { date: '2026-11-26', event: 'Holiday' },
      { date: '2026-11-28', event: 'MakeUpDay', bellSchedule: 'short' },
    ];
    const special = specWith({ idleReplicas: 1, calendars: [school(1000, { calendarDates })] });
    expect(floorAt(special, at('2026-11-26T08:30')).floor).toBe(1);
    expect(floorAt(special, at('2026-11-28T10:30')).floor).toBe(3);
  });
});

const time = fc.integer({ min: 0, max: 95 }).map((quarter) => quarter * 15);
const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
const period = fc
  .uniqueArray(time, { minLength: 2, maxLength: 2 })
  .map((ends) => ends.sort((a, b) => a - b))
  .chain(([start = 0, end = 15]) =>
    fc.record(
      { startTime: fc.constant(clock(start)), endTime: fc.constant(clock(end)), students: fc.nat(5000) },
      { requiredKeys: ['startTime', 'endTime'] },
    ),
  );
const calendar = fc.record({
  students: fc.nat(3000),
  days: fc.subarray([...WEEKDAYS]),
  periods: fc.array(period, { minLength: 1, maxLength: 5 }),
  dates: fc.subarray(['2026-10-31', '2026-11-01', '2026-11-02', '2026-11-03']),
  event: fc.constantFrom('Holiday', 'MakeUpDay', 'EarlyDismissal', 'Strike'),
});
const schedule = fc
  .record({
    studentsPerReplica: fc.integer({ min: 1, max: 2000 }),
    leadTime: fc.constantFrom('0m', '10m', '1h30m'),
    holdAfter: fc.constantFrom('0m', '5m', '2h'),
    mergeGapsUnder: fc.constantFrom('0m', '20m', '3h'),
    idleReplicas: fc.integer({ min: 1, max: 9 }),
    calendars: fc.array(calendar, { minLength: 1, maxLength: 3 }),
  })
  .map(({ calendars, ...rest }) => ({
    ...rest,
    calendars: calendars.map(({ students, days, periods, dates, event }, index) => ({
      name: `school-${index}`,
      students,
      terms: [{ name: 'fall', startDate: '2026-10-29', endDate: '2026-11-03' }],
      bellSchedules: [{ name: 'regular', days, periods: periods.map((each, n) => ({ name: String(n), ...each })) }],
      calendarDates: dates.map((date) => ({
        date,
        event,
        ...(event === 'MakeUpDay' ? { bellSchedule: 'regular' } : {}),
      })),
    })),
  }));

describe('the floor against a slow reading of its contract', () => {
  it('agrees at every instant, over the end of daylight saving time', () => {
    // 30 October to 4 November 2026; the clocks go back on 1 November.
    const instant = fc.integer({ min: 0, max: 6 * 24 * 60 }).map((minute) => at('2026-10-29T00:00') + minute * MINUTE);
    fc.assert(
      fc.property(schedule, fc.array(instant, { minLength: 10, maxLength: 10 }), (given, instants) => {
        const spec = specWith(given);
        for (const ms of instants) expect(floorAt(spec, ms).floor).toBe(oracle(spec, ms));
      }),
      { numRuns: 50 },
    );
  }, 60_000);

  it('cuts time into adjoining segments that differ, each right at its start and its end', () => {
    const [from, to] = [at('2026-10-30T00:00'), at('2026-11-03T00:00')];
    fc.assert(
      fc.property(schedule, (given) => {
        const spec = specWith(given);
        const all = segments(spec, from, to);
        expect(all.at(0)?.startMs).toBe(from);
        expect(all.at(-1)?.endMs).toBe(to);
        for (const [index, segment] of all.entries()) {
          expect(oracle(spec, segment.startMs)).toBe(segment.floor);
          expect(oracle(spec, segment.endMs - MINUTE)).toBe(segment.floor);
          const next = all[index + 1];
          if (next !== undefined) expect([next.startMs]).toEqual([segment.endMs]);
        }
      }),
      { numRuns: 20 },
    );
  }, 60_000);
});

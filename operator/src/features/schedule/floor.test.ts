import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { floorAt, segments } from './floor.ts';
import { floorByContract, MINUTE_MS } from './testing/contract.ts';
import { schedules, specWith } from './testing/districts.ts';

const ZONE = 'America/Chicago';

const at = (local: string): number =>
  Temporal.PlainDateTime.from(local).toZonedDateTime(ZONE).toInstant().epochMilliseconds;

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

  it('is no more than the maximum while nobody is in class, though an object from before that rule asks for it', () => {
    const older = structuredClone(spec);
    Object.assign(older.schedule ?? {}, { idleReplicas: 30 });
    expect(floorAt(older, at('2026-11-24T03:00')).floor).toBe(spec.api.replicas.max);
  });

  it('says for whom, by name while there are few of them', () => {
    const calendars = [500, 900, 700, 800, 600].map((students, index) => ({
      ...school(students),
      name: `school-${index}`,
    }));
    const reason = (count: number): string =>
      floorAt(specWith({ calendars: calendars.slice(0, count) }), at('2026-11-24T08:10')).reason;
    expect(reason(2)).toBe('1400 students: school-0 (regular period 1), school-1 (regular period 1)');
    expect(reason(5)).toBe('3500 students of 5 calendars');
  });
});

describe('the floor against a slow reading of its contract', () => {
  // The clocks go back on 1 November.
  const special = ['2026-10-31', '2026-11-01', '2026-11-02', '2026-11-03'];
  const schedule = schedules({ startDate: '2026-10-29', endDate: '2026-11-03', special });

  it('agrees at every instant, over the end of daylight saving time', () => {
    const instant = fc
      .integer({ min: 0, max: 6 * 24 * 60 })
      .map((minute) => at('2026-10-29T00:00') + minute * MINUTE_MS);
    fc.assert(
      fc.property(schedule, fc.array(instant, { minLength: 10, maxLength: 10 }), (given, instants) => {
        const spec = specWith(given);
        for (const ms of instants) expect(floorAt(spec, ms).floor).toBe(floorByContract(spec, ms));
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
          expect(floorByContract(spec, segment.startMs)).toBe(segment.floor);
          expect(floorByContract(spec, segment.endMs - MINUTE_MS)).toBe(segment.floor);
          const next = all[index + 1];
          if (next !== undefined) expect(next.startMs).toBe(segment.endMs);
        }
      }),
      { numRuns: 20 },
    );
  }, 60_000);
});

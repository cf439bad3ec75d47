import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WEEKDAYS } from '@heroes/crds/schedule.ts';
import { decideSchedule } from '../features/schedule/decide.ts';
import { Floors } from './floors.ts';
import { platformWith } from './testing/platforms.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const START_MS = Date.parse('2026-10-29T00:00:00Z');

const clock = fc
  .integer({ min: 0, max: 95 })
  .map(
    (quarter) => `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`,
  );

const calendar = fc
  .record({
    students: fc.nat(3_000),
    days: fc.subarray([...WEEKDAYS], { minLength: 1 }),
    bells: fc.uniqueArray(clock, { minLength: 2, maxLength: 2 }).map((times) => times.sort()),
    closed: fc.subarray(['2026-10-30', '2026-11-02', '2026-11-03']),
  })
  .map(({ students, days, bells: [startTime, endTime], closed }) => ({
    students,
    terms: [{ name: 'fall', startDate: '2026-10-29', endDate: '2026-11-05' }],
    bellSchedules: [{ name: 'regular', days, periods: [{ name: '1', startTime, endTime }] }],
    calendarDates: closed.map((date) => ({ date, event: 'Holiday' })),
  }));

const spec = fc
  .record({
    timeZone: fc.constantFrom('America/Chicago', 'UTC', 'Mars/Olympus'),
    calendars: fc.option(fc.array(calendar, { minLength: 1, maxLength: 2 })),
  })
  .map(({ timeZone, calendars }) => ({
    district: { displayName: 'Demo', timeZone },
    ...(calendars === null
      ? {}
      : {
          schedule: {
            studentsPerReplica: 200,
            calendars: calendars.map((each, n) => ({ name: `school-${n}`, ...each })),
          },
        }),
  }));

describe('Floors', () => {
  it('say what the calendar says, at any time, forwards and back, whatever is edited meanwhile', () => {
    const step = fc.record({
      moves: fc.oneof(fc.integer({ min: 0, max: 3 * 60 }), fc.integer({ min: -24 * 60, max: 48 * 60 })),
      edit: fc.option(spec, { freq: 3 }),
      stands: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(spec, fc.array(step, { minLength: 1, maxLength: 15 }), (first, steps) => {
        const floors = new Floors();
        let [platform, nowMs, generation] = [platformWith(first), START_MS, 1];
        for (const { moves, edit, stands } of steps) {
          nowMs += moves * MINUTE;
          if (edit !== null) platform = platformWith(edit, { generation: (generation += 1) });
          expect(floors.at(platform, nowMs, stands)).toEqual(decideSchedule(platform.spec, nowMs, stands));
        }
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  it('are not computed again while they hold', () => {
    const floors = new Floors();
    const platform = platformWith();
    const verdict = floors.at(platform, START_MS);
    expect(floors.at(platform, START_MS + 60 * MINUTE)).toBe(verdict);
  });

  it('are computed anew for another spec, and after the platform was forgotten', () => {
    const floors = new Floors();
    const before = floors.at(platformWith({ api: { replicas: { min: 2 } } }), START_MS);
    const platform = platformWith({ api: { replicas: { min: 4 } } }, { generation: 2 });
    const after = floors.at(platform, START_MS);
    expect([before, after]).toMatchObject([{ value: { floor: 2 } }, { value: { floor: 4 } }]);
    floors.forget(platform.metadata.uid);
    expect(floors.at(platform, START_MS)).not.toBe(after);
  });

  it('are those of each platform', () => {
    const floors = new Floors();
    const [one, other] = [2, 5].map((min) => platformWith({ api: { replicas: { min } } }, { uid: `uid-${min}` }));
    if (one === undefined || other === undefined) throw new Error('two were made');
    for (let round = 0; round < 2; round += 1)
      expect([floors.at(one, START_MS), floors.at(other, START_MS)]).toMatchObject([
        { value: { floor: 2 } },
        { value: { floor: 5 } },
      ]);
  });

  it('name the next change also when it comes into sight only later, more than a year ahead', () => {
    const terms = [{ name: 'next', startDate: '2028-01-03', endDate: '2028-05-26' }];
    const periods = [{ name: '1', startTime: '08:00', endTime: '09:00' }];
    const bellSchedules = [{ name: 'regular', days: ['Monday'], periods }];
    const calendars = [{ name: 'school', students: 2_000, terms, bellSchedules, calendarDates: [] }];
    const platform = platformWith({ schedule: { studentsPerReplica: 200, calendars } });
    const floors = new Floors();
    floors.at(platform, START_MS);
    const later = START_MS + 60 * DAY;
    expect(floors.at(platform, later)).toEqual(decideSchedule(platform.spec, later));
  });
});

import { describe, expect, it } from 'vitest';
import type { Calendar } from '@heroes/crds/schedule.ts';
import type { Spec } from '@heroes/crds/spec.ts';
import { scheduleFaults } from './faults.ts';
import { specWith } from './testing/districts.ts';

const FALL = { name: 'Fall', startDate: '2026-08-17', endDate: '2026-12-18' };
const FIRST = { name: '1', startTime: '08:00', endTime: '09:00' };
const REGULAR = { name: 'regular', days: ['Monday', 'Tuesday'], periods: [FIRST] };
const SHORT = { name: 'short', periods: [FIRST] };

const SOUND = {
  name: 'school',
  students: 900,
  terms: [FALL],
  bellSchedules: [REGULAR, SHORT],
  calendarDates: [{ date: '2026-11-26', event: 'Holiday' }],
};

/** As it may have been stored before there was a rule: past admission. */
function faults(parts: object): [string, string][] {
  const spec = specWith({ calendars: [SOUND] });
  const calendars = [{ ...SOUND, ...parts } as unknown as Calendar];
  const given = { ...spec, schedule: { ...spec.schedule, calendars } } as Spec;
  return scheduleFaults(given).map(({ path, message }) => [path.replace('spec.schedule.calendars[0].', ''), message]);
}

describe('scheduleFaults', () => {
  it('finds nothing wrong with a calendar that makes sense', () => {
    expect(faults({})).toEqual([]);
  });

  it.each<[string, object, string, string]>([
    [
      'a term on a day that does not exist',
      { terms: [{ ...FALL, endDate: '2026-11-31' }], calendarDates: [] },
      'terms[0].endDate',
      '2026-11-31 does not exist: correct the day or the month',
    ],
    [
      'a term upside down',
      { terms: [{ ...FALL, startDate: '2027-08-17' }], calendarDates: [] },
      'terms[0]',
      'term "Fall" ends on 2026-12-18, before it starts on 2027-08-17: exchange them or correct the year',
    ],
    [
      'terms that overlap by a day',
      { terms: [FALL, { name: 'Spring', startDate: '2026-12-18', endDate: '2027-05-28' }] },
      'terms[1]',
      'term "Spring" (2026-12-18 to 2027-05-28) overlaps term "Fall" (2026-08-17 to 2026-12-18): a date lies in one term, so move an end or join them',
    ],
    [
      'a period that ends before it starts',
      { bellSchedules: [{ ...REGULAR, periods: [{ ...FIRST, endTime: '07:00' }] }, SHORT] },
      'bellSchedules[0].periods[0]',
      'period "1" ends at 07:00, not after its start at 08:00: exchange them, or split a period that crosses midnight into two days',
    ],
    [
      'periods that overlap',
      { bellSchedules: [SHORT, { ...REGULAR, periods: [FIRST, { name: '2', startTime: '08:59', endTime: '09:40' }] }] },
      'bellSchedules[1].periods[1]',
      'period "2" (08:59 to 09:40) overlaps period "1" (08:00 to 09:00) of bell schedule "regular": move one, or give those that are in class at once a calendar of their own',
    ],
    [
      'a weekday with two bell schedules',
      { bellSchedules: [REGULAR, { ...SHORT, days: ['Tuesday'] }] },
      'bellSchedules',
      'Tuesday is named by "regular" and "short": leave it in one of them',
    ],
    [
      'a date that does not exist',
      { calendarDates: [{ date: '2026-09-31', event: 'Holiday' }] },
      'calendarDates[0].date',
      '2026-09-31 does not exist: correct the day or the month',
    ],
    [
      'a date outside all terms',
      { calendarDates: [{ date: '2026-12-25', event: 'Holiday' }] },
      'calendarDates[0]',
      '2026-12-25 is outside all terms of calendar "school" (2026-08-17 to 2026-12-18), so that it says nothing: remove it, correct the year, or extend a term',
    ],
    [
      'a date that is given twice',
      { calendarDates: ['Holiday', 'WeatherDay'].map((event) => ({ date: '2026-11-26', event })) },
      'calendarDates[1]',
      '2026-11-26 is given already, by calendarDates[0]: leave one of them',
    ],
    [
      'a bell schedule that is not defined',
      { calendarDates: [{ date: '2026-11-26', event: 'MakeUpDay', bellSchedule: 'late' }] },
      'calendarDates[0].bellSchedule',
      'bell schedule "late" is not defined in calendar "school": define it in bellSchedules, or name one of regular, short',
    ],
    [
      'a date that opens without bells',
      { calendarDates: [{ date: '2026-11-28', event: 'MakeUpDay' }] },
      'calendarDates[0]',
      'MakeUpDay on a Saturday, which has no bell schedule: give the date a bellSchedule',
    ],
  ])('tells of %s where it is and what to do', (_what, parts, path, message) => {
    expect(faults(parts)).toEqual([[path, message]]);
  });

  it('tells of names that are there already', () => {
    const parts = {
      terms: [FALL, { ...FALL, startDate: '2027-01-04', endDate: '2027-05-28' }],
      bellSchedules: [
        { ...REGULAR, periods: [FIRST, { ...FIRST, startTime: '10:00', endTime: '11:00' }] },
        { ...SHORT, name: 'regular' },
      ],
    };
    expect(faults(parts)).toEqual([
      ['terms[1].name', 'there is a term "Fall" already: rename one of them'],
      ['bellSchedules[0].periods[1].name', 'there is a period "1" already: rename one of them'],
      ['bellSchedules[1].name', 'there is a bell schedule "regular" already: rename one of them'],
    ]);
  });

  it('lets terms and periods meet', () => {
    const spring = { name: 'Spring', startDate: '2026-12-19', endDate: '2027-05-28' };
    const second = { name: '2', startTime: '09:00', endTime: '10:00' };
    expect(faults({ terms: [spring, FALL], bellSchedules: [{ ...REGULAR, periods: [second, FIRST] }, SHORT] })).toEqual(
      [],
    );
  });

  it('tells them all, in the order in which they are written', () => {
    const parts = {
      terms: [FALL, { name: 'Spring', startDate: '2026-12-01', endDate: '2027-05-28' }],
      bellSchedules: [
        { ...REGULAR, periods: [{ ...FIRST, endTime: '07:00' }] },
        { ...SHORT, days: ['Monday'] },
      ],
      calendarDates: [
        { date: '2026-07-04', event: 'Holiday' },
        { date: '2026-07-04', event: 'MakeUpDay', bellSchedule: 'late' },
      ],
    };
    expect(faults(parts).map(([path]) => path)).toEqual([
      'terms[1]',
      'bellSchedules[0].periods[0]',
      'bellSchedules',
      'calendarDates[0]',
      'calendarDates[1]',
      'calendarDates[1]',
      'calendarDates[1].bellSchedule',
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { platformWith } from '../../platform/testing/platforms.ts';
import { decideSchedule } from './decide.ts';

const NOW_MS = Date.parse('2026-11-24T12:00:00Z');

interface Parts {
  readonly timeZone?: string;
  readonly terms?: object[];
  readonly bellSchedules?: object[];
  readonly calendarDates?: object[];
}

const periods = [{ name: '1', startTime: '08:00', endTime: '09:00' }];
const REGULAR = { name: 'regular', days: ['Monday', 'Tuesday'], periods };
const SHORT = { name: 'short', periods };
const FALL = { name: 'fall', startDate: '2026-08-17', endDate: '2026-12-18' };

function decide({ timeZone = 'America/Chicago', ...parts }: Parts) {
  const calendar = { name: 'school', students: 900, terms: [FALL], bellSchedules: [REGULAR, SHORT], calendarDates: [] };
  const district = { displayName: 'Demo', timeZone };
  const schedule = { studentsPerReplica: 200, calendars: [{ ...calendar, ...parts }] };
  return decideSchedule(platformWith({ district, schedule }).spec, NOW_MS);
}

const CALENDAR = 'spec.schedule.calendars[0]';

describe('decideSchedule', () => {
  it('gives the floor of a schedule that makes sense', () => {
    expect(decide({})).toMatchObject({ ok: true, value: { state: 'Idle', floor: 3 } });
    expect(decideSchedule(platformWith().spec, NOW_MS)).toMatchObject({ value: { state: 'Unscheduled', floor: 3 } });
    for (const timeZone of ['UTC', 'US/Central', 'Etc/GMT+6', 'America/Argentina/Buenos_Aires'])
      expect(decide({ timeZone })).toMatchObject({ ok: true });
  });

  it.each<[string, Parts, string, string, string]>([
    [
      'a zone that is none',
      { timeZone: 'America/Grand_Bend' },
      'InvalidTimeZone',
      'spec.district.timeZone',
      '"America/Grand_Bend" is not a time zone: use a name of the IANA time zone database, such as America/Chicago',
    ],
    [
      'a zone in small letters',
      { timeZone: 'america/chicago' },
      'InvalidTimeZone',
      'spec.district.timeZone',
      '"america/chicago" is not a time zone: write America/Chicago',
    ],
    [
      'an offset',
      { timeZone: '+0530' },
      'InvalidTimeZone',
      'spec.district.timeZone',
      '"+0530" is not a time zone: use a name of the IANA time zone database, such as America/Chicago',
    ],
    [
      'a term on a day that does not exist',
      { terms: [{ ...FALL, endDate: '2026-11-31' }] },
      'InvalidSchedule',
      `${CALENDAR}.terms[0].endDate`,
      '2026-11-31 does not exist: correct the day or the month',
    ],
    [
      'a weekday with two bell schedules',
      { bellSchedules: [REGULAR, { ...SHORT, days: ['Tuesday'] }] },
      'InvalidSchedule',
      `${CALENDAR}.bellSchedules`,
      'Tuesday is named by "regular" and "short": leave it in one of them',
    ],
    [
      'a date that does not exist',
      { calendarDates: [{ date: '2027-02-29', event: 'Holiday' }] },
      'InvalidSchedule',
      `${CALENDAR}.calendarDates[0].date`,
      '2027-02-29 does not exist: correct the day or the month',
    ],
    [
      'a bell schedule that is not defined',
      { calendarDates: [{ date: '2026-11-26', event: 'MakeUpDay', bellSchedule: 'late' }] },
      'InvalidSchedule',
      `${CALENDAR}.calendarDates[0].bellSchedule`,
      'bell schedule "late" is not defined in calendar "school": define it in bellSchedules, or name one of regular, short',
    ],
    [
      'a date with two bell schedules',
      {
        calendarDates: ['regular', 'short'].map((bellSchedule) => ({
          date: '2026-11-28',
          event: 'MakeUpDay',
          bellSchedule,
        })),
      },
      'InvalidSchedule',
      `${CALENDAR}.calendarDates[0]`,
      '2026-11-28 is given the bell schedules regular and short: leave one',
    ],
    [
      'a date that opens without bells',
      { calendarDates: [{ date: '2026-11-28', event: 'MakeUpDay' }] },
      'InvalidSchedule',
      `${CALENDAR}.calendarDates[0]`,
      'MakeUpDay on a Saturday, which has no bell schedule: give the date a bellSchedule',
    ],
  ])('refuses %s, says where it is and what to do', (_what, parts, reason, path, message) => {
    expect(decide(parts)).toEqual({ ok: false, reason, path, message });
  });
});

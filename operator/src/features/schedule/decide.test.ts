import { describe, expect, it } from 'vitest';
import { platformWith } from '../../platform/testing/platforms.ts';
import { faultsOf } from '../../platform/verdict.ts';
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
const OVERLAPPING = { ...REGULAR, periods: [...periods, { name: '2', startTime: '08:30', endTime: '09:30' }] };
const SHORT = { name: 'short', periods };
const FALL = { name: 'fall', startDate: '2026-08-17', endDate: '2026-12-18' };

function decide({ timeZone = 'America/Chicago', ...parts }: Parts, nowMs = NOW_MS) {
  const calendar = { name: 'school', students: 900, terms: [FALL], bellSchedules: [REGULAR, SHORT], calendarDates: [] };
  const district = { displayName: 'Demo', timeZone };
  const schedule = { studentsPerReplica: 200, calendars: [{ ...calendar, ...parts }] };
  return decideSchedule(platformWith({ district, schedule }).spec, nowMs);
}

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
      'a fault of the schedule',
      { bellSchedules: [OVERLAPPING, SHORT] },
      'InvalidSchedule',
      'spec.schedule.calendars[0].bellSchedules[0].periods[1]',
      'period "2" (08:30 to 09:30) overlaps period "1" (08:00 to 09:00) of bell schedule "regular": move one, or give those that are in class at once a calendar of their own',
    ],
  ])('refuses %s, says where it is and what to do', (_what, parts, reason, path, message) => {
    expect(decide(parts)).toEqual({ ok: false, reason, path, message });
  });

  it('tells all faults at once', () => {
    const parts = {
      timeZone: 'Mars/Olympus',
      terms: [{ ...FALL, endDate: '2026-11-31' }],
      bellSchedules: [OVERLAPPING, SHORT],
    };
    const verdict = decide(parts);
    if (verdict.ok) throw new Error('accepted');
    expect(faultsOf(verdict).map(({ path }) => path)).toEqual([
      'spec.district.timeZone',
      'spec.schedule.calendars[0].terms[0].endDate',
      'spec.schedule.calendars[0].bellSchedules[0].periods[1]',
    ]);
  });

  it('warns when more will be asked for than may be, with the first time and what to do', () => {
    const warning = (parts: Parts, nowMs = NOW_MS): string | undefined => {
      const verdict = decide(parts, nowMs);
      if (!verdict.ok) throw new Error(verdict.message);
      return verdict.value.warning;
    };
    expect(warning({})).toBeUndefined();
    const bells = (students: number) => ({ ...REGULAR, periods: [{ ...periods[0], students }] });
    // 24 November 2026 is a Tuesday, 12:00 UTC 06:00 in Chicago: the lead time of its 08:00 begins at 13:50 UTC.
    expect(warning({ bellSchedules: [bells(3000), SHORT] })).toBe(
      'api.replicas.max 12 is below what the calendar asks for: 15 for 3000 students at 2026-11-24T13:50:00Z: raise it to 15',
    );
    expect(warning({ bellSchedules: [bells(3000), SHORT] }, Date.parse('2026-11-24T14:30:00Z'))).toBe(
      'api.replicas.max 12 is below what the calendar asks for: 15 for 3000 students now: raise it to 15',
    );
    // A larger class that is never held asks for nothing.
    expect(warning({ bellSchedules: [REGULAR, { ...bells(3000), name: 'never', days: [] }] })).toBeUndefined();
    const exams = { ...bells(4100), name: 'exams', days: [] };
    const calendarDates = [{ date: '2026-12-09', event: 'InstructionalDay', bellSchedule: 'exams' }];
    expect(warning({ bellSchedules: [bells(2500), exams], calendarDates })).toBe(
      'api.replicas.max 12 is below what the calendar asks for: 13 for 2500 students at 2026-11-24T13:50:00Z, later up to 21: raise it to 21',
    );
  });
});

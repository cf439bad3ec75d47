import { describe, expect, it } from 'vitest';
import { draftIcs } from './ics.ts';
import { accepted, faultsIn, printed } from './testing/accepted.ts';
import { allDay, at, BELLS, draft, event, file, NOW_MS, NY, SCHOOL_YEAR } from './testing/ics-file.ts';
import { eventOf } from './words.ts';

const DAILY = 'RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;UNTIL=20261219T000000Z';
const calendarOf = (...given: Parameters<typeof draft>) => accepted(draft(...given), 900).calendars[0];

describe('the import from iCalendar', () => {
  it('makes terms of first and last days, and dates of events of whole days', () => {
    const events = [
      ...SCHOOL_YEAR,
      allDay('20260907', '20260908', 'Labor Day'),
      allDay('20261125', '20261128', 'Thanksgiving Break'),
      allDay('20261014', '20261015', 'Teacher Workday\\, no school'),
      allDay('20261211', '20261212', 'Early Release'),
      allDay('20261120', '20261121', 'Founders', 'CATEGORIES:HOLIDAY'),
      allDay('20261013', '20261014', 'End of 1st Quarter'),
      allDay('20261224', '20270102', 'Winter Break'),
    ];
    expect(calendarOf(events, { bells: BELLS })).toMatchObject({
      name: 'elm-high',
      students: 900,
      terms: [{ name: '2026', startDate: '2026-08-17', endDate: '2026-12-18' }],
      calendarDates: [
        { date: '2026-09-07', event: 'Holiday' },
        { date: '2026-10-14', event: 'TeacherOnlyDay' },
        { date: '2026-11-20', event: 'Holiday' },
        { date: '2026-11-25', event: 'Holiday' },
        { date: '2026-11-26', event: 'Holiday' },
        { date: '2026-11-27', event: 'Holiday' },
        { date: '2026-12-11', event: 'EarlyDismissal' },
      ],
    });
    const text = printed(draft(events, { bells: BELLS }));
    expect(text).toContain('# Not mapped, as their words say nothing of class: 2026-10-13 End of 1st Quarter.');
    expect(text).toContain('# Left out, outside all terms: 2026-12-24 (Holiday), 2026-12-25 (Holiday)');
    expect(text).toContain('# students is missing');
  });

  it('makes terms of spans that are called so', () => {
    const events = [allDay('20260817', '20261219', 'Fall Semester'), allDay('20270104', '20270529', 'Spring Semester')];
    expect(calendarOf(events, { bells: BELLS })?.terms).toEqual([
      { name: 'Fall Semester', startDate: '2026-08-17', endDate: '2026-12-18' },
      { name: 'Spring Semester', startDate: '2027-01-04', endDate: '2027-05-28' },
    ]);
  });

  it('makes bell schedules of what is held alike, and dates of what differs', () => {
    const events = [
      ...SCHOOL_YEAR,
      at('20260817T080000', '20260817T085000', 'Period 1', DAILY, `EXDATE;TZID=${NY}:20260908T080000`),
      at(
        '20260817T090000',
        '20260817T095000',
        'Period 2',
        DAILY.replace('MO,TU,WE,TH,FR', 'MO,TU,TH,FR'),
        `EXDATE;TZID=${NY}:20260908T090000,20261211T090000`,
      ),
      at('20260819T085500', '20260819T092500', 'Homeroom', DAILY.replace('MO,TU,WE,TH,FR', 'WE')),
      allDay('20260907', '20260908', 'Labor Day'),
      allDay('20261211', '20261212', 'Early dismissal'),
      at('20261003T100000', '20261003T120000', 'Saturday class'),
      at('20261001T190000', '20261001T210000', 'Board meeting'),
    ];
    expect(calendarOf(events)).toEqual({
      name: 'elm-high',
      students: 900,
      terms: [{ name: '2026', startDate: '2026-08-17', endDate: '2026-12-18' }],
      bellSchedules: [
        {
          name: 'regular',
          days: ['Monday', 'Tuesday', 'Thursday', 'Friday'],
          periods: [
            { name: 'Period 1', startTime: '08:00', endTime: '08:50' },
            { name: 'Period 2', startTime: '09:00', endTime: '09:50' },
          ],
        },
        {
          name: 'schedule-2',
          days: ['Wednesday'],
          periods: [
            { name: 'Period 1', startTime: '08:00', endTime: '08:50' },
            { name: 'Homeroom', startTime: '08:55', endTime: '09:25' },
          ],
        },
        expect.objectContaining({
          name: 'early-dismissal',
          periods: [{ name: 'Period 1', startTime: '08:00', endTime: '08:50' }],
        }),
        expect.objectContaining({
          name: 'schedule-4',
          periods: [{ name: 'Saturday class', startTime: '10:00', endTime: '12:00' }],
        }),
      ],
      calendarDates: [
        { date: '2026-09-07', event: 'Holiday' },
        { date: '2026-09-08', event: 'NonInstructionalDay' },
        { date: '2026-10-03', event: 'InstructionalDay', bellSchedule: 'schedule-4' },
        { date: '2026-12-11', event: 'EarlyDismissal', bellSchedule: 'early-dismissal' },
      ],
    });
    expect(printed(draft(events))).toContain('# Not mapped, held once: Board meeting.');
  });

  it('takes an occurrence that was moved as it was moved', () => {
    const first = at('20260817T080000', '20260817T085000', 'Period 1', DAILY);
    const uid = /UID:.*/.exec(first)?.[0].trim() ?? '';
    const moved = at(
      '20260825T100000',
      '20260825T105000',
      'Period 1',
      `RECURRENCE-ID;TZID=${NY}:20260825T080000`,
    ).replace(/UID:.*\r\n/, `${uid}\r\n`);
    expect(calendarOf([...SCHOOL_YEAR, first, moved])).toMatchObject({
      bellSchedules: [{ name: 'regular' }, { periods: [{ startTime: '10:00', endTime: '10:50' }] }],
      calendarDates: [{ date: '2026-08-25', event: 'InstructionalDay', bellSchedule: 'schedule-2' }],
    });
  });

  it('takes the time from the first class to the last for a term where none is named', () => {
    const events = [at('20260818T080000', '20260818T085000', 'Period 1', 'RRULE:FREQ=DAILY;COUNT=10')];
    expect(calendarOf(events)?.terms).toEqual([{ name: '2026', startDate: '2026-08-18', endDate: '2026-08-27' }]);
    expect(printed(draft(events))).toContain(
      '# The file names no term: it is from the first class to the last, 2026-08-18 to 2026-08-27.',
    );
  });

  it.each([
    ['of UTC, in the zone that the file names', 'X-WR-TIMEZONE:America/New_York', undefined, '08:00'],
    ['of UTC, in the zone that is given', 'X-WR-CALNAME:x', 'America/Chicago', '07:00'],
  ])('takes times %s', (_what, head, timeZone, startTime) => {
    const utc = event(
      'DTSTART:20260818T120000Z',
      'DTEND:20260818T125000Z',
      'RRULE:FREQ=DAILY;COUNT=3',
      'SUMMARY:Period 1',
    );
    const options = { head, ...(timeZone === undefined ? {} : { timeZone }) };
    expect(calendarOf([utc], options)?.bellSchedules[0]?.periods[0]?.startTime).toBe(startTime);
  });

  it('says what is missing in a file of holidays alone', () => {
    const text = printed(draft([allDay('20260907', '20260908', 'Labor Day')]));
    expect(text).toContain('# terms are missing: ');
    expect(text).toContain('# bellSchedules are missing: ');
  });

  it.each<[string, string, string[]]>([
    [
      'another kind of file',
      '<html></html>',
      ['year.ics:1: is no iCalendar file: it does not begin with BEGIN:VCALENDAR; export it as .ics'],
    ],
    [
      'a line that is none',
      file(['rubbish']),
      ['year.ics:5: is no iCalendar: invalid line (no token ";" or ":") "rubbish": mend the line, or export it anew'],
    ],
    [
      'a file that was cut',
      file(SCHOOL_YEAR).slice(0, 200),
      [
        'year.ics: is no iCalendar: invalid ical body. component began but did not end: mend the line, or export it anew',
      ],
    ],
    [
      'a day that does not exist',
      file([...SCHOOL_YEAR, allDay('20261131', '20261201', 'Break')]),
      [
        expect.stringMatching(
          /^year\.ics:19: the event is not as RFC 5545 has it: .*: mend it, or export it anew$/,
        ) as string,
      ],
    ],
    [
      'a rule that is none',
      file([at('20260817T080000', '20260817T085000', 'Period 1', 'RRULE:FREQ=OFTEN')]),
      [
        expect.stringMatching(
          /^year\.ics:(5: the event is not as RFC 5545 has it| is no iCalendar).*invalid frequency "OFTEN"/,
        ) as string,
      ],
    ],
    [
      'a class over midnight',
      file([at('20260817T230000', '20260818T010000', 'Night class')]),
      [
        'year.ics:5: "Night class" does not end on the day on which it begins, after that: split it, or make it an event of whole days',
      ],
    ],
    [
      'UTC without a zone',
      file([event('DTSTART:20260818T120000Z', 'DTEND:20260818T125000Z', 'SUMMARY:Period 1')]),
      [
        'year.ics:5: the event is not as RFC 5545 has it: its times are in UTC, and the file names no zone: give it with --time-zone: mend it, or export it anew',
      ],
    ],
    ['nothing in it', file([]), ['year.ics: holds no event: export the calendar of a whole year']],
  ])('tells of %s by line', (_what, text, faults) => {
    expect(faultsIn(draftIcs({ file: 'year.ics', text, nowMs: NOW_MS }, []))).toEqual(faults);
  });
});

describe('the words of school calendars', () => {
  it.each([
    ['Election Day, no school', 'Holiday'],
    ['Conference Exchange', 'TeacherOnlyDay'],
    ['Snow make-up day', 'MakeUpDay'],
    ['Snow Day', 'WeatherDay'],
    ['Two-hour delay', 'LateArrival'],
    ['Elementary early release / secondary exams', 'EarlyDismissal'],
    ["Presidents' Day", 'Holiday'],
    ['Martin Luther King Day', 'Holiday'],
    ['End of 2nd Quarter', undefined],
    ['First day after winter break', undefined],
    ['School resumes', undefined],
    ['Picture day', undefined],
  ])('%s: %s', (summary, expected) => {
    expect(eventOf(summary)).toBe(expected);
  });
});

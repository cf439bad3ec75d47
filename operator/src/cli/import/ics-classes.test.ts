import { describe, expect, it } from 'vitest';
import { accepted, faultsIn, printed } from './testing/accepted.ts';
import { allDay, at, draft, SCHOOL_YEAR } from './testing/ics-file.ts';

const ENDLESS = 'RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR';
const TIMES = ['080000', '090000', '100000', '110000', '120000', '130000', '140000'] as const;

/** Seven periods a day that were never told to end. */
const since = (date: string): string[] =>
  TIMES.map((time, index) => at(`${date}T${time}`, `${date}T${time.slice(0, 2)}4500`, `Period ${index + 1}`, ENDLESS));

describe('the classes of an iCalendar file that come again without an end', () => {
  it.each([
    ['last year', '20250818'],
    ['four years ago', '20220815'],
    ['ten years ago', '20160815'],
  ])('are held in the term of today where they began %s', (_when, date) => {
    const [calendar] = accepted(draft([...SCHOOL_YEAR, ...since(date)]), 900).calendars;
    expect(calendar?.bellSchedules).toMatchObject([
      { name: 'regular', days: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'] },
    ]);
    expect(calendar?.bellSchedules[0]?.periods).toHaveLength(7);
    expect(calendar?.calendarDates).toEqual([]);
  });

  it('are read until two years from today, and from their first day where that is later', () => {
    const endOf = (date: string, now: string): string | undefined =>
      accepted(draft(since(date), { nowMs: Date.parse(now) }), 900).calendars[0]?.terms[0]?.endDate;
    expect(endOf('20220815', '2026-07-01T12:00:00Z')).toBe('2028-06-30');
    expect(endOf('20260817', '2020-01-01T12:00:00Z')).toBe('2028-08-17');
  });

  it('are said to be cut where a term goes on for longer', () => {
    const later = [
      allDay('20280814', '20280815', 'First day of school'),
      allDay('20281215', '20281216', 'Last day of school'),
    ];
    const words = '# What comes again is read until 2028-07-01: import it again for what is after that.';
    expect(printed(draft([...SCHOOL_YEAR, ...later, ...since('20220815')]))).toContain(words);
    expect(printed(draft([...SCHOOL_YEAR, ...since('20220815')]))).not.toContain(words);
  });

  it('are refused by line when they are more than anybody holds', () => {
    const often = at('20260817T080000', '20260817T085000', 'Ticks', 'RRULE:FREQ=MINUTELY');
    expect(faultsIn(draft([often]))).toEqual([
      'year.ics:5: "Ticks" comes again more than 10000 times until 2028-08-17: let it begin later, or take it out',
    ]);
  });
});

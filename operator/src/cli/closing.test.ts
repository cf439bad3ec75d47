import { describe, expect, it } from 'vitest';
import { platformWith } from '../platform/testing/platforms.ts';
import { closeDate, type Closing } from './closing.ts';

const FALL = { name: 'fall', startDate: '2026-08-17', endDate: '2026-12-18' };
const bellSchedules = [
  { name: 'regular', days: ['Tuesday', 'Wednesday'], periods: [{ name: '1', startTime: '08:00', endTime: '09:00' }] },
  { name: 'short', periods: [{ name: '1', startTime: '08:00', endTime: '08:30' }] },
];
const school = (name: string, extra: object = {}) => ({ name, students: 900, terms: [FALL], bellSchedules, ...extra });

const CALENDARS = [
  school('high', {
    calendarDates: [
      { date: '2026-11-25', event: 'Holiday' },
      { date: '2026-12-02', event: 'EarlyDismissal', bellSchedule: 'short' },
    ],
  }),
  school('middle', { terms: [{ ...FALL, endDate: '2026-12-01' }] }),
];

const close = (closing: Partial<Closing>, calendars: object[] = CALENDARS) =>
  closeDate(platformWith({ schedule: { calendars } }), { date: '2026-11-24', event: 'WeatherDay', ...closing });

describe('closing a date', () => {
  it('adds it to every calendar, each tested to be the one that was seen', () => {
    expect(close({})).toEqual({
      ok: true,
      operations: [0, 1].flatMap((index) => [
        { op: 'test', path: `/spec/schedule/calendars/${index}/name`, value: ['high', 'middle'][index] },
        {
          op: 'add',
          path: `/spec/schedule/calendars/${index}/calendarDates/-`,
          value: { date: '2026-11-24', event: 'WeatherDay' },
        },
      ]),
      lines: [
        'high: 2026-11-24 is closed (WeatherDay), instead of regular',
        'middle: 2026-11-24 is closed (WeatherDay), instead of regular',
      ],
    });
  });

  it('takes the place of an entry that opens it, if that is still there', () => {
    const entry = { date: '2026-12-02', event: 'EarlyDismissal', bellSchedule: 'short' };
    const path = '/spec/schedule/calendars/0/calendarDates/1';
    expect(close({ date: '2026-12-02' })).toEqual({
      ok: true,
      operations: [
        { op: 'test', path: '/spec/schedule/calendars/0/name', value: 'high' },
        { op: 'test', path, value: entry },
        { op: 'replace', path, value: { date: '2026-12-02', event: 'WeatherDay' } },
      ],
      lines: [
        'high: 2026-12-02 is closed (WeatherDay), instead of short (EarlyDismissal)',
        'middle: 2026-12-02 is outside its terms: nothing to close',
      ],
    });
  });

  it.each([
    ['what is closed already', '2026-11-25', 'high: 2026-11-25 is closed already (Holiday)'],
    ['a day without bells', '2026-11-28', 'high: nobody is in class on a Saturday'],
  ])('leaves %s, and says so', (_what, date, line) => {
    expect(close({ date, calendar: 'high' })).toEqual({ ok: true, operations: [], lines: [line] });
  });

  it('opens nothing: a closed date that names bells is closed for good', () => {
    const odd = [school('odd', { calendarDates: [{ date: '2026-11-24', event: 'Holiday', bellSchedule: 'short' }] })];
    const closed = close({}, odd);
    expect(closed.ok ? closed.operations.at(-1)?.value : closed).toEqual({ date: '2026-11-24', event: 'WeatherDay' });
  });

  it.each<[string, Partial<Closing>, RegExp]>([
    [
      'a date outside all terms',
      { date: '2026-12-19' },
      /^--date: 2026-12-19 is outside all terms of all 2 calendars \(2026-08-17 to 2026-12-18, 2026-08-17 to 2026-12-01\).*: correct the date, or extend a term$/,
    ],
    [
      'one outside those of the calendar',
      { date: '2026-12-02', calendar: 'middle' },
      /^--date: 2026-12-02 is outside all terms of calendar "middle" /,
    ],
    ['a date that does not exist', { date: '2026-11-31' }, /^--date: "2026-11-31" is no date: write it as/],
    ['a time', { date: '2026-11-24T08:00' }, /is no date/],
    [
      'a calendar that is not there',
      { calendar: 'low' },
      /^--calendar: there is no calendar "low": name one of high, middle$/,
    ],
  ])('refuses %s', (_what, closing, message) => {
    const closed = close(closing);
    expect(closed.ok ? '' : closed.message).toMatch(message);
  });

  it('needs a schedule', () => {
    expect(closeDate(platformWith(), { date: '2026-11-24', event: 'Strike' })).toMatchObject({ ok: false });
  });
});

import { describe, expect, it } from 'vitest';
import { platformWith } from '../platform/testing/platforms.ts';
import { prescale, type Asked } from './prescaling.ts';
import { parseSpan, spanInWords } from './spans.ts';

const NOW_MS = Date.parse('2026-11-24T15:00:00.250Z');
const HELD = { replicas: 6, until: '2026-11-24T16:00:00Z', reason: 'assembly' };
const ASKED = { replicas: '8', for: '45m', reason: 'state tests' };

const calendars = [
  {
    name: 'school',
    students: 900,
    terms: [{ name: 'fall', startDate: '2026-08-17', endDate: '2026-12-18' }],
    bellSchedules: [{ name: 'regular', periods: [{ name: '1', startTime: '08:00', endTime: '09:00' }] }],
  },
];
const district = { displayName: 'Demo', timeZone: 'America/Chicago' };

const ask = (asked: Asked, held?: object) =>
  prescale(
    platformWith({ district, schedule: { calendars, ...(held === undefined ? {} : { prescale: held }) } }),
    asked,
    NOW_MS,
  );

describe('a floor by hand', () => {
  it('holds until its end, which is said in the time of the district', () => {
    expect(ask(ASKED)).toEqual({
      ok: true,
      change: { value: { replicas: 8, until: '2026-11-24T15:45:01Z', reason: 'state tests' } },
      line: 'at least 8 API pods until Tue 2026-11-24 09:45:01-06:00, for 45 min: state tests',
    });
  });

  it('says which one it takes the place of', () => {
    const asked = ask(ASKED, HELD);
    expect(asked).toMatchObject({
      ok: true,
      line: expect.stringContaining(', instead of 6 until 2026-11-24T16:00:00Z: ') as string,
    });
  });

  it.each<[string, Asked]>([
    ['with --for 0', { for: '0' }],
    ['with --clear, whatever else is said', { ...ASKED, clear: true }],
  ])('ends %s', (_how, asked) => {
    expect(ask(asked, HELD)).toMatchObject({ ok: true, change: { value: null } });
    expect(ask(asked)).toEqual({ ok: true, line: 'there is no floor by hand: nothing to end' });
  });

  it.each<[string, Asked, RegExp]>([
    ['no span', { ...ASKED, for: 'soon' }, /^--for: "soon" is no span of time: write it as 45m or 1h30m$/],
    ['weeks', { ...ASKED, for: '8d' }, /^--for: 8d is more than 7 days: enter it in the calendar/],
    ['no number', { ...ASKED, replicas: 'many' }, /^--replicas: "many" is no number of pods: /],
    ['none', { ...ASKED, replicas: '0' }, /^--replicas: "0" is no number of pods: /],
    [
      'more than may be',
      { ...ASKED, replicas: '13' },
      /^--replicas: 13 is more than api\.replicas\.max 12: ask for fewer/,
    ],
    ['no reason', { ...ASKED, reason: ' ' }, /^--reason: missing: say why/],
    ['a long story', { ...ASKED, reason: 'x'.repeat(201) }, /^--reason: is longer than 200 characters: shorten it$/],
  ])('is refused for %s', (_what, asked, message) => {
    const refused = ask(asked);
    expect(refused.ok ? '' : refused.message).toMatch(message);
  });

  it('needs a schedule', () => {
    expect(prescale(platformWith(), ASKED, NOW_MS)).toMatchObject({ ok: false });
  });
});

describe('spans of time', () => {
  it.each([
    ['45m', 2_700_000],
    ['1h30m', 5_400_000],
    ['1d', 86_400_000],
    ['90s', 90_000],
    ['0', 0],
    ['0m', 0],
    ['', undefined],
    ['45', undefined],
    ['45m later', undefined],
    ['-5m', undefined],
  ])('%s is %s ms', (text, ms) => {
    expect(parseSpan(text)).toBe(ms);
  });

  it('are told to the minute', () => {
    expect([20_000, 60_000, 22_680_000, 183_600_000].map(spanInWords)).toEqual([
      'less than a minute',
      '1 min',
      '6 h 18 min',
      '2 d 3 h',
    ]);
  });
});

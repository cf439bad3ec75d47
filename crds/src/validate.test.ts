import { describe, expect, it } from 'vitest';
import { parsePlatform } from './validate.ts';

const minimal = {
  apiVersion: 'heroesinwaiting.com/v1alpha1',
  kind: 'HeroesPlatform',
  metadata: { name: 'grand-bend', namespace: 'grand-bend' },
  spec: { district: { displayName: 'Grand Bend ISD', timeZone: 'America/Chicago' }, release: { version: '0.1.0' } },
};

const withSpec = (spec: object) => ({ ...minimal, spec: { ...minimal.spec, ...spec } });

describe('parsePlatform', () => {
  it('fills in the defaults of the service review from a CR of ten lines', () => {
    const parsed = parsePlatform(minimal);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
    const { api, database, backup, deletionPolicy } = parsed.platform.spec;
    expect(api.resources).toEqual({ requests: { cpu: '500m', memory: '512Mi' }, limits: { cpu: '1', memory: '1Gi' } });
    expect(api.replicas).toEqual({ min: 3, max: 12 });
    expect(api.databasePoolSize).toBe(20);
    expect(database.embedded.maxConnections).toBe(200);
    expect(backup.schedule).toBe('30 2 * * *');
    expect(deletionPolicy).toBe('Retain');
  });

  it.each([
    ['another kind', { ...minimal, kind: 'Platform' }, 'kind', /HeroesPlatform/],
    ['an unknown field', withSpec({ replicas: 3 }), 'spec.replicas', /unknown field: remove it/],
    [
      'a broken rule',
      withSpec({ api: { replicas: { min: 5, max: 2 } } }),
      'spec.api.replicas',
      /raise max or lower min/,
    ],
    ['a missing field', { ...minimal, spec: { release: { version: '0.1.0' } } }, 'spec', /district/],
    ['a wrong type', withSpec({ api: { databasePoolSize: '20' } }), 'spec.api.databasePoolSize', /integer/],
    ['a cron line with seconds', withSpec({ backup: { schedule: '0 30 2 * * *' } }), 'spec.backup.schedule', /pattern/],
    [
      'an hour that does not exist',
      withSpec({ backup: { schedule: '30 24 * * *' } }),
      'spec.backup.schedule',
      /pattern/,
    ],
    [
      'a name that cannot name a Service',
      { ...minimal, metadata: { name: '9th-district' } },
      'metadata.name',
      /start with a letter/,
    ],
  ])('refuses %s, and says where', (_what, input, path, message) => {
    const parsed = parsePlatform(input);
    if (parsed.ok) throw new Error('accepted');
    expect(parsed.faults[0]).toMatchObject({ path });
    expect(parsed.faults[0]?.message).toMatch(message);
  });

  const scheduled = (schedule: object) =>
    withSpec({
      schedule: {
        calendars: [
          {
            name: 'school',
            students: 900,
            terms: [{ name: 'fall', startDate: '2026-08-17', endDate: '2026-12-18' }],
            bellSchedules: [{ name: 'regular', periods: [{ name: '1', startTime: '08:00', endTime: '09:00' }] }],
          },
        ],
        ...schedule,
      },
    });
  const prescaled = (prescale: object) =>
    scheduled({ prescale: { replicas: 8, until: '2026-11-24T15:00:00Z', reason: 'state tests', ...prescale } });

  it('refuses an idle floor above the maximum', () => {
    const parsed = parsePlatform(scheduled({ idleReplicas: 13 }));
    if (parsed.ok) throw new Error('accepted');
    expect(parsed.faults.map(({ message }) => message)).toEqual([
      'schedule.idleReplicas must not exceed api.replicas.max: ask for fewer or raise max',
    ]);
  });

  it.each(['2026-11-24T15:00:00Z', '2026-11-24T09:00:00.5-06:00'])('takes a manual floor until %s', (until) => {
    expect(parsePlatform(prescaled({ until }))).toMatchObject({ ok: true });
  });

  it.each([
    ['without an offset', { until: '2026-11-24T15:00:00.000' }, 'spec.schedule.prescale.until', /format|pattern/],
    ['with an end on no day', { until: '2026-11-31T15:00:00Z' }, 'spec.schedule.prescale.until', /format/],
    ['with a local time alone', { until: '15:00' }, 'spec.schedule.prescale.until', /fewer/],
    ['for no reason', { reason: '  ' }, 'spec.schedule.prescale.reason', /pattern/],
    ['above the maximum', { replicas: 13 }, 'spec', /must not exceed api\.replicas\.max: ask for fewer or raise max/],
  ])('refuses a manual floor %s', (_what, prescale, path, message) => {
    const parsed = parsePlatform(prescaled(prescale));
    if (parsed.ok) throw new Error('accepted');
    expect(parsed.faults[0]).toMatchObject({ path, message: expect.stringMatching(message) as string });
  });

  it('tells what is twice in a list where it may be once, and what else is wrong', () => {
    const images = { pullSecrets: [{ name: 'a' }, { name: 'b' }, { name: 'a' }] };
    const parsed = parsePlatform(
      withSpec({ release: { version: '0.1.0', images }, api: { replicas: { min: 5, max: 2 } } }),
    );
    if (parsed.ok) throw new Error('accepted');
    expect(parsed.faults.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      'spec.release.images.pullSecrets[2]: name "a" is there already: leave one of them',
      'spec.api.replicas: replicas.max must be at least replicas.min: raise max or lower min',
    ]);
    expect(parsed.platform?.spec.api.replicas).toEqual({ min: 5, max: 2 });
  });

  const calendar = {
    name: 'school',
    students: 900,
    terms: [{ name: 'fall', startDate: '2026-08-17', endDate: '2026-12-18' }],
    bellSchedules: [
      { name: 'regular', days: ['Monday'], periods: [{ name: '1', startTime: '08:00', endTime: '09:00' }] },
      { name: 'short', periods: [{ name: '1', startTime: '08:00', endTime: '08:30' }] },
    ],
    calendarDates: [{ date: '2026-11-26', event: 'EarlyDismissal', bellSchedule: 'short' }],
  };
  const withCalendar = (parts: object) => withSpec({ schedule: { calendars: [{ ...calendar, ...parts }] } });

  it('takes a calendar that makes sense', () => {
    expect(parsePlatform(withCalendar({}))).toMatchObject({ ok: true });
  });

  it.each([
    [
      'terms that overlap',
      { terms: [...calendar.terms, { name: 'spring', startDate: '2026-12-18', endDate: '2027-05-28' }] },
      /terms must not overlap: /,
    ],
    [
      'a term upside down',
      { terms: [...calendar.terms, { name: 'spring', startDate: '2027-12-18', endDate: '2027-05-28' }] },
      /^endDate must not be before startDate: /,
    ],
    [
      'a weekday of two bell schedules',
      { bellSchedules: calendar.bellSchedules.map((bells) => ({ ...bells, days: ['Monday'] })) },
      /bellSchedules must not name a weekday twice: /,
    ],
    [
      'a date outside all terms',
      { calendarDates: [{ date: '2026-12-25', event: 'Holiday' }] },
      /must have each date in a term: /,
    ],
    [
      'a date with bells that are none of its own',
      { calendarDates: [{ date: '2026-11-26', event: 'LateArrival', bellSchedule: 'late' }] },
      /must name a bell schedule of their calendar: /,
    ],
    [
      'a date that is given twice',
      { calendarDates: ['Holiday', 'Strike'].map((event) => ({ date: '2026-11-26', event })) },
      /^date "2026-11-26" is there already: /,
    ],
    [
      'a period that ends before it begins',
      {
        bellSchedules: [{ name: 'a', periods: [{ name: '1', startTime: '09:00', endTime: '08:00' }] }],
        calendarDates: [],
      },
      /endTime must be later than startTime: /,
    ],
  ])('refuses a calendar with %s, as the API server does, by one fault', (_what, parts, message) => {
    const parsed = parsePlatform(withCalendar(parts));
    if (parsed.ok) throw new Error('accepted');
    expect(parsed.faults).toHaveLength(1);
    expect(parsed.faults[0]?.path).toMatch(/^spec\.schedule\.calendars\[0\]/);
    expect(parsed.faults[0]?.message).toMatch(message);
  });

  it.each([undefined, null, 7, 'text', []])('refuses %j without a stack trace', (input) => {
    expect(parsePlatform(input).ok).toBe(false);
  });
});

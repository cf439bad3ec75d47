/**
 * How long the year of a large district takes: every floor from one summer to the next, with its reasons, from the spec on, nothing
 * remembered from the evaluation before. Its schools share holidays and little else: each begins and ends at its own time, half of
 * them have shorter Wednesdays, and each has dates of its own, so that few days of the year are alike.
 */
import { WEEKDAYS } from '@heroes/crds/schedule.ts';
import type { Spec } from '@heroes/crds/spec.ts';
import { parsePlatform } from '@heroes/crds/validate.ts';
import { floorsBetween } from '@heroes/operator/features/schedule/listing.ts';
import { atMost, percentile, told, type Measure } from '../report/measure.ts';
import type { Options } from './options.ts';

const LIMIT_MS = 50;
const YEAR = { fromMs: Date.parse('2026-08-01T00:00Z'), toMs: Date.parse('2027-08-01T00:00Z') };
const HOLIDAYS = [
  '2026-09-07',
  '2026-10-12',
  '2026-11-11',
  '2026-11-26',
  '2026-11-27',
  '2027-01-18',
  '2027-02-15',
  '2027-03-15',
];
const PERIODS = 8;
const OWN_DATES = 3;

/** @returns what it took; nothing but the bar's own figure has a bar. */
export async function measureCalendar({ calendars, evaluations }: Options): Promise<Measure[]> {
  const spec = districtOf(calendars);
  const tookMs: number[] = [];
  let found = 0;
  for (let count = 0; count < evaluations; count++) {
    const startMs = performance.now();
    found = floorsBetween(spec, YEAR).length;
    tookMs.push(performance.now() - startMs);
    // Whatever else this process does goes between two evaluations, and not into one.
    await new Promise((resolve) => setImmediate(resolve));
  }
  const name = `a year of a district with ${calendars} calendars`;
  return [
    atMost(LIMIT_MS, `${name}, evaluated`, percentile(tookMs, 0.5), 'ms'),
    told(`${name}, evaluated for the first time in a process`, tookMs[0] ?? NaN, 'ms'),
    told(`${name}, slowest of ${evaluations} after that`, Math.max(...tookMs.slice(1)), 'ms'),
    told(`${name}, floors that follow each other`, found, ''),
  ];
}

function districtOf(schools: number): Spec {
  const parsed = parsePlatform({
    apiVersion: 'heroesinwaiting.com/v1alpha1',
    kind: 'HeroesPlatform',
    metadata: { name: 'large' },
    spec: {
      district: { displayName: 'Large', timeZone: 'America/Chicago' },
      release: { version: '0.3.0' },
      api: { replicas: { min: 3, max: 100 } },
      schedule: { idleReplicas: 1, calendars: Array.from({ length: schools }, (_, index) => schoolOf(index)) },
    },
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.platform.spec;
}

function schoolOf(index: number): object {
  const shortDays = index % 2 === 0 ? ['Wednesday'] : [];
  const days = WEEKDAYS.slice(0, 5).filter((day) => !shortDays.includes(day));
  const startMinute = 7 * 60 + (index % 24) * 5;
  return {
    name: `school-${index}`,
    students: 400 + 13 * index,
    terms: [
      { name: 'fall', startDate: '2026-08-17', endDate: '2026-12-18' },
      { name: 'spring', startDate: '2027-01-04', endDate: '2027-05-28' },
    ],
    bellSchedules: [
      { name: 'regular', days, periods: periodsOf(startMinute, 45) },
      { name: 'short', days: shortDays, periods: periodsOf(startMinute, 30) },
    ],
    calendarDates: [
      ...HOLIDAYS.map((date) => ({ date, event: 'Holiday' })),
      ...ownDates(index).map((date) => ({ date, event: 'EarlyDismissal', bellSchedule: 'short' })),
    ],
  };
}

const periodsOf = (startMinute: number, minutes: number): object[] =>
  Array.from({ length: PERIODS }, (_, index) => {
    const start = startMinute + index * (minutes + 5);
    return { name: String(index + 1), startTime: clock(start), endTime: clock(start + minutes) };
  });

const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

/** Spread over both terms, another few for each school. */
function ownDates(index: number): string[] {
  const fall = Temporal.PlainDate.from('2026-08-18');
  const all = Array.from({ length: OWN_DATES }, (_, count) =>
    fall.add({ days: (index * 7 + count * 31) % 115 }).toString(),
  );
  return [...new Set(all)].filter((date) => !HOLIDAYS.includes(date));
}

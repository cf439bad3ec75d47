/** A case: the day types that one school publishes, on the calendar that a district publishes, both as they are imported. */
import { join } from 'node:path';
import { stringify } from 'yaml';
import { importCalendars } from '@heroes/operator/cli/import/import.ts';
import { notice } from './generated-file.ts';

const FOLDER = join(import.meta.dirname, '../cases/hamilton');

/** What is generated is the same on any day. */
const OF_THE_CALENDAR_MS = Date.parse('2016-08-01T00:00:00Z');

/** The published schedules do not say when they are held: homeroom on Wednesdays, and two mornings with snow. */
const DAYS: Readonly<Record<string, readonly string[] | undefined>> = {
  regular: ['Monday', 'Tuesday', 'Thursday', 'Friday'],
  homeroom: ['Wednesday'],
};
const DELAYED = ['2017-01-09', '2017-02-10'];
/** Of them few stay after class. */
const FEW = { 'Extra Help': 300 } as Readonly<Record<string, number | undefined>>;

/** @returns the case as YAML. */
export function hamilton(version: string): string {
  const [calendar] = importCalendars(
    { ics: join(FOLDER, 'calendar-2016.ics'), bells: join(FOLDER, 'southampton-bells.yaml'), students: '1100' },
    OF_THE_CALENDAR_MS,
  );
  if (calendar === undefined) throw new Error('the file holds a calendar');
  const bellSchedules = calendar.bellSchedules.map(({ name, periods }) => ({
    name,
    ...(DAYS[name] === undefined ? {} : { days: DAYS[name] }),
    periods: periods.map((period) => ({
      ...period,
      ...(FEW[period.name] === undefined ? {} : { students: FEW[period.name] }),
    })),
  }));
  const delayed = DELAYED.map((date) => ({ date, event: 'LateArrival' as const, bellSchedule: 'two-hour-delay' }));
  const calendarDates = [...calendar.calendarDates, ...delayed].sort((a, b) => a.date.localeCompare(b.date));
  const platform = {
    apiVersion: 'heroesinwaiting.com/v1alpha1',
    kind: 'HeroesPlatform',
    metadata: { name: 'hamilton', namespace: 'hamilton' },
    spec: {
      district: { displayName: 'Hamilton City School District', timeZone: 'America/New_York' },
      release: { version },
      api: { replicas: { min: 2, max: 6 } },
      schedule: { idleReplicas: 1, calendars: [{ ...calendar, bellSchedules, calendarDates }] },
    },
  };
  const header = `# ${notice('e2e/cases/hamilton, e2e/generate/hamilton.ts')}`;
  return `${header}\n${stringify(platform, { lineWidth: 0, aliasDuplicateObjects: false, version: '1.1' })}`;
}

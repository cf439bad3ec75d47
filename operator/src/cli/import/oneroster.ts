/**
 * Pure: calendars of the schools of a district, from a OneRoster export (1EdTech, versions 1.1 and 1.2, CSV binding). The standard
 * has sessions, classes with the periods they meet in, and enrolment; it has neither times nor holidays.
 */
import { isDate } from '../local-time.ts';
import {
  collectFaults,
  drafted,
  type BellsDraft,
  type CalendarDraft,
  type Drafted,
  type Faults,
  type Folder,
  type TermDraft,
} from './draft.ts';
import { readTable, type Row } from './table.ts';

interface Session extends TermDraft {
  readonly id: string;
  readonly type: string;
  readonly parent: string;
}

interface Export {
  readonly sessions: ReadonlyMap<string, Session>;
  readonly classes: readonly Row[];
  /** Students by the class that they are enrolled in. */
  readonly enrolled: ReadonlyMap<string, ReadonlySet<string>>;
  readonly bells: readonly BellsDraft[];
}

/**
 * @param bells - from elsewhere: the standard has none
 * @returns a calendar for each school that has classes, or everything that is wrong with the files
 */
export function draftOneRoster(folder: Folder, bells: readonly BellsDraft[]): Drafted {
  const faults = collectFaults();
  const sessions = sessionsOf(folder, faults);
  const classes = active(readTable(folder, CLASSES, faults));
  checkClasses(classes, sessions, faults);
  const orgs = active(readTable(folder, { name: 'orgs.csv', columns: ['sourcedId', 'name'] }, faults));
  const enrolled = enrolment(active(readTable(folder, ENROLLMENTS, faults)));
  const names = new Map(orgs.map((row) => [row.get('sourcedId'), row.get('name')]));
  const source = { sessions, classes, enrolled, bells };
  const schools = [...new Set(classes.map((row) => row.get('schoolSourcedId')))];
  const calendars = schools.map((id) => draftSchool(source, { id, name: names.get(id) ?? id }));
  if (faults.all.length === 0 && schools.length === 0)
    faults.add(`${folder.path}/classes.csv`, undefined, 'holds no class: export the classes of the year');
  return drafted(calendars, faults);
}

const CLASSES = {
  name: 'classes.csv',
  columns: ['sourcedId', 'schoolSourcedId', 'termSourcedIds'],
  remedy: 'export it too: it says which school has class in which session',
};
const ENROLLMENTS = { name: 'enrollments.csv', columns: ['classSourcedId', 'userSourcedId', 'role'] };

/** In a delta, rows that go are still told of. */
const active = (rows: readonly Row[]): Row[] => rows.filter((row) => row.get('status').toLowerCase() !== 'tobedeleted');

function sessionsOf(folder: Folder, faults: Faults): Map<string, Session> {
  const columns = ['sourcedId', 'title', 'type', 'startDate', 'endDate'];
  const remedy = 'export it too: it holds the terms';
  const rows = active(readTable(folder, { name: 'academicSessions.csv', columns, remedy }, faults));
  const sessions = rows.flatMap((row) => {
    const [name, startDate, endDate] = [row.get('title'), row.get('startDate'), row.get('endDate')];
    const fault = datesFault(startDate, endDate);
    if (fault !== undefined) {
      faults.add(row.file, row.line, `session "${name}" ${fault}`);
      return [];
    }
    const [id, type, parent] = [row.get('sourcedId'), row.get('type'), row.get('parentSourcedId')];
    return [[id, { id, name, type, parent, startDate, endDate }] as const];
  });
  return new Map(sessions);
}

function datesFault(startDate: string, endDate: string): string | undefined {
  const wrong = [startDate, endDate].find((date) => !isDate(date));
  if (wrong !== undefined) return `has the date "${wrong}": write it as 2026-08-17`;
  if (startDate <= endDate) return undefined;
  return `ends on ${endDate}, before it begins on ${startDate}: exchange them or correct the year`;
}

function checkClasses(classes: readonly Row[], sessions: ReadonlyMap<string, Session>, faults: Faults): void {
  // Without any sessions that is what is wrong.
  if (sessions.size === 0) return;
  for (const row of classes) {
    if (row.get('schoolSourcedId') === '')
      faults.add(row.file, row.line, `class "${row.get('sourcedId')}" has no schoolSourcedId: name its school`);
    for (const id of listed(row, 'termSourcedIds').filter((each) => !sessions.has(each)))
      faults.add(
        row.file,
        row.line,
        `class "${row.get('sourcedId')}" names the session "${id}", which academicSessions.csv does not hold: export both at once`,
      );
  }
}

/** A list is one field, with commas in it. */
const listed = (row: Row, column: string): string[] =>
  row
    .get(column)
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');

function enrolment(rows: readonly Row[]): Map<string, Set<string>> {
  const enrolled = new Map<string, Set<string>>();
  for (const row of rows.filter((each) => each.get('role').toLowerCase() === 'student')) {
    const students = enrolled.get(row.get('classSourcedId')) ?? new Set();
    enrolled.set(row.get('classSourcedId'), students.add(row.get('userSourcedId')));
  }
  return enrolled;
}

function draftSchool(source: Export, { id, name }: { readonly id: string; readonly name: string }): CalendarDraft {
  const classes = source.classes.filter((row) => row.get('schoolSourcedId') === id);
  const count = studentsIn(source, classes);
  const students = count === 0 ? undefined : count;
  const byPeriod = new Map(periodsOf(classes).map((period) => [period, busiest(source, classes, period)]));
  return {
    name,
    students,
    terms: termsOf(source.sessions, classes),
    bellSchedules: source.bells.map((bells) => withStudents(bells, byPeriod, count)),
    calendarDates: [],
    notes: notesOf(source, { students, periods: [...byPeriod.keys()] }),
  };
}

function notesOf(
  { bells }: Export,
  { students, periods }: { readonly students: number | undefined; readonly periods: readonly string[] },
): string[] {
  const known = new Set(bells.flatMap((each) => each.periods.map(({ name }) => name)));
  const without = periods.filter((period) => !known.has(period));
  return [
    'calendarDates are missing: OneRoster has no holidays. Add them, or the floor stands on them too.',
    ...(students === undefined
      ? []
      : [`${students} students are those enrolled in its classes, all of them in class at once.`]),
    ...(without.length === 0
      ? []
      : [`Its classes meet in the periods ${without.join(', ')}, of which OneRoster has no times.`]),
    ...(bells.length === 0 ? [] : [`Bell schedule "${bells[0]?.name ?? ''}" is taken for Monday to Friday.`]),
  ];
}

const periodsOf = (classes: readonly Row[]): string[] =>
  [...new Set(classes.flatMap((row) => listed(row, 'periods')))].sort((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );

function studentsIn({ enrolled }: Export, classes: readonly Row[]): number {
  return new Set(classes.flatMap((row) => [...(enrolled.get(row.get('sourcedId')) ?? [])])).size;
}

/** @returns how many are in class in a period, in the session in which most are. */
function busiest(source: Export, classes: readonly Row[], period: string): number {
  const own = classes.filter((row) => listed(row, 'periods').includes(period));
  const sessions = [...new Set(own.flatMap((row) => listed(row, 'termSourcedIds')))];
  const counts = sessions.map((id) =>
    studentsIn(
      source,
      own.filter((row) => listed(row, 'termSourcedIds').includes(id)),
    ),
  );
  return Math.max(0, ...counts);
}

/** Said of a period only where it is fewer than all. */
const withStudents = (bells: BellsDraft, byPeriod: ReadonlyMap<string, number>, all: number): BellsDraft => ({
  ...bells,
  periods: bells.periods.map((period) => {
    const students = byPeriod.get(period.name);
    return students === undefined || students === 0 || students === all ? period : { ...period, students };
  }),
});

const IS_TERM = new Set(['term', 'semester']);

/** Classes name sessions of any kind: a year stands for its terms, since there is no class between them, and a quarter for its term. */
function termsOf(sessions: ReadonlyMap<string, Session>, classes: readonly Row[]): TermDraft[] {
  const named = new Set(classes.flatMap((row) => listed(row, 'termSourcedIds')));
  const found = [...named].flatMap((id) => {
    const session = sessions.get(id);
    if (session === undefined) return [];
    const terms = [...sessions.values()].filter((each) => each.parent === id && IS_TERM.has(each.type));
    if (terms.length > 0) return terms;
    const parent = sessions.get(session.parent);
    return session.type === 'gradingPeriod' && parent !== undefined && IS_TERM.has(parent.type) ? [parent] : [session];
  });
  return [...new Set(found)].map(({ name, startDate, endDate }) => ({ name, startDate, endDate }));
}

/**
 * Pure: calendars of the schools of a district, from an Ed-Fi export (Data Standard 3 to 5, bulk exchange in XML): Session → term,
 * BellSchedule and ClassPeriod → bell schedule and periods, CalendarDate → calendar date, each by the same name there and here.
 */
import { closes } from '../../features/schedule/day.ts';
import { isDate } from '../local-time.ts';
import {
  collectFaults,
  drafted,
  type BellsDraft,
  type CalendarDraft,
  type DateDraft,
  type Drafted,
  type Event,
  type Faults,
  type Folder,
  type PeriodDraft,
  type TermDraft,
} from './draft.ts';
import { all, below, readInterchanges, textOf, type Element } from './interchange.ts';

const KINDS = ['EducationOrganization', 'EducationOrgCalendar', 'MasterSchedule'];
const WEEK = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'] as const;

/** Of CalendarEventDescriptor (Ed-Fi 5.2), by its code value in small letters; what is not here says nothing of class. */
const EVENTS: Readonly<Record<string, Event>> = {
  'emergency day': 'EmergencyDay',
  holiday: 'Holiday',
  'instructional day': 'InstructionalDay',
  'make-up day': 'MakeUpDay',
  'non-instructional day': 'NonInstructionalDay',
  strike: 'Strike',
  'student late arrival/early dismissal': 'EarlyDismissal',
  'teacher only day': 'TeacherOnlyDay',
  'weather day': 'WeatherDay',
};

interface Export {
  readonly elements: (name: string) => readonly Element[];
  /** @returns the id of the school that an element refers to. */
  readonly schoolOf: (referring: Element | undefined) => string;
  readonly faults: Faults;
}

/** @returns a calendar for each school that has terms or bells, or everything that is wrong with the files. */
export function draftEdFi(folder: Folder): Drafted {
  const faults = collectFaults();
  const elements = readInterchanges(folder, KINDS, faults);
  if (faults.all.length > 0) return drafted([], faults);
  const source = { elements, schoolOf: schoolFinder(elements('School')), faults };
  const schools = elements('School').map((school) => draftSchool(source, school));
  if (schools.length === 0) faults.add(folder.path, undefined, 'holds no School: export EducationOrganization with it');
  const empty = schools.filter(({ terms, bellSchedules }) => terms.length + bellSchedules.length === 0);
  const notes = empty.map(({ name }) => `${name} has neither a Session nor a BellSchedule and is left out.`);
  return drafted(
    schools.filter((school) => !empty.includes(school)),
    faults,
    notes,
  );
}

/** What an element refers to it names by identity, or by the `id` that it has in these files. */
function schoolFinder(schools: readonly Element[]): Export['schoolOf'] {
  const ids = new Map(schools.map((school) => [school.attributes.id, textOf(school, 'SchoolId')]));
  return (referring) => {
    const reference = below(referring, 'SchoolReference');
    return textOf(reference, 'SchoolIdentity', 'SchoolId') || (ids.get(reference?.attributes.ref) ?? '');
  };
}

function draftSchool(source: Export, school: Element): CalendarDraft {
  const id = textOf(school, 'SchoolId');
  const notes: string[] = [];
  const own = (name: string): Element[] => source.elements(name).filter((each) => source.schoolOf(each) === id);
  const { bellSchedules, dates } = bellsOf(source, { id, bells: own('BellSchedule'), notes });
  return {
    name: textOf(school, 'NameOfInstitution'),
    students: seatsOf(own('Location'), notes),
    terms: own('Session').flatMap((session) => termOf(session, source.faults)),
    bellSchedules,
    calendarDates: [...dates, ...calendarDates(source, id, notes)],
    notes,
  };
}

/** The export holds no enrolment: the seats of a school's rooms bound how many can be in class at once. */
function seatsOf(rooms: readonly Element[], notes: string[]): number | undefined {
  if (rooms.length === 0) return undefined;
  const seats = rooms.map(
    (room) => Number(textOf(room, 'OptimalNumberOfSeats') || textOf(room, 'MaximumNumberOfSeats')) || 0,
  );
  const students = seats.reduce((sum, each) => sum + each, 0);
  notes.push(`${students} students are the seats of its ${rooms.length} rooms: the export holds no enrolment.`);
  return students;
}

function termOf(session: Element, faults: Faults): TermDraft[] {
  const { file, line } = session;
  const name = textOf(session, 'SessionName');
  const [startDate, endDate] = [textOf(session, 'BeginDate'), textOf(session, 'EndDate')];
  const wrong = [startDate, endDate].filter((date) => !isDate(date));
  for (const date of wrong) faults.add(file, line, `Session "${name}" has the date "${date}": write it as 2026-08-17`);
  if (wrong.length > 0) return [];
  if (startDate <= endDate) return [{ name, startDate, endDate }];
  faults.add(
    file,
    line,
    `Session "${name}" ends on ${endDate}, before it begins on ${startDate}: exchange them or correct the year`,
  );
  return [];
}

interface OwnBells {
  /** Of the school. */
  readonly id: string;
  readonly bells: readonly Element[];
  readonly notes: string[];
}

/** A bell schedule with dates is for these; one without is for the week. */
function bellsOf(source: Export, { id, bells, notes }: OwnBells): { bellSchedules: BellsDraft[]; dates: DateDraft[] } {
  const each = bells.map((element) => ({
    element,
    dates: datesOf(element, source.faults),
    name: textOf(element, 'BellScheduleName'),
  }));
  const [weekly, ...further] = each.filter(({ dates }) => dates.length === 0);
  if (weekly !== undefined)
    notes.push(`Bell schedule "${weekly.name}" is taken for Monday to Friday: the export names no weekdays.`);
  for (const { name } of further)
    notes.push(`Bell schedule "${name}" has no dates: name its days, or let calendarDates name it.`);
  return {
    bellSchedules: each.map(({ element, name }) => ({
      name,
      ...(element === weekly?.element ? { days: WEEK } : {}),
      periods: periodsOf(source, element, id),
    })),
    dates: each.flatMap(({ dates, name }) =>
      dates.map((date) => ({ date, event: 'InstructionalDay' as const, bellSchedule: name })),
    ),
  };
}

function datesOf(bells: Element, faults: Faults): string[] {
  const dates = all(bells, 'Date').map((date) => date.text.trim());
  for (const date of dates.filter((each) => !isDate(each)))
    faults.add(bells.file, bells.line, `BellSchedule has the date "${date}": write it as 2026-08-17`);
  return dates.filter(isDate);
}

function periodsOf({ elements, schoolOf, faults }: Export, bells: Element, school: string): PeriodDraft[] {
  return all(bells, 'ClassPeriodReference').flatMap((reference) => {
    const { ref } = reference.attributes;
    const name = textOf(reference, 'ClassPeriodIdentity', 'ClassPeriodName');
    const period = elements('ClassPeriod').find((each) =>
      ref === undefined
        ? schoolOf(each) === school && textOf(each, 'ClassPeriodName') === name
        : each.attributes.id === ref,
    );
    if (period !== undefined) return timesOf(period, faults);
    faults.add(
      reference.file,
      reference.line,
      `BellSchedule "${textOf(bells, 'BellScheduleName')}" names the ClassPeriod "${ref ?? name}", which the export does not hold: export EducationOrganization with it`,
    );
    return [];
  });
}

/** A class period that a lunch break splits has two meeting times, and so becomes two periods. */
function timesOf(period: Element, faults: Faults): PeriodDraft[] {
  const name = textOf(period, 'ClassPeriodName');
  return all(period, 'MeetingTime').flatMap((time, index) => {
    const [startTime, endTime] = [textOf(time, 'StartTime').slice(0, 5), textOf(time, 'EndTime').slice(0, 5)];
    const fault = timesFault(startTime, endTime);
    if (fault === undefined) return [{ name: index === 0 ? name : `${name} (${index + 1})`, startTime, endTime }];
    faults.add(time.file, time.line, `ClassPeriod "${name}" ${fault}`);
    return [];
  });
}

function timesFault(startTime: string, endTime: string): string | undefined {
  if (!isTime(startTime) || !isTime(endTime))
    return `meets from "${startTime}" to "${endTime}": write times as 08:05:00`;
  return startTime < endTime ? undefined : `ends at ${endTime}, not after its start at ${startTime}: exchange them`;
}

const isTime = (text: string): boolean => /^([01]\d|2[0-3]):[0-5]\d$/.test(text);

/** Where calendars of a school differ on a date, as those of grades do, one that opens it comes first: capacity stands then. */
function calendarDates(source: Export, school: string, notes: string[]): DateDraft[] {
  const unmapped: string[] = [];
  const dates = datesOfSchool(source, school).flatMap((entry) => {
    const date = textOf(entry, 'Date');
    if (!isDate(date)) {
      source.faults.add(entry.file, entry.line, `CalendarDate has the date "${date}": write it as 2026-11-26`);
      return [];
    }
    return all(entry, 'CalendarEvent').flatMap((descriptor) => {
      const word = descriptor.text.trim().split('#').at(-1) ?? '';
      const event = EVENTS[word.toLowerCase()];
      if (event === undefined) unmapped.push(`${date} (${word})`);
      return event === undefined ? [] : [{ date, event }];
    });
  });
  if (unmapped.length > 0) notes.push(`Not mapped, as they say nothing of class: ${unmapped.join(', ')}.`);
  return dates.sort((a, b) => Number(closes(a.event)) - Number(closes(b.event)));
}

function datesOfSchool({ elements, schoolOf }: Export, school: string): Element[] {
  const ids = new Map(elements('Calendar').map((calendar) => [calendar.attributes.id, schoolOf(calendar)]));
  return elements('CalendarDate').filter((entry) => {
    const reference = below(entry, 'CalendarReference');
    return (schoolOf(below(reference, 'CalendarIdentity')) || ids.get(reference?.attributes.ref)) === school;
  });
}

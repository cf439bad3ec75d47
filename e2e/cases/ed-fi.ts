/** Reads a district's calendars from an Ed-Fi 5.2 export (its interchange XML) into `spec.schedule.calendars`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { XMLParser } from 'fast-xml-parser';

interface SchoolReference {
  readonly SchoolIdentity: { readonly SchoolId: string };
}

interface OrganizationFile {
  readonly School: readonly {
    readonly IdentificationCode?: string;
    readonly SchoolId: string;
    readonly NameOfInstitution: string;
  }[];
  readonly ClassPeriod: readonly {
    readonly SchoolReference: SchoolReference;
    readonly ClassPeriodName: string;
    readonly MeetingTime: readonly { readonly StartTime: string; readonly EndTime: string }[];
  }[];
  readonly Location: readonly { readonly SchoolReference: SchoolReference; readonly OptimalNumberOfSeats: string }[];
}

interface CalendarFile {
  readonly Session: readonly {
    readonly SessionName: string;
    readonly BeginDate: string;
    readonly EndDate: string;
    readonly SchoolReference: SchoolReference;
  }[];
  readonly CalendarDate: readonly {
    readonly Date: string;
    readonly CalendarEvent: string;
    readonly CalendarReference: { readonly CalendarIdentity: { readonly SchoolReference: SchoolReference } };
  }[];
}

interface ScheduleFile {
  readonly BellSchedule: readonly {
    readonly BellScheduleName: string;
    readonly SchoolReference: SchoolReference;
    readonly ClassPeriodReference: readonly { readonly ClassPeriodIdentity: { readonly ClassPeriodName: string } }[];
  }[];
}

/** Elements that may occur more than once. */
const LISTS = new Set([
  'School',
  'ClassPeriod',
  'MeetingTime',
  'Location',
  'Session',
  'CalendarDate',
  'BellSchedule',
  'ClassPeriodReference',
]);
const WEEK = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'];

/** @param folder - with EducationOrganization.xml, EducationOrgCalendar.xml and MasterSchedule.xml. @returns one calendar a school. */
export function importCalendars(folder: string): object[] {
  const organization = read(folder, 'EducationOrganization') as OrganizationFile;
  const calendar = read(folder, 'EducationOrgCalendar') as CalendarFile;
  const schedule = read(folder, 'MasterSchedule') as ScheduleFile;
  return organization.School.map(({ SchoolId: id, NameOfInstitution: name }) => ({
    name: slug(name),
    students: seats(organization, id),
    terms: calendar.Session.filter((session) => schoolOf(session) === id).map((session) => ({
      name: session.SessionName,
      startDate: session.BeginDate,
      endDate: session.EndDate,
    })),
    bellSchedules: schedule.BellSchedule.filter((bells) => schoolOf(bells) === id).map((bells) => ({
      name: slug(bells.BellScheduleName),
      days: WEEK,
      periods: bells.ClassPeriodReference.flatMap((reference) =>
        periods(organization, id, reference.ClassPeriodIdentity.ClassPeriodName),
      ),
    })),
    calendarDates: calendar.CalendarDate.filter((date) => schoolOf(date.CalendarReference.CalendarIdentity) === id).map(
      (date) => ({ date: date.Date, event: eventOf(date.CalendarEvent) }),
    ),
  }));
}

function read(folder: string, name: string): unknown {
  const parser = new XMLParser({ parseTagValue: false, ignoreDeclaration: true, isArray: (tag) => LISTS.has(tag) });
  const file = parser.parse(readFileSync(join(folder, `${name}.xml`))) as Record<string, unknown>;
  const content = file[`Interchange${name}`];
  if (content === undefined) throw new Error(`${name}.xml is no Ed-Fi interchange of ${name}: export it anew`);
  return content;
}

const schoolOf = ({ SchoolReference: school }: { readonly SchoolReference: SchoolReference }): string =>
  school.SchoolIdentity.SchoolId;

/** The export holds no enrolment: the seats of a school's rooms bound how many can be in class at once. */
function seats({ Location: rooms }: OrganizationFile, school: string): number {
  return rooms
    .filter((room) => schoolOf(room) === school)
    .reduce((total, room) => total + Number(room.OptimalNumberOfSeats), 0);
}

/** A class period that a lunch break splits has two meeting times, and so becomes two periods. */
function periods({ ClassPeriod: all }: OrganizationFile, school: string, name: string): object[] {
  const times = all.find((period) => schoolOf(period) === school && period.ClassPeriodName === name)?.MeetingTime ?? [];
  return times.map(({ StartTime, EndTime }, index) => ({
    name: index === 0 ? name : `${name} (${index + 1})`,
    startTime: StartTime.slice(0, 5),
    endTime: EndTime.slice(0, 5),
  }));
}

const slug = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');

/** `uri://ed-fi.org/CalendarEventDescriptor#Instructional day` → `InstructionalDay`. */
function eventOf(descriptor: string): string {
  const words = (descriptor.split('#')[1] ?? '').split(/[\s-]+/);
  return words.map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`).join('');
}

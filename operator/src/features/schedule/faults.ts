/**
 * What is wrong with a schedule, all of it at once, each fault with its remedy. The API server refuses what its rules can say
 * (crds/src/schedule.ts); all of that is said here too, since an object may be older than a rule.
 */
import { OPENING_EVENTS, WEEKDAYS, type BellSchedule, type Calendar } from '@heroes/crds/schedule.ts';
import type { Spec } from '@heroes/crds/spec.ts';
import type { Fault } from '@heroes/crds/validate.ts';
import { bellScheduleOn, inTerm, weekday } from './day.ts';

/** @returns every fault of the calendars, in the order of the spec. */
export function scheduleFaults(spec: Spec): Fault[] {
  const calendars = spec.schedule?.calendars ?? [];
  const path = 'spec.schedule.calendars';
  return calendars.flatMap((calendar, index) => {
    const at = `${path}[${index}]`;
    return [
      ...namesake(calendars, index, { path, what: 'calendar' }),
      ...termFaults(calendar, at),
      ...bellFaults(calendar, at),
      ...dateFaults(calendar, at),
    ];
  });
}

/** What it is called by must be its own. */
function namesake(
  all: readonly { readonly name: string }[],
  index: number,
  { path, what }: { readonly path: string; readonly what: string },
): Fault[] {
  const name = all[index]?.name ?? '';
  if (all.findIndex((other) => other.name === name) === index) return [];
  return [{ path: `${path}[${index}].name`, message: `there is a ${what} "${name}" already: rename one of them` }];
}

const exists = (date: string): boolean => {
  try {
    Temporal.PlainDate.from(date);
    return true;
  } catch {
    return false;
  }
};

const missing = (path: string, date: string): Fault[] =>
  exists(date) ? [] : [{ path, message: `${date} does not exist: correct the day or the month` }];

function termFaults({ terms }: Calendar, path: string): Fault[] {
  return terms.flatMap((term, index) => [
    ...namesake(terms, index, { path: `${path}.terms`, what: 'term' }),
    ...datesOfTerm(terms, index, `${path}.terms[${index}]`),
  ]);
}

function datesOfTerm(terms: Calendar['terms'], index: number, at: string): Fault[] {
  const term = terms[index];
  if (term === undefined) return [];
  const { name, startDate, endDate } = term;
  const dates = [...missing(`${at}.startDate`, startDate), ...missing(`${at}.endDate`, endDate)];
  if (dates.length > 0) return dates;
  if (startDate > endDate) {
    const message = `term "${name}" ends on ${endDate}, before it starts on ${startDate}: exchange them or correct the year`;
    return [{ path: at, message }];
  }
  const former = terms.slice(0, index).find((other) => other.startDate <= endDate && startDate <= other.endDate);
  if (former === undefined) return [];
  const message = `term "${name}" (${startDate} to ${endDate}) overlaps term "${former.name}" (${former.startDate} to ${former.endDate}): a date lies in one term, so move an end or join them`;
  return [{ path: at, message }];
}

function bellFaults({ bellSchedules }: Calendar, path: string): Fault[] {
  const periods = bellSchedules.flatMap((bells, index) => [
    ...namesake(bellSchedules, index, { path: `${path}.bellSchedules`, what: 'bell schedule' }),
    ...periodFaults(bells, `${path}.bellSchedules[${index}]`),
  ]);
  const days = WEEKDAYS.flatMap((day) => {
    const names = bellSchedules.filter((bells) => bells.days?.includes(day)).map(({ name }) => `"${name}"`);
    if (names.length < 2) return [];
    return [
      { path: `${path}.bellSchedules`, message: `${day} is named by ${names.join(' and ')}: leave it in one of them` },
    ];
  });
  return [...periods, ...days];
}

function periodFaults({ name: bells, periods }: BellSchedule, path: string): Fault[] {
  return periods.flatMap((period, index) => {
    const at = `${path}.periods[${index}]`;
    const { name, startTime, endTime } = period;
    const named = namesake(periods, index, { path: `${path}.periods`, what: 'period' });
    if (startTime >= endTime) {
      const message = `period "${name}" ends at ${endTime}, not after its start at ${startTime}: exchange them, or split a period that crosses midnight into two days`;
      return [...named, { path: at, message }];
    }
    const former = periods.slice(0, index).find((other) => other.startTime < endTime && startTime < other.endTime);
    if (former === undefined) return named;
    const message = `period "${name}" (${startTime} to ${endTime}) overlaps period "${former.name}" (${former.startTime} to ${former.endTime}) of bell schedule "${bells}": move one, or give those that are in class at once a calendar of their own`;
    return [...named, { path: at, message }];
  });
}

function dateFaults(calendar: Calendar, path: string): Fault[] {
  return calendar.calendarDates.flatMap((entry, index) => {
    const at = `${path}.calendarDates[${index}]`;
    const dates = missing(`${at}.date`, entry.date);
    if (dates.length > 0) return dates;
    return [
      ...repeated(calendar, index, at),
      ...outside(calendar, entry, at),
      ...undefinedBells(calendar, entry, at),
      ...unopened(calendar, index, at),
    ];
  });
}

type Entry = Calendar['calendarDates'][number];

function repeated({ calendarDates }: Calendar, index: number, path: string): Fault[] {
  const date = calendarDates[index]?.date ?? '';
  const first = calendarDates.findIndex((other) => other.date === date);
  if (first === index) return [];
  return [{ path, message: `${date} is given already, by calendarDates[${first}]: leave one of them` }];
}

function outside(calendar: Calendar, { date }: Entry, path: string): Fault[] {
  if (inTerm(calendar, date)) return [];
  const terms = calendar.terms.map(({ startDate, endDate }) => `${startDate} to ${endDate}`).join(', ');
  const message = `${date} is outside all terms of calendar "${calendar.name}" (${terms}), so that it says nothing: remove it, correct the year, or extend a term`;
  return [{ path, message }];
}

function undefinedBells(
  { name: calendar, bellSchedules }: Calendar,
  { bellSchedule: name }: Entry,
  at: string,
): Fault[] {
  const defined = bellSchedules.map((bells) => bells.name);
  if (name === undefined || defined.includes(name)) return [];
  const remedy = `define it in bellSchedules, or name one of ${defined.join(', ')}`;
  const message = `bell schedule "${name}" is not defined in calendar "${calendar}": ${remedy}`;
  return [{ path: `${at}.bellSchedule`, message }];
}

/** Of a date that is given twice, the other entry may open it. */
function unopened(calendar: Calendar, index: number, path: string): Fault[] {
  const entry = calendar.calendarDates[index];
  if (entry?.bellSchedule !== undefined || entry === undefined) return [];
  const { date, event } = entry;
  if (!(OPENING_EVENTS as readonly string[]).includes(event)) return [];
  const day = Temporal.PlainDate.from(date);
  const alone = calendar.calendarDates.every((other) => other === entry || other.date !== date);
  if (!alone || !inTerm(calendar, date) || bellScheduleOn(calendar, day) !== undefined) return [];
  const message = `${event} on a ${weekday(day)}, which has no bell schedule: give the date a bellSchedule`;
  return [{ path, message }];
}

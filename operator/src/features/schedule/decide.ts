/** What a schema cannot say of a schedule: names that must be defined, dates that must exist, days that must be unambiguous. */
import { OPENING_EVENTS, WEEKDAYS, type Calendar } from '@heroes/crds/schedule.ts';
import type { Spec } from '@heroes/crds/spec.ts';
import { accept, REASONS, refuse, type Refusal, type Verdict } from '../../platform/verdict.ts';
import { bellScheduleOn, inTerm, weekday } from './day.ts';
import { standingAt, type Standing } from './standing.ts';

/**
 * @param stands - the floor that was last written; none unless given
 * @returns the floor now, or the first fault of the schedule with its path and remedy
 */
export function decideSchedule(spec: Spec, nowMs: number, stands?: number): Verdict<Standing> {
  return timeZoneFault(spec.district.timeZone) ?? scheduleFault(spec) ?? accept(standingAt(spec, nowMs, stands));
}

/** Intl takes names in any case, and offsets; a CronJob is run by Go, which takes neither. */
function timeZoneFault(timeZone: string): Refusal | undefined {
  const known = knownAs(timeZone);
  if (known === timeZone) return undefined;
  const remedy =
    known === undefined ? 'use a name of the IANA time zone database, such as America/Chicago' : `write ${known}`;
  return refuse(REASONS.InvalidTimeZone, 'spec.district.timeZone', `"${timeZone}" is not a time zone: ${remedy}`);
}

/** @returns how the zone is written; undefined when there is none of that name. */
function knownAs(timeZone: string): string | undefined {
  try {
    const { timeZone: known } = new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions();
    if (/^[+-]/.test(known)) return undefined;
    // An alias may be told by the name that it stands for: it is one all the same.
    return known.toLowerCase() === timeZone.toLowerCase() ? known : timeZone;
  } catch {
    return undefined;
  }
}

function scheduleFault(spec: Spec): Refusal | undefined {
  for (const [index, calendar] of (spec.schedule?.calendars ?? []).entries()) {
    const path = `spec.schedule.calendars[${index}]`;
    const fault = termFault(calendar, path) ?? weekdayFault(calendar, path) ?? dateFault(calendar, path);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

const fault = (path: string, message: string): Refusal => refuse(REASONS.InvalidSchedule, path, message);

function missingDate(date: string, path: string): Refusal | undefined {
  try {
    Temporal.PlainDate.from(date, { overflow: 'reject' });
    return undefined;
  } catch {
    return fault(path, `${date} does not exist: correct the day or the month`);
  }
}

function termFault(calendar: Calendar, path: string): Refusal | undefined {
  for (const [index, term] of calendar.terms.entries()) {
    const at = `${path}.terms[${index}]`;
    const missing = missingDate(term.startDate, `${at}.startDate`) ?? missingDate(term.endDate, `${at}.endDate`);
    if (missing !== undefined) return missing;
  }
  return undefined;
}

function weekdayFault(calendar: Calendar, path: string): Refusal | undefined {
  for (const day of WEEKDAYS) {
    const names = calendar.bellSchedules
      .filter((schedule) => schedule.days?.includes(day))
      .map((schedule) => `"${schedule.name}"`);
    if (names.length > 1)
      return fault(`${path}.bellSchedules`, `${day} is named by ${names.join(' and ')}: leave it in one of them`);
  }
  return undefined;
}

function dateFault(calendar: Calendar, path: string): Refusal | undefined {
  for (const [index, entry] of calendar.calendarDates.entries()) {
    const at = `${path}.calendarDates[${index}]`;
    const missing = missingDate(entry.date, `${at}.date`);
    if (missing !== undefined) return missing;
    const found =
      undefinedBellSchedule(calendar, entry.bellSchedule, at) ??
      ambiguousDate(calendar, entry, at) ??
      unopenedDate(calendar, entry, at);
    if (found !== undefined) return found;
  }
  return undefined;
}

type Entry = Calendar['calendarDates'][number];

function undefinedBellSchedule(calendar: Calendar, name: string | undefined, at: string): Refusal | undefined {
  const defined = calendar.bellSchedules.map((schedule) => schedule.name);
  if (name === undefined || defined.includes(name)) return undefined;
  const remedy = `define it in bellSchedules, or name one of ${defined.join(', ')}`;
  return fault(
    `${at}.bellSchedule`,
    `bell schedule "${name}" is not defined in calendar "${calendar.name}": ${remedy}`,
  );
}

function ambiguousDate(calendar: Calendar, entry: Entry, at: string): Refusal | undefined {
  const named = calendar.calendarDates.filter((other) => other.date === entry.date).map((other) => other.bellSchedule);
  const names = [...new Set(named.filter((name) => name !== undefined))];
  if (names.length < 2) return undefined;
  return fault(at, `${entry.date} is given the bell schedules ${names.join(' and ')}: leave one`);
}

function unopenedDate(calendar: Calendar, entry: Entry, at: string): Refusal | undefined {
  const opens = (OPENING_EVENTS as readonly string[]).includes(entry.event) && entry.bellSchedule === undefined;
  const date = Temporal.PlainDate.from(entry.date);
  if (!opens || !inTerm(calendar, entry.date) || bellScheduleOn(calendar, date) !== undefined) return undefined;
  const alone = calendar.calendarDates.every((other) => other === entry || other.date !== entry.date);
  if (!alone) return undefined;
  return fault(at, `${entry.event} on a ${weekday(date)}, which has no bell schedule: give the date a bellSchedule`);
}

/** Events of an iCalendar file (RFC 5545), recurrences and their exceptions expanded, in the wall time of one zone. */
import ICAL from 'ical.js';
import type { Faults } from './draft.ts';

/** A span of whole days. */
export interface AllDay {
  readonly summary: string;
  readonly categories: readonly string[];
  /** ISO 8601, inclusive. */
  readonly startDate: string;
  readonly endDate: string;
}

/** Something at a time of a day. */
export interface Timed {
  readonly summary: string;
  readonly date: string;
  /** HH:MM. */
  readonly startTime: string;
  readonly endTime: string;
  readonly recurring: boolean;
}

export interface CalendarFile {
  /** As calendars are called by the programs that write them (X-WR-CALNAME). */
  readonly name: string;
  readonly allDay: readonly AllDay[];
  readonly timed: readonly Timed[];
  /** The date until which events come again at least, ISO 8601. */
  readonly until: string;
}

/** A rule without an end would go on for ever: no term is known further ahead. */
const AHEAD = { years: 2 } as const;

/** Every day of a quarter of a century: what comes again more often is no class. */
const MOST_OCCURRENCES = 10_000;

export interface Source {
  readonly file: string;
  readonly text: string;
  /** Of the district; the file's own unless given. */
  readonly timeZone?: string;
  readonly nowMs: number;
}

/** @returns what a file holds; nothing, and faults, when it is not as it should be. */
export function readEvents(source: Source, faults: Faults): CalendarFile {
  const component = parse(source, faults);
  const until = aheadOf(Temporal.Instant.fromEpochMilliseconds(source.nowMs).toZonedDateTimeISO('UTC').toPlainDate());
  if (component === undefined) return { name: '', allDay: [], timed: [], until };
  const starts = startsOf(source.text);
  const events = component
    .getAllSubcomponents('vevent')
    .map((each, index) => ({ component: each, line: starts[index] }));
  const timeZone = source.timeZone ?? textOf(component, 'x-wr-timezone');
  const reading = { file: source.file, ...(timeZone === undefined ? {} : { timeZone }), until, events, faults };
  const read = events.flatMap(({ component: each, line }) =>
    guarded(reading, line, () => readOne(reading, each, line)),
  );
  return {
    name: textOf(component, 'x-wr-calname') ?? '',
    allDay: read.filter((each) => 'endDate' in each),
    timed: read.filter((each) => 'startTime' in each),
    until,
  };
}

const aheadOf = (date: Temporal.PlainDate): string => date.add(AHEAD).toString();

interface Reading {
  readonly file: string;
  readonly timeZone?: string;
  readonly until: string;
  readonly events: readonly { readonly component: ICAL.Component; readonly line: number | undefined }[];
  readonly faults: Faults;
}

function parse({ file, text }: Source, faults: Faults): ICAL.Component | undefined {
  if (!/^BEGIN:VCALENDAR\s*$/im.test(text)) {
    faults.add(file, 1, 'is no iCalendar file: it does not begin with BEGIN:VCALENDAR; export it as .ics');
    return undefined;
  }
  try {
    const [first, ...others] = [ICAL.parse(text)].flat(0) as unknown[];
    const calendars = Array.isArray(first) && Array.isArray(first[0]) ? first : [first, ...others];
    if (calendars.length > 1) faults.add(file, undefined, `holds ${calendars.length} calendars: export one a file`);
    return new ICAL.Component(calendars[0] as never);
  } catch (error) {
    const { message } = error as Error;
    const quoted = /\) "(.*)"$/s.exec(message)?.[1];
    const line = quoted === undefined ? undefined : text.split(/\r?\n/).indexOf(quoted) + 1;
    faults.add(file, line === 0 ? undefined : line, `is no iCalendar: ${message}: mend the line, or export it anew`);
    return undefined;
  }
}

/** Lines on which events begin, in their order. */
const startsOf = (text: string): number[] =>
  text.split(/\r?\n/).flatMap((line, index) => (/^BEGIN:VEVENT\s*$/i.test(line) ? [index + 1] : []));

function textOf(component: ICAL.Component, name: string): string | undefined {
  const value = component.getFirstPropertyValue(name);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** The parser tells what is wrong with a value when it is asked for. */
function guarded<T>({ file, faults }: Reading, line: number | undefined, read: () => T[]): T[] {
  try {
    return read();
  } catch (error) {
    faults.add(
      file,
      line,
      `the event is not as RFC 5545 has it: ${(error as Error).message}: mend it, or export it anew`,
    );
    return [];
  }
}

function readOne(reading: Reading, component: ICAL.Component, line: number | undefined): (AllDay | Timed)[] {
  const event = new ICAL.Event(component, { strictExceptions: true, exceptions: exceptionsOf(component, reading) });
  const summary = textOf(component, 'summary') ?? '';
  if (textOf(component, 'status')?.toUpperCase() === 'CANCELLED' || event.isRecurrenceException()) return [];
  const start = component.getFirstProperty('dtstart');
  if (start === null) throw new Error('it has no DTSTART');
  existing(start);
  if ((event.startDate as ICAL.Time | null) === null) throw new Error('its DTSTART is no time');
  const categories = component.getAllProperties('categories').flatMap((each) => each.getValues().map(String));
  return occurrences(reading, event, line).flatMap(({ from, to, item }): (AllDay | Timed)[] => {
    const words = textOf(item.component, 'summary') ?? summary;
    if (from.isDate) return [{ summary: words, categories, startDate: dateOf(from), endDate: lastDate(from, to) }];
    const zone = item.component.getFirstProperty('dtstart')?.getFirstParameter('tzid');
    const [begins, ends] = [wall(from, zone, reading), wall(to, zone, reading)];
    if (begins.toPlainDate().equals(ends.toPlainDate()) && Temporal.PlainDateTime.compare(begins, ends) < 0)
      return [{ summary: words, ...timesOf(begins, ends), recurring: event.isRecurring() }];
    reading.faults.add(
      reading.file,
      line,
      `"${words}" does not end on the day on which it begins, after that: split it, or make it an event of whole days`,
    );
    return [];
  });
}

/** The parser takes the 99th of a month for a later day. */
function existing(property: ICAL.Property): void {
  const [, , , value] = property.toJSON() as unknown as readonly unknown[];
  const text = String(value);
  Temporal.PlainDate.from(text.slice(0, 10), { overflow: 'reject' });
}

/** Occurrences that are told of one by one belong to the event of the same UID. */
function exceptionsOf(component: ICAL.Component, { events }: Reading): ICAL.Component[] {
  if (component.hasProperty('recurrence-id')) return [];
  const uid = textOf(component, 'uid');
  return events
    .map((each) => each.component)
    .filter((each) => each.hasProperty('recurrence-id') && textOf(each, 'uid') === uid);
}

interface Occurrence {
  readonly from: ICAL.Time;
  readonly to: ICAL.Time;
  readonly item: ICAL.Event;
}

/** The types of the library do not say. */
interface Details {
  readonly startDate: ICAL.Time;
  readonly endDate: ICAL.Time;
  readonly item: ICAL.Event;
}

/** Bounded by date, and not by their number from the first on: a rule may have begun years ago. */
function occurrences(reading: Reading, event: ICAL.Event, line: number | undefined): Occurrence[] {
  if (!event.isRecurring()) return [{ from: event.startDate, to: event.endDate, item: event }];
  const ahead = aheadOf(Temporal.PlainDate.from(dateOf(event.startDate)));
  const until = ahead > reading.until ? ahead : reading.until;
  const all: Occurrence[] = [];
  const iterator = event.iterator();
  for (let count = 0; count <= MOST_OCCURRENCES; count++) {
    const next = iterator.next() as ICAL.Time | undefined;
    if (next === undefined || dateOf(next) > until) return all;
    const { startDate: from, endDate: to, item } = event.getOccurrenceDetails(next) as Details;
    if (textOf(item.component, 'status')?.toUpperCase() !== 'CANCELLED') all.push({ from, to, item });
  }
  const words = textOf(event.component, 'summary') ?? '';
  reading.faults.add(
    reading.file,
    line,
    `"${words}" comes again more than ${MOST_OCCURRENCES} times until ${until}: let it begin later, or take it out`,
  );
  return [];
}

const dateOf = ({ year, month, day }: ICAL.Time): string => new Temporal.PlainDate(year, month, day).toString();

/** The end of an event of whole days is the day after it. */
function lastDate(from: ICAL.Time, to: ICAL.Time): string {
  const last = Temporal.PlainDate.from(dateOf(to)).subtract({ days: 1 }).toString();
  return last < dateOf(from) ? dateOf(from) : last;
}

/** A time is taken as it is written, unless it is that of another zone than the district's. */
function wall(time: ICAL.Time, tzid: string | undefined, { timeZone }: Reading): Temporal.PlainDateTime {
  const { year, month, day, hour, minute } = time;
  const written = new Temporal.PlainDateTime(year, month, day, hour, minute);
  const zone = time.zone.tzid === 'UTC' ? 'UTC' : tzid;
  if (zone === undefined || zone === timeZone || !(zone === 'UTC' || isZone(zone))) return written;
  if (timeZone !== undefined) return written.toZonedDateTime(zone).withTimeZone(timeZone).toPlainDateTime();
  if (zone !== 'UTC') return written;
  throw new Error('its times are in UTC, and the file names no zone: give it with --time-zone');
}

/** Intl takes its time to know a zone, and each class asks anew. */
const ZONES = new Map<string, boolean>();

function isZone(name: string): boolean {
  const known = ZONES.get(name) ?? existsAsZone(name);
  ZONES.set(name, known);
  return known;
}

function existsAsZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}

const timesOf = (
  from: Temporal.PlainDateTime,
  to: Temporal.PlainDateTime,
): Pick<Timed, 'date' | 'startTime' | 'endTime'> => ({
  date: from.toPlainDate().toString(),
  startTime: from.toPlainTime().toString().slice(0, 5),
  endTime: to.toPlainTime().toString().slice(0, 5),
});

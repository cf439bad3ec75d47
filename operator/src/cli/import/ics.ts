/**
 * Pure: the calendar of a school from an iCalendar file (RFC 5545). Events of whole days are terms, first and last days, holidays
 * and other dates, by their words; events at times that come again, or are called a class, are class periods. What is the same on
 * most dates of a weekday is that weekday's bell schedule, and each date that differs names its own.
 */
import { WEEKDAYS } from '@heroes/crds/schedule.ts';
import { closes } from '../../features/schedule/day.ts';
import {
  collectFaults,
  drafted,
  type BellsDraft,
  type CalendarDraft,
  type DateDraft,
  type Drafted,
  type Event,
  type PeriodDraft,
  type TermDraft,
  type Weekday,
} from './draft.ts';
import { readEvents, type AllDay, type CalendarFile, type Source, type Timed } from './ical-events.ts';
import { eventOf, isClass, isFirstDay, isLastDay, isTerm } from './words.ts';

/** Shorter spans are no terms. */
const LEAST_TERM_DAYS = 14;

/** @returns the one calendar of a file, or everything that is wrong with it. */
export function draftIcs(source: Source, bells: readonly BellsDraft[]): Drafted {
  const faults = collectFaults();
  const file = readEvents(source, faults);
  if (faults.all.length > 0) return drafted([], faults);
  if (file.allDay.length + file.timed.length === 0)
    faults.add(source.file, undefined, 'holds no event: export the calendar of a whole year');
  return drafted([draftCalendar(file, bells)], faults);
}

function draftCalendar(file: CalendarFile, given: readonly BellsDraft[]): CalendarDraft {
  const notes: string[] = [];
  const classes = file.timed.filter(({ recurring, summary }) => recurring || isClass(summary));
  const terms = termsOf(file.allDay, classes, notes);
  const dates = datesOf(file.allDay, notes);
  const others = [...new Set(file.timed.filter((each) => !classes.includes(each)).map(({ summary }) => summary))];
  if (others.length > 0) notes.push(`Not mapped, held once: ${others.join(', ')}.`);
  const { bellSchedules, differing } =
    classes.length > 0 ? bellsOf(classes, { terms, dates }) : { bellSchedules: given, differing: dates };
  if (classes.length === 0 && given.length > 0)
    notes.push(`Bell schedule "${given[0]?.name ?? ''}" is taken for Monday to Friday.`);
  if (classes.some(({ recurring }) => recurring) && terms.some(({ endDate }) => endDate > file.until))
    notes.push(`What comes again is read until ${file.until}: import it again for what is after that.`);
  return {
    name: file.name === '' ? 'school' : file.name,
    students: undefined,
    terms,
    bellSchedules,
    calendarDates: differing,
    notes,
  };
}

/** Spans that are called so, else from first to last days, else from the first class to the last. */
function termsOf(allDay: readonly AllDay[], classes: readonly Timed[], notes: string[]): TermDraft[] {
  const spans = allDay.filter((each) => isTerm(each.summary) && daysOf(each) >= LEAST_TERM_DAYS);
  if (spans.length > 0) return spans.map(({ summary, startDate, endDate }) => ({ name: summary, startDate, endDate }));
  const pairs = pairsOf(allDay, notes);
  if (pairs.length > 0) return pairs;
  const dates = classes.map(({ date }) => date).sort();
  const [startDate, endDate] = [dates[0], dates.at(-1)];
  if (startDate === undefined || endDate === undefined) return [];
  notes.push(`The file names no term: it is from the first class to the last, ${startDate} to ${endDate}.`);
  return [{ name: yearOf(startDate, endDate), startDate, endDate }];
}

/** From a first day to the next last one: what begins in between, a semester or the kindergarten, is part of that term. */
function pairsOf(allDay: readonly AllDay[], notes: string[]): TermDraft[] {
  const first = allDay.filter(({ summary }) => isFirstDay(summary));
  const last = allDay.filter(({ summary }) => isLastDay(summary));
  const starts = first.map(({ startDate }) => startDate).sort();
  const ends = last.map(({ endDate }) => endDate).sort();
  const pairs = ends.flatMap((endDate, index) => {
    const before = ends[index - 1] ?? '';
    const startDate = starts.find((date) => before < date && date <= endDate && withinYear(date, endDate));
    return startDate === undefined ? [] : [{ name: yearOf(startDate, endDate), startDate, endDate }];
  });
  const without = [
    ...first.filter((each) => !pairs.some(({ startDate }) => startDate === each.startDate)),
    ...last.filter((each) => !pairs.some(({ endDate }) => endDate === each.endDate)),
  ];
  const named = without.map(({ startDate, summary }) => `${startDate} ${summary}`).sort();
  if (named.length > 0) notes.push(`Not mapped, as no term begins or ends with them: ${named.join(', ')}.`);
  return pairs;
}

/** A first day whose last one the file does not hold is not that of the year after. */
const withinYear = (startDate: string, endDate: string): boolean =>
  startDate > Temporal.PlainDate.from(endDate).subtract({ years: 1 }).toString();

const daysOf = ({ startDate, endDate }: AllDay): number =>
  Temporal.PlainDate.from(startDate).until(Temporal.PlainDate.from(endDate)).days + 1;

const yearOf = (startDate: string, endDate: string): string =>
  startDate.slice(0, 4) === endDate.slice(0, 4)
    ? startDate.slice(0, 4)
    : `${startDate.slice(0, 4)}-${endDate.slice(0, 4)}`;

/** A span stands for each of its dates from Monday to Friday. */
function datesOf(allDay: readonly AllDay[], notes: string[]): DateDraft[] {
  const unmapped: string[] = [];
  const dates = allDay.flatMap((each) => {
    const event = eventOf(each.summary, each.categories);
    if (event !== undefined) return weekdaysIn(each).map((date) => ({ date, event }));
    const known = isTerm(each.summary) && daysOf(each) >= LEAST_TERM_DAYS;
    if (!known && !isFirstDay(each.summary) && !isLastDay(each.summary))
      unmapped.push(`${each.startDate} ${each.summary}`);
    return [];
  });
  if (unmapped.length > 0) notes.push(`Not mapped, as their words say nothing of class: ${unmapped.join(', ')}.`);
  // One that closes a date comes first: two events of a date are, mostly, the holiday and a reminder of it.
  return dates.sort((a, b) => Number(closes(b.event)) - Number(closes(a.event)));
}

function weekdaysIn({ startDate, endDate }: AllDay): string[] {
  const first = Temporal.PlainDate.from(startDate);
  const all = Array.from({ length: first.until(Temporal.PlainDate.from(endDate)).days + 1 }, (_, days) =>
    first.add({ days }),
  );
  return all.filter(({ dayOfWeek }) => all.length === 1 || dayOfWeek <= 5).map(String);
}

/** A kind of day: the periods that make it, and the dates on which it is held. */
interface Kind {
  readonly periods: readonly PeriodDraft[];
  readonly dates: readonly string[];
}

interface Known {
  readonly terms: readonly TermDraft[];
  readonly dates: readonly DateDraft[];
}

function bellsOf(classes: readonly Timed[], known: Known): { bellSchedules: BellsDraft[]; differing: DateDraft[] } {
  const given = new Map(known.dates.map(({ date, event }) => [date, event]));
  const open = classes.filter(({ date }) => !closes(given.get(date) ?? 'InstructionalDay'));
  const kinds = kindsOf(open);
  const usual = new Map(WEEKDAYS.map((day) => [day, mostHeld(kinds, day)]));
  const names = new Map(kinds.map((kind, index) => [kind, nameOf(kind, index, given)]));
  const bellSchedules = kinds.map((kind) => ({
    name: names.get(kind) ?? '',
    days: WEEKDAYS.filter((day) => usual.get(day) === kind),
    periods: kind.periods,
  }));
  const held = new Map(kinds.flatMap((kind) => kind.dates.map((date) => [date, kind] as const)));
  const differing = datesIn(known.terms).flatMap((date): DateDraft[] => {
    const [kind, expected, event] = [held.get(date), usual.get(weekdayOf(date)), given.get(date)];
    if (kind === expected) return event === undefined ? [] : [{ date, event }];
    if (kind === undefined)
      return [{ date, event: event !== undefined && closes(event) ? event : 'NonInstructionalDay' }];
    return [{ date, event: event ?? 'InstructionalDay', bellSchedule: names.get(kind) ?? '' }];
  });
  const outside = known.dates.filter(
    ({ date }) => !known.terms.some((term) => term.startDate <= date && date <= term.endDate),
  );
  return { bellSchedules, differing: [...differing, ...outside] };
}

/** @returns the kinds of day, the one that is held most first. */
function kindsOf(classes: readonly Timed[]): Kind[] {
  const byDate = Map.groupBy(classes, ({ date }) => date);
  const days = [...byDate].map(([date, all]) => ({
    date,
    periods: all
      .map(({ summary, startTime, endTime }) => ({ name: summary, startTime, endTime }))
      .sort((a, b) => a.startTime.localeCompare(b.startTime) || a.name.localeCompare(b.name)),
  }));
  const kinds = [...Map.groupBy(days, ({ periods }) => JSON.stringify(periods)).values()].map((all) => ({
    periods: all[0]?.periods ?? [],
    dates: all.map(({ date }) => date),
  }));
  return kinds.sort((a, b) => b.dates.length - a.dates.length);
}

function mostHeld(kinds: readonly Kind[], day: Weekday): Kind | undefined {
  const counts = kinds.map((kind) => ({ kind, count: kind.dates.filter((date) => weekdayOf(date) === day).length }));
  const most = counts.reduce((best, each) => (each.count > best.count ? each : best), {
    kind: undefined as Kind | undefined,
    count: 0,
  });
  // One Saturday is a date that differs, and no weekday.
  return most.count > 1 ? most.kind : undefined;
}

/** After what its dates are called, where all of them are called the same. */
function nameOf({ dates }: Kind, index: number, given: ReadonlyMap<string, Event>): string {
  if (index === 0) return 'regular';
  const events = new Set(dates.map((date) => given.get(date)));
  const [event] = events;
  return events.size === 1 && event !== undefined
    ? event.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-')
    : `schedule-${index + 1}`;
}

const weekdayOf = (date: string): Weekday => WEEKDAYS[Temporal.PlainDate.from(date).dayOfWeek - 1] ?? 'Monday';

function datesIn(terms: readonly TermDraft[]): string[] {
  return [
    ...new Set(
      terms.flatMap(({ startDate, endDate }) => {
        const first = Temporal.PlainDate.from(startDate);
        return Array.from({ length: first.until(Temporal.PlainDate.from(endDate)).days + 1 }, (_, days) =>
          first.add({ days }).toString(),
        );
      }),
    ),
  ];
}

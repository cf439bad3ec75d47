/** Pure: what closing a date changes in the calendars of a platform, as a JSON patch that loses nobody's edits. */
import type { Calendar } from '@heroes/crds/schedule.ts';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { bellScheduleOn, inTerm, weekday } from '../features/schedule/day.ts';
import type { PatchOperation } from '../kube/client.ts';
import { isDate } from './local-time.ts';

export interface Closing {
  /** ISO 8601. */
  readonly date: string;
  /** One of the events that close a date. */
  readonly event: string;
  /** All calendars unless given. */
  readonly calendar?: string;
}

export type Closed =
  | { readonly ok: true; readonly operations: readonly PatchOperation[]; readonly lines: readonly string[] }
  | { readonly ok: false; readonly message: string };

/** @returns the changes, none when all is closed already, and a line for each calendar. */
export function closeDate({ spec }: HeroesPlatform, closing: Closing): Closed {
  const calendars = spec.schedule?.calendars ?? [];
  if (!isDate(closing.date))
    return { ok: false, message: `--date: "${closing.date}" is no date: write it as 2026-12-02` };
  const chosen = [...calendars.entries()].filter(([, { name }]) => name === (closing.calendar ?? name));
  if (chosen.length === 0) return { ok: false, message: noCalendar(calendars, closing.calendar) };
  const outside = chosen.filter(([, calendar]) => !inTerm(calendar, closing.date));
  if (outside.length === chosen.length) return { ok: false, message: outOfTerm(chosen, closing.date) };
  const each = chosen.map(([index, calendar]) => closeIn(calendar, index, closing));
  return { ok: true, operations: each.flatMap(({ operations }) => operations), lines: each.map(({ line }) => line) };
}

function noCalendar(calendars: readonly Calendar[], name: string | undefined): string {
  if (name === undefined) return 'spec.schedule: there is none, so that no date can be closed: write its calendars';
  return `--calendar: there is no calendar "${name}": name one of ${calendars.map((each) => each.name).join(', ')}`;
}

function outOfTerm(chosen: readonly (readonly [number, Calendar])[], date: string): string {
  const terms = chosen.flatMap(([, calendar]) => calendar.terms.map((term) => `${term.startDate} to ${term.endDate}`));
  const whose = chosen.length === 1 ? `calendar "${chosen[0]?.[1].name ?? ''}"` : `all ${chosen.length} calendars`;
  return `--date: ${date} is outside all terms of ${whose} (${[...new Set(terms)].join(', ')}), nobody is in class: correct the date, or extend a term`;
}

interface Change {
  readonly operations: readonly PatchOperation[];
  readonly line: string;
}

function closeIn(calendar: Calendar, index: number, { date, event }: Closing): Change {
  const { name, calendarDates } = calendar;
  const already = (why: string): Change => ({ operations: [], line: `${name}: ${why}` });
  if (!inTerm(calendar, date)) return already(`${date} is outside its terms: nothing to close`);
  const place = calendarDates.findIndex((entry) => entry.date === date);
  const entry = calendarDates[place];
  const day = Temporal.PlainDate.from(date);
  const bells = bellScheduleOn(calendar, day);
  if (bells === undefined)
    return already(
      entry === undefined ? `nobody is in class on a ${weekday(day)}` : `${date} is closed already (${entry.event})`,
    );
  const path = `/spec/schedule/calendars/${index}`;
  const same: PatchOperation = { op: 'test', path: `${path}/name`, value: name };
  const line = `${name}: ${date} is closed (${event}), instead of ${bells.name}${entry === undefined ? '' : ` (${entry.event})`}`;
  const value = { date, event };
  if (entry === undefined) return { operations: [same, { op: 'add', path: `${path}/calendarDates/-`, value }], line };
  const at = `${path}/calendarDates/${place}`;
  return { operations: [same, { op: 'test', path: at, value: entry }, { op: 'replace', path: at, value }], line };
}

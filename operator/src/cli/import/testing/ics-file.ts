/** For tests: iCalendar files, and what is drafted of them. */
import type { BellsDraft, Drafted } from '../draft.ts';
import { draftIcs } from '../ics.ts';

/** Content lines end in CRLF, and long ones are folded (RFC 5545, 3.1). */
export const file = (events: readonly string[], head = 'X-WR-CALNAME:Elm High'): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Test//Test//EN', head, ...events, 'END:VCALENDAR', ''].join('\r\n');

export const event = (...lines: string[]): string =>
  ['BEGIN:VEVENT', `UID:${lines.join('')}`, 'DTSTAMP:20260701T000000Z', ...lines, 'END:VEVENT'].join('\r\n');

export const allDay = (from: string, to: string, ...[summary, ...more]: [string, ...string[]]): string =>
  event(`DTSTART;VALUE=DATE:${from}`, `DTEND;VALUE=DATE:${to}`, `SUMMARY:${summary}`, ...more);

export const NY = 'America/New_York';
export const at = (from: string, to: string, ...[summary, ...more]: [string, ...string[]]): string =>
  event(`DTSTART;TZID=${NY}:${from}`, `DTEND;TZID=${NY}:${to}`, `SUMMARY:${summary}`, ...more);

export const SCHOOL_YEAR = [
  allDay('20260817', '20260818', 'First day of school'),
  allDay('20261218', '20261219', 'Last day of school'),
];

export const BELLS: readonly BellsDraft[] = [
  {
    name: 'regular',
    days: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'],
    periods: [{ name: '1', startTime: '08:00', endTime: '08:50' }],
  },
];

/** When the files are read unless told. */
export const NOW_MS = Date.parse('2026-07-01T12:00:00Z');

interface Given {
  readonly bells?: readonly BellsDraft[];
  readonly head?: string;
  readonly timeZone?: string;
  readonly nowMs?: number;
}

export const draft = (events: readonly string[], { bells = [], head, nowMs = NOW_MS, ...given }: Given = {}): Drafted =>
  draftIcs({ file: 'year.ics', text: file(events, head), nowMs, ...given }, bells);

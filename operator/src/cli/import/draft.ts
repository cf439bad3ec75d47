/** What an import makes of another system's calendars: drafts of `spec.schedule.calendars`, and what could not be mapped. */
import type { CLOSING_EVENTS, OPENING_EVENTS, WEEKDAYS } from '@heroes/crds/schedule.ts';

export type Event = (typeof CLOSING_EVENTS)[number] | (typeof OPENING_EVENTS)[number];
export type Weekday = (typeof WEEKDAYS)[number];

export interface PeriodDraft {
  readonly name: string;
  /** HH:MM. */
  readonly startTime: string;
  readonly endTime: string;
  readonly students?: number;
}

export interface BellsDraft {
  readonly name: string;
  readonly days?: readonly Weekday[];
  readonly periods: readonly PeriodDraft[];
}

export interface TermDraft {
  readonly name: string;
  /** ISO 8601. */
  readonly startDate: string;
  readonly endDate: string;
}

export interface DateDraft {
  readonly date: string;
  readonly event: Event;
  readonly bellSchedule?: string;
}

/** A calendar as its source has it: names as they are, in any order, overlaps and all. */
export interface CalendarDraft {
  readonly name: string;
  /** Undefined where the source does not say. */
  readonly students: number | undefined;
  readonly terms: readonly TermDraft[];
  readonly bellSchedules: readonly BellsDraft[];
  readonly calendarDates: readonly DateDraft[];
  /** What could not be mapped, and what was assumed, in sentences. */
  readonly notes: readonly string[];
}

/** What is wrong with a file, and how to mend it. */
export interface SourceFault {
  readonly file: string;
  readonly line?: number;
  readonly message: string;
}

export type Drafted =
  | { readonly ok: true; readonly calendars: readonly CalendarDraft[]; readonly notes: readonly string[] }
  | { readonly ok: false; readonly faults: readonly SourceFault[] };

/** Where an export lies. */
export interface Folder {
  readonly path: string;
  readonly names: readonly string[];
  readonly read: (name: string) => string;
}

/** Keeps what is wrong, so that it is all told at once. */
export interface Faults {
  readonly all: SourceFault[];
  readonly add: (file: string, line: number | undefined, message: string) => void;
}

/** @returns an empty collection of faults. */
export function collectFaults(): Faults {
  const all: SourceFault[] = [];
  return {
    all,
    add: (file, line, message) => {
      all.push({ file, ...(line === undefined ? {} : { line }), message });
    },
  };
}

/** @returns the fault in one line, as compilers have it. */
export const faultInWords = ({ file, line, message }: SourceFault): string =>
  `${file}${line === undefined ? '' : `:${line}`}: ${message}`;

/** @returns what was drafted, or everything that is wrong. */
export const drafted = (
  calendars: readonly CalendarDraft[],
  { all }: Faults,
  notes: readonly string[] = [],
): Drafted => (all.length > 0 ? { ok: false, faults: all } : { ok: true, calendars, notes });

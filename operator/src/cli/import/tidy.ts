/**
 * Pure: from drafts to calendars that are accepted. Names become unique and as long as they may be; what overlaps is cut, what is
 * outside all terms is left out, and each such thing is said.
 */
import { WEEKDAYS, type Schedule } from '@heroes/crds/schedule.ts';
import { closes } from '../../features/schedule/day.ts';
import type { BellsDraft, CalendarDraft, DateDraft, PeriodDraft, TermDraft } from './draft.ts';

export type CalendarBlock = Omit<Schedule['calendars'][number], 'students'> & { readonly students?: number };

export interface TidyCalendar {
  readonly calendar: CalendarBlock;
  /** Sentences. */
  readonly notes: readonly string[];
}

/** As many as the schema has room for (crds/src/schedule.ts). */
const MOST = { terms: 12, bellSchedules: 20, periods: 30, dates: 400, label: 63, name: 60 } as const;

/** @returns each calendar as it may be applied, with what is to be said of it. */
export function tidy(drafts: readonly CalendarDraft[]): TidyCalendar[] {
  const names = unique(
    drafts.map(({ name }, index) => slug(name, `school-${index + 1}`)),
    MOST.label,
  );
  return drafts.map((draft, index) => tidyOne(draft, names[index] ?? ''));
}

function tidyOne(draft: CalendarDraft, name: string): TidyCalendar {
  const notes = [...draft.notes];
  const terms = tidyTerms(draft.terms, notes);
  const bells = tidyBells(draft.bellSchedules, notes);
  const dates = tidyDates(draft.calendarDates, { terms, bells, notes });
  const { students } = draft;
  if (students === undefined) notes.push('students is missing: the source does not say how many are in class at once.');
  if (terms.length === 0) notes.push('terms are missing: the source has none; write when there is class.');
  if (bells.kept.length === 0)
    notes.push('bellSchedules are missing: the source has no times of classes; write them, or name them with --bells.');
  return {
    calendar: {
      name,
      ...(students === undefined ? {} : { students }),
      terms,
      bellSchedules: bells.kept,
      calendarDates: dates,
    },
    notes,
  };
}

/** Terms that lie in another are part of it, and one that reaches into another begins after it. */
function tidyTerms(drafts: readonly TermDraft[], notes: string[]): TermDraft[] {
  const sorted = [...drafts].sort(
    (a, b) => a.startDate.localeCompare(b.startDate) || b.endDate.localeCompare(a.endDate),
  );
  const kept: TermDraft[] = [];
  for (const term of sorted) {
    const last = kept.at(-1);
    if (last === undefined || last.endDate < term.startDate) kept.push(term);
    else if (term.endDate <= last.endDate) notes.push(`Term "${term.name}" lies in "${last.name}" and is left out.`);
    else {
      const startDate = Temporal.PlainDate.from(last.endDate).add({ days: 1 }).toString();
      notes.push(`Term "${term.name}" began on ${term.startDate}, in "${last.name}": it begins after that.`);
      kept.push({ ...term, startDate });
    }
  }
  const surplus = kept.splice(0, Math.max(0, kept.length - MOST.terms));
  if (surplus.length > 0) notes.push(`${surplus.length} older terms are left out: there is room for ${MOST.terms}.`);
  const names = unique(
    kept.map((term) => term.name),
    MOST.name,
  );
  return kept.map((term, index) => ({ ...term, name: names[index] ?? term.name }));
}

interface TidyBells {
  readonly kept: {
    name: string;
    days?: NonNullable<Schedule['calendars'][number]['bellSchedules'][number]['days']>;
    periods: PeriodDraft[];
  }[];
  /** From the name in the source to that in the calendar. */
  readonly names: ReadonlyMap<string, string>;
}

function tidyBells(drafts: readonly BellsDraft[], notes: string[]): TidyBells {
  const holding = drafts.filter(({ name, periods }) => {
    if (periods.length === 0) notes.push(`Bell schedule "${name}" has no period with a time and is left out.`);
    return periods.length > 0;
  });
  const kept = holding.slice(0, MOST.bellSchedules);
  if (kept.length < holding.length)
    notes.push(`${holding.length - kept.length} bell schedules are left out: there is room for ${MOST.bellSchedules}.`);
  const names = unique(
    kept.map(({ name }, index) => slug(name, `bells-${index + 1}`)),
    MOST.label,
  );
  return {
    kept: kept.map(({ days, periods, name }, index) => ({
      name: names[index] ?? name,
      ...(days === undefined || days.length === 0 ? {} : { days: [...days] }),
      periods: tidyPeriods(periods, name, notes),
    })),
    names: new Map(kept.map(({ name }, index) => [name, names[index] ?? name])),
  };
}

/** One that begins before the former ends begins with that end: together they cover what they covered. */
function tidyPeriods(drafts: readonly PeriodDraft[], bells: string, notes: string[]): PeriodDraft[] {
  const kept: PeriodDraft[] = [];
  for (const period of [...drafts].sort((a, b) => a.startTime.localeCompare(b.startTime))) {
    const last = kept.at(-1);
    if (last === undefined || last.endTime <= period.startTime) kept.push(period);
    else if (period.endTime <= last.endTime)
      notes.push(`Period "${period.name}" of "${bells}" lies in "${last.name}" and is left out.`);
    else {
      notes.push(`Period "${period.name}" of "${bells}" overlaps "${last.name}": it begins at ${last.endTime}.`);
      kept.push({ ...period, startTime: last.endTime });
    }
  }
  const surplus = kept.splice(MOST.periods);
  if (surplus.length > 0)
    notes.push(`${surplus.length} periods of "${bells}" are left out: there is room for ${MOST.periods}.`);
  const names = unique(
    kept.map(({ name }) => name),
    MOST.name,
  );
  return kept.map((period, index) => ({ ...period, name: names[index] ?? period.name }));
}

function tidyDates(
  drafts: readonly DateDraft[],
  {
    terms,
    bells,
    notes,
  }: { readonly terms: readonly TermDraft[]; readonly bells: TidyBells; readonly notes: string[] },
): DateDraft[] {
  const inTerm = ({ date }: DateDraft): boolean =>
    terms.some(({ startDate, endDate }) => startDate <= date && date <= endDate);
  const leave = (some: readonly DateDraft[], why: string): void => {
    if (some.length > 0)
      notes.push(`Left out, ${why}: ${some.map(({ date, event }) => `${date} (${event})`).join(', ')}.`);
  };
  leave(
    drafts.filter((draft) => !inTerm(draft)),
    'outside all terms',
  );
  const named = [...Map.groupBy(drafts.filter(inTerm), ({ date }) => date).values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    leave(
      others.filter(({ event, bellSchedule }) => event !== first.event || bellSchedule !== first.bellSchedule),
      `since ${first.date} is ${first.event}`,
    );
    const bellSchedule = first.bellSchedule === undefined ? undefined : bells.names.get(first.bellSchedule);
    return [{ date: first.date, event: first.event, ...(bellSchedule === undefined ? {} : { bellSchedule }) }];
  });
  const without = named.filter((draft) => opensWithoutBells(draft, bells));
  leave(without, 'on a weekday without bells');
  const kept = named.filter((draft) => !without.includes(draft)).sort((a, b) => a.date.localeCompare(b.date));
  const short = kept.filter(({ event, bellSchedule }) => bellSchedule === undefined && SHORT.has(event));
  if (short.length > 0)
    notes.push(
      `On the weekday's bells, since the source names no others: ${short.map(({ date, event }) => `${date} (${event})`).join(', ')}.`,
    );
  leave(kept.splice(0, Math.max(0, kept.length - MOST.dates)), `as there is room for ${MOST.dates}`);
  return kept;
}

/** Days that begin later or end earlier, and so have bells of their own. */
const SHORT: ReadonlySet<string> = new Set(['LateArrival', 'EarlyDismissal']);

function opensWithoutBells({ date, event, bellSchedule }: DateDraft, { kept }: TidyBells): boolean {
  if (bellSchedule !== undefined || closes(event)) return false;
  const day = WEEKDAYS[Temporal.PlainDate.from(date).dayOfWeek - 1];
  return !kept.some(({ days }) => day !== undefined && days?.includes(day));
}

/** @returns a name as a DNS label; one in another script has none. */
export function slug(name: string, otherwise: string): string {
  const label = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, MOST.label)
    .replaceAll(/^-+|-+$/g, '');
  return label === '' ? otherwise : label;
}

/** @returns the names in one line and cut to a length, numbered where they are the same. */
function unique(names: readonly string[], length: number): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const line = name.replaceAll(/\s+/g, ' ').trim();
    let own = line.slice(0, length);
    for (let count = 2; taken.has(own); count++) {
      const end = `-${count}`;
      own = `${line.slice(0, length - end.length)}${end}`;
    }
    taken.add(own);
    return own;
  });
}

/** Pure: a day of a district in the terminal: who is in class, the floor, and now. */
import { styleText } from 'node:util';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import type { Calendar } from '@heroes/crds/schedule.ts';
import type { Spec } from '@heroes/crds/spec.ts';
import { bindingFrom, bindingInWords } from '../features/schedule/binding.ts';
import { bellScheduleOn, inTerm, intervalsOn, weekday, type Interval } from '../features/schedule/day.ts';
import { floorsBetween, type FloorInterval } from '../features/schedule/listing.ts';
import { standingAt, type Standing } from '../features/schedule/standing.ts';
import { refusedOf } from './documents.ts';
import { columns as aligned, complain } from './listing.ts';
import { localTime, zoned } from './local-time.ts';
import type { Result } from './plan-command.ts';
import { spanInWords } from './spans.ts';

/** What the terminal can show. */
export interface Drawing {
  /** Its width in characters. */
  readonly columns: number;
  /** Whether it is a terminal, with more than ASCII. */
  readonly rich: boolean;
  readonly colour: boolean;
}

const HOUR_MS = 3_600_000;
const NARROWEST = 48;
/** More columns show nothing more. */
const WIDEST = 160;
/** More calendars than this are drawn as one. */
const MOST_ROWS = 12;
const MOST_LABEL = 28;

const RICH = { none: '·', lead: '░', class: '█', now: '▲', bars: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'], dash: '–' };
const PLAIN: typeof RICH = { none: '.', lead: '-', class: '#', now: '^', bars: [], dash: '-' };

/** @returns the day of `date`, today unless given, as it is or will be; exit code 1 and one line a fault when nobody follows it. */
export function dayText(
  platform: HeroesPlatform,
  options: Drawing & { readonly nowMs: number; readonly date?: string },
): Result {
  const { spec } = platform;
  const faults = refusedOf(spec);
  if (faults.length > 0) return complain(faults);
  const { timeZone } = spec.district;
  const date = dateOf(options.date) ?? zoned(options.nowMs, timeZone).toPlainDate();
  if (options.date !== undefined && dateOf(options.date) === undefined)
    return { exitCode: 1, output: '', complaint: `--date: "${options.date}" is no date: write it as 2026-12-02` };
  const binding = bindingFrom(spec, options.nowMs);
  const lines = [
    ...heading(platform, options.nowMs),
    '',
    ...picture(spec, date, options),
    '',
    ...bells(spec, date, Math.max(options.columns, NARROWEST)),
  ];
  return {
    exitCode: 0,
    output: `${lines.map((line) => line.trimEnd()).join('\n')}\n\n${changes(spec, date)}`,
    complaint: binding === undefined ? '' : `warning: ${bindingInWords(spec, binding)}`,
  };
}

function dateOf(text: string | undefined): Temporal.PlainDate | undefined {
  try {
    return text === undefined ? undefined : Temporal.PlainDate.from(text, { overflow: 'reject' });
  } catch {
    return undefined;
  }
}

/** What the operator says, once it has spoken of the spec; else what it will say, as it keeps what stands while there is class. */
function heading({ metadata, spec, status }: HeroesPlatform, nowMs: number): string[] {
  const { timeZone, displayName } = spec.district;
  const told = status?.observedGeneration === metadata.generation ? status?.schedule : undefined;
  const standing = standingAt(spec, nowMs, status?.schedule?.floor);
  const { state, floor, reason } = told ?? standing;
  const next = toldNext(told, nowMs) ?? standing.next;
  const api = status?.api;
  return [
    `${metadata.namespace}/${metadata.name}: ${displayName}, ${localTime(nowMs, timeZone).slice(0, 20)} (${timeZone})`,
    `${state}, floor ${floor}: ${reason}`,
    ...(next === undefined ? [] : [nextInWords(next, { nowMs, timeZone })]),
    ...(api === undefined ? [] : [`API pods: ${api.readyReplicas} of ${api.replicas} ready`]),
  ];
}

type Told = NonNullable<NonNullable<HeroesPlatform['status']>['schedule']>;
type Next = NonNullable<Standing['next']>;

/** What was to come and is over says nothing of what comes now. */
function toldNext(told: Told | undefined, nowMs: number): Next | undefined {
  if (told?.nextTransitionTime === undefined || told.nextFloor === undefined) return undefined;
  const atMs = Date.parse(told.nextTransitionTime);
  return atMs > nowMs ? { atMs, floor: told.nextFloor } : undefined;
}

function nextInWords({ atMs, floor }: Next, { nowMs, timeZone }: { nowMs: number; timeZone: string }): string {
  return `next: floor ${floor} at ${localTime(atMs, timeZone)}, in ${spanInWords(atMs - nowMs)}`;
}

/** The part of a day that is drawn, and how. */
interface Frame extends Drawing {
  readonly fromMs: number;
  readonly slotMs: number;
  readonly slots: number;
  readonly label: number;
  readonly timeZone: string;
}

function picture(spec: Spec, date: Temporal.PlainDate, options: Drawing & { readonly nowMs: number }): string[] {
  const { schedule, district } = spec;
  const { timeZone } = district;
  const calendars = schedule?.calendars ?? [];
  const intervals = calendars.map((calendar) =>
    schedule === undefined ? [] : intervalsOn(schedule, calendar, { date, timeZone }),
  );
  const frame = frameOf(spec, date, { ...options, intervals: intervals.flat() });
  const rows =
    calendars.length > MOST_ROWS
      ? [row(`${calendars.length} calendars`, intervals.flat(), frame)]
      : calendars.map(({ name }, index) => row(name, intervals[index] ?? [], frame));
  return [axis(frame), ...rows, ...floorRow(spec, frame), ...nowRow(options.nowMs, frame)];
}

function frameOf(
  { district: { timeZone }, schedule }: Spec,
  date: Temporal.PlainDate,
  { intervals, columns, rich, colour }: Drawing & { readonly intervals: readonly Interval[] },
): Frame {
  const dayMs = date.toZonedDateTime(timeZone).epochMilliseconds;
  const endMs = date.add({ days: 1 }).toZonedDateTime(timeZone).epochMilliseconds;
  const names = schedule?.calendars.map(({ name }) => name.length) ?? [];
  const label = Math.min(MOST_LABEL, Math.max(5, ...(names.length > MOST_ROWS ? [12] : names)));
  const first = Math.min(...intervals.map(({ startMs }) => startMs), dayMs + 7 * HOUR_MS);
  const last = Math.max(...intervals.map((interval) => interval.endMs), dayMs + 16 * HOUR_MS);
  const fromMs = Math.max(dayMs, dayMs + Math.floor((first - dayMs) / HOUR_MS) * HOUR_MS);
  const toMs = Math.min(endMs, dayMs + Math.ceil((last - dayMs) / HOUR_MS) * HOUR_MS);
  const slots = Math.min(Math.max(columns, NARROWEST), WIDEST) - label - 1;
  return { fromMs, slotMs: (toMs - fromMs) / slots, slots, label, timeZone, columns, rich, colour };
}

const labelled = (label: string, frame: Frame, cells: string): string =>
  `${label.slice(0, frame.label).padEnd(frame.label)} ${cells}`;

/** The middle of a slot stands for it. */
const middles = ({ fromMs, slotMs, slots }: Frame): number[] =>
  Array.from({ length: slots }, (_, index) => fromMs + (index + 0.5) * slotMs);

/** Hours, as many of them as there is room for. */
function axis(frame: Frame): string {
  const { fromMs, slotMs, slots, timeZone } = frame;
  const every = [1, 2, 3, 4, 6, 12].find((hours) => (hours * HOUR_MS) / slotMs >= 4) ?? 24;
  const cells = Array.from({ length: slots }, () => ' ');
  for (let atMs = fromMs; atMs < fromMs + slots * slotMs; atMs += HOUR_MS) {
    const { hour } = zoned(atMs, timeZone);
    const at = Math.round((atMs - fromMs) / slotMs);
    const text = String(hour).padStart(2, '0');
    if (hour % every === 0 && at + 2 <= slots) cells.splice(at, 2, text.slice(0, 1), text.slice(1));
  }
  return labelled('', frame, cells.join(''));
}

function row(name: string, intervals: readonly Interval[], frame: Frame): string {
  const signs = frame.rich ? RICH : PLAIN;
  const cells = middles(frame).map((ms) => {
    const covering = intervals.filter(({ startMs, endMs }) => startMs <= ms && ms < endMs);
    if (covering.length === 0) return signs.none;
    return covering.some(({ bellMs }) => bellMs <= ms)
      ? paint('green', signs.class, frame)
      : paint('yellow', signs.lead, frame);
  });
  return labelled(name, frame, cells.join(''));
}

function floorRow(spec: Spec, frame: Frame): string[] {
  const toMs = frame.fromMs + frame.slots * frame.slotMs;
  const floors = floorsBetween(spec, { fromMs: frame.fromMs, toMs: Math.ceil(toMs) });
  const most = Math.max(...floors.map(({ floor }) => floor));
  const cells = middles(frame).map((ms) => {
    const floor = floors.find(({ endMs }) => ms < endMs)?.floor ?? 0;
    return frame.rich ? bar(floor, most) : floor > 9 ? '+' : String(floor);
  });
  return [labelled('floor', frame, cells.join(''))];
}

const bar = (floor: number, most: number): string =>
  RICH.bars[Math.max(0, Math.ceil((floor / most) * RICH.bars.length) - 1)] ?? '';

function nowRow(nowMs: number, frame: Frame): string[] {
  const at = Math.floor((nowMs - frame.fromMs) / frame.slotMs);
  if (at < 0 || at >= frame.slots) return [];
  const signs = frame.rich ? RICH : PLAIN;
  const words = `now ${localTime(nowMs, frame.timeZone).slice(15, 20)}`;
  const before = at >= words.length + 1;
  const text = before
    ? `${' '.repeat(at - words.length - 1)}${words} ${signs.now}`
    : `${' '.repeat(at)}${signs.now} ${words}`;
  return [labelled('', frame, paint('bold', text, frame))];
}

const paint = (style: 'green' | 'yellow' | 'bold', text: string, { colour }: Frame): string =>
  colour ? styleText(style, text, { validateStream: false }) : text;

/** Each calendar's bells of the day, or why there are none. */
function bells({ schedule }: Spec, date: Temporal.PlainDate, columns: number): string[] {
  const calendars = schedule?.calendars ?? [];
  return calendars.map((calendar) => {
    const inForce = bellScheduleOn(calendar, date);
    if (inForce === undefined) return `${calendar.name}: ${whyClosed(calendar, date)}`;
    const periods = inForce.periods.map(({ startTime, endTime }) => `${startTime}-${endTime}`).sort();
    const line = `${calendar.name}: ${inForce.name}, ${calendar.students} students, bells ${periods.join(' ')}`;
    return wrapped(line, columns);
  });
}

/** Broken between words, further lines indented. */
function wrapped(text: string, columns: number): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(last === undefined ? word : `  ${word}`);
  }
  return lines.join('\n');
}

function whyClosed(calendar: Calendar, date: Temporal.PlainDate): string {
  const iso = date.toString();
  if (!inTerm(calendar, iso)) return 'nobody is in class, no term';
  const entry = calendar.calendarDates.find((each) => each.date === iso);
  return `nobody is in class, ${entry?.event ?? `no bell schedule names ${weekday(date)}`}`;
}

/** When the floor changes on the day, and why. */
function changes(spec: Spec, date: Temporal.PlainDate): string {
  const { timeZone } = spec.district;
  const fromMs = date.toZonedDateTime(timeZone).epochMilliseconds;
  const toMs = date.add({ days: 1 }).toZonedDateTime(timeZone).epochMilliseconds;
  const clock = ({ startMs }: FloorInterval): string => localTime(startMs, timeZone).slice(15, 20);
  const rows = floorsBetween(spec, { fromMs, toMs }).map((each) => [clock(each), String(each.floor), each.reason]);
  return aligned([['FROM', 'FLOOR', 'WHY'], ...rows]);
}

/** Pure: `kubectl heroes schedule -f`, the floor over a range of time. */
import { KIND, type HeroesPlatform } from '@heroes/crds/platform.ts';
import type { Spec } from '@heroes/crds/spec.ts';
import type { Fault } from '@heroes/crds/validate.ts';
import { bindingFrom, bindingInWords } from '../features/schedule/binding.ts';
import { floorsBetween, type FloorInterval } from '../features/schedule/listing.ts';
import { checkPlatform, platformsIn, refusedOf } from './documents.ts';
import { isoTime, localTime, parseTime, zoned } from './local-time.ts';
import type { Result } from './plan-command.ts';

export interface ListingOptions {
  /** Instants, or dates and times of the district; this week unless given. */
  readonly from?: string;
  readonly to?: string;
  readonly output: 'text' | 'json';
  /** Which platform of a file that holds several. */
  readonly name?: string;
}

/** A range beyond which nobody's calendar reaches. */
const MOST_YEARS = 10;

/** @returns the floors that a file's platform asks for, or exit code 1 and one line a fault. */
export function listFile(text: string, options: ListingOptions, nowMs: number): Result {
  const documents = platformsIn(text);
  if (!documents.ok) return complain(documents.faults);
  const chosen = choose(documents.objects, options.name);
  if ('message' in chosen) return complain([chosen]);
  const checked = checkPlatform(chosen.object);
  return checked.ok ? listed(checked.platform.spec, options, nowMs) : complain(checked.faults);
}

/** @returns exit code 1 and one line a fault. */
export const complain = (faults: readonly Fault[]): Result => ({
  exitCode: 1,
  output: '',
  complaint: faults.map(({ path, message }) => `${path}: ${message}`).join('\n'),
});

function choose(objects: readonly unknown[], name: string | undefined): Fault | { readonly object: unknown } {
  const nameOf = (object: unknown): string =>
    (object as { readonly metadata?: { readonly name?: string } }).metadata?.name ?? '';
  const fitting = objects.filter((object) => name === undefined || nameOf(object) === name);
  if (fitting.length === 1) return { object: fitting[0] };
  const names = objects.map(nameOf).join(', ');
  const path = 'document';
  return fitting.length === 0
    ? { path, message: `holds no ${KIND} "${name ?? ''}": name one of ${names}` }
    : { path, message: `holds ${fitting.length} of kind ${KIND}: name one of ${names}` };
}

/** @returns the floors that a platform of the cluster asks for, or exit code 1 and one line a fault: nobody follows it then. */
export function listPlatform({ spec }: HeroesPlatform, options: ListingOptions, nowMs: number): Result {
  const faults = refusedOf(spec);
  return faults.length > 0 ? complain(faults) : listed(spec, options, nowMs);
}

/** Of a spec that is as it should be; what it should still be told is the complaint. */
function listed(spec: Spec, options: ListingOptions, nowMs: number): Result {
  const { timeZone } = spec.district;
  const midnight = zoned(nowMs, timeZone).startOfDay();
  const fromMs = options.from === undefined ? midnight.epochMilliseconds : parseTime(options.from, timeZone);
  if (fromMs === undefined) return complain([noTime('--from', options.from)]);
  const week = zoned(fromMs, timeZone).add({ weeks: 1 }).epochMilliseconds;
  const toMs = options.to === undefined ? week : parseTime(options.to, timeZone);
  if (toMs === undefined) return complain([noTime('--to', options.to)]);
  const fault = rangeFault(fromMs, toMs);
  if (fault !== undefined) return complain([fault]);
  const intervals = floorsBetween(spec, { fromMs, toMs });
  const binding = bindingFrom(spec, fromMs);
  return {
    exitCode: 0,
    output: options.output === 'json' ? asJson(intervals) : asText(intervals, timeZone),
    complaint: binding === undefined ? '' : `warning: ${bindingInWords(spec, binding)}`,
  };
}

const noTime = (path: string, text = ''): Fault => ({
  path,
  message: `"${text}" is no time: give one with its zone, as 2026-11-24T14:00:00Z, or a date or time of the district, as 2026-11-24`,
});

function rangeFault(fromMs: number, toMs: number): Fault | undefined {
  if (toMs <= fromMs)
    return { path: '--to', message: `${isoTime(toMs)} is not after --from, ${isoTime(fromMs)}: exchange them` };
  if (toMs > zoned(fromMs, 'UTC').add({ years: MOST_YEARS }).epochMilliseconds)
    return { path: '--to', message: `is more than ${MOST_YEARS} years after --from: list a shorter time` };
  return undefined;
}

const asJson = (intervals: readonly FloorInterval[]): string =>
  `${JSON.stringify(
    {
      intervals: intervals.map(({ startMs, endMs, floor, reason }) => ({
        start: isoTime(startMs),
        end: isoTime(endMs),
        floor,
        reason,
      })),
    },
    undefined,
    2,
  )}\n`;

function asText(intervals: readonly FloorInterval[], timeZone: string): string {
  const rows = intervals.map(({ startMs, endMs, floor, reason }) => [
    localTime(startMs, timeZone),
    localTime(endMs, timeZone),
    String(floor),
    reason,
  ]);
  return columns([['FROM', 'TO', 'FLOOR', 'WHY'], ...rows]);
}

/** @returns rows as lines of aligned columns, the last of them as wide as it is. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  ');
  return rows.map((row) => `${line(row).trimEnd()}\n`).join('');
}

/** The floor over a range of time, as people and other programs read it: an interval ends where the floor changes. */
import type { Spec } from '@heroes/crds/spec.ts';
import { isInClass, spans, type Range, type Span } from './floor.ts';
import { prescaled } from './prescale.ts';

/** `[startMs, endMs)`, epoch milliseconds; its neighbours have another floor. */
export interface FloorInterval {
  readonly startMs: number;
  readonly endMs: number;
  readonly floor: number;
  readonly reason: string;
}

/** @returns the intervals that cover a range, adjoining: of the calendar, and of a manual floor while that holds. */
export function floorsBetween(spec: Spec, range: Range): FloorInterval[] {
  const found: FloorInterval[] = [];
  for (const interval of prescaled(spec, calendarFloors(spec, range))) {
    const last = found.at(-1);
    if (last?.floor === interval.floor) found[found.length - 1] = { ...last, endMs: interval.endMs };
    else found.push(interval);
  }
  return found;
}

function calendarFloors(spec: Spec, range: Range): FloorInterval[] {
  const found: FloorInterval[] = [];
  let run: Run | undefined;
  for (const span of spans(spec, range, { whole: true })) {
    if (run?.last.floor === span.floor) run = joined(run, span);
    else {
      if (run !== undefined) found.push(intervalOf(run));
      run = joined(undefined, span);
    }
  }
  return run === undefined ? found : [...found, intervalOf(run)];
}

/** Spans that follow each other and have the same floor. */
interface Run {
  readonly startMs: number;
  readonly last: Span;
  /** When most are in class; undefined when nobody is. */
  readonly most?: Span | undefined;
  /** What is so while nobody is. */
  readonly idle?: readonly string[];
}

function joined(run: Run | undefined, span: Span): Run {
  const { startMs, most, idle = [] } = run ?? { startMs: span.startMs };
  if (!isInClass(span)) {
    const words = span.reason();
    return { startMs, last: span, most, idle: idle.includes(words) ? idle : [...idle, words] };
  }
  return { startMs, last: span, most: most === undefined || span.students > most.students ? span : most, idle };
}

/** Its reason is of when most are in class, and whether there are times at which nobody is. */
function intervalOf({ startMs, last, most, idle = [] }: Run): FloorInterval {
  const reason = [...(most === undefined ? [] : [most.reason()]), ...idle].join('; ');
  return { startMs, endMs: last.endMs, floor: last.floor, reason };
}

/** The floor over a range of time, as people and other programs read it: an interval ends where the floor changes. */
import type { Spec } from '@heroes/crds/spec.ts';
import { spans, type Range, type Span } from './floor.ts';
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
  const joined: FloorInterval[] = [];
  for (const interval of prescaled(spec, calendarFloors(spec, range))) {
    const last = joined.at(-1);
    if (last?.floor === interval.floor) joined[joined.length - 1] = { ...last, endMs: interval.endMs };
    else joined.push(interval);
  }
  return joined;
}

function calendarFloors(spec: Spec, range: Range): FloorInterval[] {
  const runs: Span[][] = [];
  for (const span of spans(spec, range, { whole: true })) {
    const run = runs.at(-1);
    if (run?.[0]?.floor === span.floor) run.push(span);
    else runs.push([span]);
  }
  return runs.flatMap((run) => {
    const [first, last] = [run[0], run.at(-1)];
    if (first === undefined || last === undefined) return [];
    return [{ startMs: first.startMs, endMs: last.endMs, floor: first.floor, reason: reasonOf(run) }];
  });
}

const isClass = ({ state }: Span): boolean => state === 'InClass' || state === 'PreScaling';

/** Of all that is so while the floor stays: when most are in class, and whether there are times at which nobody is. */
function reasonOf(run: readonly Span[]): string {
  const classes = run.filter(isClass);
  const most = classes.reduce<Span | undefined>(
    (peak, span) => (peak === undefined || span.students > peak.students ? span : peak),
    undefined,
  );
  const idle = new Set(run.filter((span) => !isClass(span)).map(({ reason }) => reason()));
  if (most === undefined) return [...idle].join('; ');
  return [most.reason(), ...idle].join('; ');
}

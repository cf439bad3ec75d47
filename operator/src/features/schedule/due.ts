/**
 * Who is in class, and the pods that are due by now: those of the classes whose bell has rung. The floor is ahead of it by the
 * lead time, in which pods are being added and nobody misses them yet.
 */
import type { Spec } from '@heroes/crds/spec.ts';
import { intervalsOn, spanMs, type Interval } from './day.ts';
import { floorFor, idleFloor } from './floor.ts';

const DAY_MS = 86_400_000;

/** A span in which so many are in class and so many pods are due: `[startMs, endMs)`, epoch milliseconds. */
export interface Attendance {
  readonly startMs: number;
  readonly endMs: number;
  /** Whether a bell rings as it begins. */
  readonly bell: boolean;
  /** Students whose class has begun, until it is no longer held for. */
  readonly students: number;
  /** Pods that are due for them; with nobody in class, the floor of that time. */
  readonly due: number;
}

/** @returns the spans that cover `[fromMs, toMs)`, adjoining, each from one bell or end of a class to the next. */
export function attendance(spec: Spec, fromMs: number, toMs: number): Attendance[] {
  const rung = classesBetween(spec, fromMs, toMs);
  const bells = new Set(rung.map(({ bellMs }) => bellMs));
  const edges = rung.flatMap(({ bellMs, endMs }) => [bellMs, endMs]).filter((ms) => ms > fromMs && ms < toMs);
  const cuts = [...new Set([fromMs, ...edges])].sort((a, b) => a - b);
  return cuts.map((startMs, index) => {
    const now = rung.filter(({ bellMs, endMs }) => bellMs <= startMs && startMs < endMs);
    return { startMs, endMs: cuts[index + 1] ?? toMs, bell: bells.has(startMs), ...attending(spec, now) };
  });
}

/** @returns the pods due at an instant, and the next bell or end of a class, as far as the next two days tell. */
export function dueAt(spec: Spec, nowMs: number): { readonly due: number; readonly untilMs: number } {
  const [now, next] = attendance(spec, nowMs, nowMs + 2 * DAY_MS);
  return { due: now?.due ?? spec.api.replicas.min, untilMs: next?.startMs ?? Infinity };
}

/** What is held for may reach over midnight; and the clock may skip a date, so that what begins on one may lie on the next. */
function classesBetween(spec: Spec, fromMs: number, toMs: number): Interval[] {
  const { schedule, district } = spec;
  if (schedule === undefined) return [];
  const { timeZone } = district;
  const dateOf = (ms: number): Temporal.PlainDate =>
    Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).toPlainDate();
  const first = dateOf(fromMs - spanMs(schedule.holdAfter)).subtract({ days: 1 });
  const last = dateOf(toMs).add({ days: 1 });
  const dates = Array.from({ length: first.until(last).days + 1 }, (_, days) => first.add({ days }));
  return dates
    .flatMap((date) => schedule.calendars.flatMap((each) => intervalsOn(schedule, each, { date, timeZone })))
    .filter(({ bellMs, endMs }) => bellMs < endMs && endMs > fromMs && bellMs < toMs);
}

/** As the floor counts them (design.md, "The floor"): of a calendar the largest class, of the district all calendars. */
function attending(spec: Spec, now: readonly Interval[]): Pick<Attendance, 'students' | 'due'> {
  if (now.length === 0) return { students: 0, due: idleFloor(spec) };
  const largest = new Map<string, number>();
  for (const { calendar, students } of now) largest.set(calendar, Math.max(students, largest.get(calendar) ?? 0));
  const students = [...largest.values()].reduce((sum, each) => sum + each, 0);
  return { students, due: floorFor(spec, students) };
}

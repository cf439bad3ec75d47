/** When api.replicas.max is below what the calendar asks for: not a fault, since the autoscaler still does what it may. */
import type { Schedule } from '@heroes/crds/schedule.ts';
import type { Spec } from '@heroes/crds/spec.ts';
import { replicasFor } from './floor.ts';
import { timeline } from './timeline.ts';

const DAY_MS = 86_400_000;

/** A year and its holidays: what a calendar asks for after that is not known to anybody yet. */
const AHEAD_MS = 400 * DAY_MS;

export interface Binding {
  /** From when on more is asked for than may be, for the first time, epoch milliseconds; undefined when it is so already. */
  readonly atMs?: number;
  readonly students: number;
  /** What is asked for then. */
  readonly replicas: number;
  /** The most that is asked for at any time. */
  readonly most: number;
}

/** @returns when max first binds from an instant on, within {@link AHEAD_MS}; undefined when it does not. */
export function bindingFrom(spec: Spec, fromMs: number): Binding | undefined {
  const { schedule, district, api } = spec;
  const { max } = api.replicas;
  if (schedule === undefined || replicasFor(schedule, allStudents(schedule)) <= max) return undefined;
  const exceeds = (students: number): boolean => replicasFor(schedule, students) > max;
  const { timeZone } = district;
  const alike = (a: { students: number }, b: { students: number }): boolean =>
    !exceeds(a.students) && !exceeds(b.students);
  const binding = timeline({ schedule, timeZone, alike }, fromMs, fromMs + AHEAD_MS).flatMap(({ startMs, changes }) =>
    changes.filter(({ students }) => exceeds(students)).map(({ students }) => ({ startMs, students })),
  );
  const [first] = binding;
  if (first === undefined) return undefined;
  const most = binding.reduce((peak, { students }) => Math.max(peak, students), 0);
  const { startMs, students } = first;
  const asked = { students, replicas: replicasFor(schedule, students), most: replicasFor(schedule, most) };
  return startMs > fromMs ? { atMs: startMs, ...asked } : asked;
}

/** @returns the students that would be in class were the largest periods of all calendars at once: none can be more. */
function allStudents({ calendars }: Schedule): number {
  const largest = calendars.map(({ students, bellSchedules }) =>
    Math.max(...bellSchedules.flatMap(({ periods }) => periods.map((period) => period.students ?? students))),
  );
  return largest.reduce((sum, each) => sum + each, 0);
}

/** @returns the warning, with its remedy. */
export function bindingInWords({ api }: Spec, { atMs, students, replicas, most }: Binding): string {
  const time =
    atMs === undefined
      ? 'now'
      : `at ${Temporal.Instant.fromEpochMilliseconds(atMs).toString({ smallestUnit: 'second' })}`;
  const upTo = most > replicas ? `, later up to ${most}` : '';
  return `api.replicas.max ${api.replicas.max} is below what the calendar asks for: ${replicas} for ${students} students ${time}${upTo}: raise it to ${most}`;
}

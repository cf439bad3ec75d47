/** Pure: what of a status that has just changed a person would want to read about. Told by the status before, so that a restart repeats nothing. */
import type { Condition, Status } from '@heroes/crds/status.ts';
import type { PlatformEvent } from './cluster.ts';

type Schedule = NonNullable<Status['schedule']>;

/**
 * @param due - API pods that are due to those in class by now
 * @returns the Events of a change of status: readiness, trouble, and where the school day has come to
 */
export function announcements(before: Status | undefined, next: Status, due = 0): PlatformEvent[] {
  const conditions = (next.conditions ?? []).flatMap((condition) => conditionEvent(before, condition));
  const { schedule } = next;
  if (schedule === undefined || before?.schedule === undefined) return conditions;
  const day = isUnderFloor(before, next, due) ? [underFloor(next)] : dayEvents(before.schedule, schedule);
  return [...conditions, ...day, ...prescaleEvents(before.schedule, schedule)];
}

function conditionEvent(before: Status | undefined, condition: Condition): PlatformEvent[] {
  if (condition.type !== 'Ready' && condition.type !== 'Degraded') return [];
  const former = before?.conditions?.find(({ type }) => type === condition.type);
  const changed = former?.status !== condition.status || former.reason !== condition.reason;
  const bad = condition.type === 'Degraded' && condition.status === 'True';
  if (!changed || (condition.type === 'Degraded' && !bad)) return [];
  const { reason, message } = condition;
  return [{ type: bad ? 'Warning' : 'Normal', reason, message }];
}

/** When a class begins, and when Ready begins to wait for pods: at the bell of another school nothing but that changes. */
function isUnderFloor(before: Status, next: Status, due: number): boolean {
  if (next.schedule?.state !== 'InClass' || readyPods(next) >= due) return false;
  return before.schedule?.state !== 'InClass' || (waitsForApi(next) && !waitsForApi(before));
}

const readyPods = ({ api }: Status): number => api?.readyReplicas ?? 0;

const waitsForApi = ({ conditions = [] }: Status): boolean =>
  conditions.some(({ type, reason }) => type === 'Ready' && reason === 'WaitingForApi');

function underFloor(next: Status): PlatformEvent {
  const message = `${readyPods(next)} API pods are ready; ${why(next.schedule)}`;
  return { type: 'Warning', reason: 'ClassUnderFloor', message };
}

/** The words hold no time of day: those of one day are those of the next, and are counted as one Event. */
const why = (schedule: Status['schedule']): string => `floor ${schedule?.floor}: ${schedule?.reason}`;

const dayEvents = (before: Schedule, next: Schedule): PlatformEvent[] =>
  next.state === before.state ? [] : [normal(reasonOf(before.state, next.state), why(next))];

type State = Schedule['state'];

/** Why a state comes, by itself; and why nobody is in class any more, by what was before. */
const BEGINS = { PreScaling: 'PreScaling', InClass: 'ClassBegan', Unscheduled: 'ScheduleRemoved' } as const;
const IS_OVER: Readonly<Record<State, string>> = {
  InClass: 'ClassEnded',
  // Its date was closed before the bell rang.
  PreScaling: 'PreScalingEnded',
  Idle: 'TermEnded',
  OutOfTerm: 'TermBegan',
  Unscheduled: 'ScheduleAdded',
};

const reasonOf = (before: State, now: State): string =>
  now === 'Idle' || now === 'OutOfTerm' ? IS_OVER[before] : BEGINS[now];

function prescaleEvents({ prescale: before }: Schedule, { prescale: now, floor }: Schedule): PlatformEvent[] {
  if (now === undefined)
    return before === undefined ? [] : [normal('PrescaleEnded', `${before.replicas} by hand (${before.reason})`)];
  const same = before?.replicas === now.replicas && before.until === now.until && before.reason === now.reason;
  const message = `${now.replicas} by hand until ${now.until} (${now.reason}); floor ${floor}`;
  return same ? [] : [normal('Prescaled', message)];
}

const normal = (reason: string, message: string): PlatformEvent => ({ type: 'Normal', reason, message });

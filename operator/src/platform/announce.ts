/** Pure: what of a status that has just changed a person would want to read about. Told by the status before, so that a restart repeats nothing. */
import type { Condition, Status } from '@heroes/crds/status.ts';
import type { PlatformEvent } from './cluster.ts';

type Schedule = NonNullable<Status['schedule']>;

/** @returns the Events of a change of status: readiness, trouble, and where the school day has come to. */
export function announcements(before: Status | undefined, next: Status): PlatformEvent[] {
  const conditions = (next.conditions ?? []).flatMap((condition) => conditionEvent(before, condition));
  const { schedule } = next;
  if (schedule === undefined || before?.schedule === undefined) return conditions;
  const day = dayEvents(before.schedule, { ...next, schedule });
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

/** The words hold no time of day: those of one day are those of the next, and are counted as one Event. */
function dayEvents(before: Schedule, next: Status & { readonly schedule: Schedule }): PlatformEvent[] {
  const { state, floor, reason } = next.schedule;
  if (state === before.state) return [];
  const why = `floor ${floor}: ${reason}`;
  if (state === 'InClass' && isLate(next))
    return [
      {
        type: 'Warning',
        reason: 'ClassUnderFloor',
        message: `${next.api?.readyReplicas ?? 0} API pods are ready; ${why}`,
      },
    ];
  return [normal(reasonOf(before.state, state), why)];
}

/** Which pods are due, Ready knows. */
const isLate = ({ conditions = [] }: Status): boolean =>
  conditions.some(({ type, reason }) => type === 'Ready' && reason === 'WaitingForApi');

function reasonOf(before: Schedule['state'], now: Schedule['state']): string {
  switch (now) {
    case 'PreScaling':
      return 'PreScaling';
    case 'InClass':
      return 'ClassBegan';
    case 'Idle':
      return before === 'OutOfTerm' ? 'TermBegan' : 'ClassEnded';
    case 'OutOfTerm':
      return isClass(before) ? 'ClassEnded' : 'TermEnded';
    case 'Unscheduled':
      return 'ScheduleRemoved';
  }
}

const isClass = (state: Schedule['state']): boolean => state === 'InClass' || state === 'PreScaling';

function prescaleEvents({ prescale: before }: Schedule, { prescale: now, floor }: Schedule): PlatformEvent[] {
  if (now === undefined)
    return before === undefined ? [] : [normal('PrescaleEnded', `${before.replicas} by hand (${before.reason})`)];
  const same = before?.replicas === now.replicas && before.until === now.until && before.reason === now.reason;
  const message = `${now.replicas} by hand until ${now.until} (${now.reason}); floor ${floor}`;
  return same ? [] : [normal('Prescaled', message)];
}

const normal = (reason: string, message: string): PlatformEvent => ({ type: 'Normal', reason, message });

/** Pure: what of a status that has just changed a person would want to read about. Told by the status before, so that a restart repeats nothing. */
import type { Condition, Status } from '@heroes/crds/status.ts';
import type { PlatformEvent } from './cluster.ts';

type Schedule = NonNullable<Status['schedule']>;

/** @returns the Events of a change of status: readiness, trouble, and where the school day has come to. */
export function announcements(before: Status | undefined, next: Status): PlatformEvent[] {
  const conditions = (next.conditions ?? []).flatMap((condition) => conditionEvent(before, condition));
  if (next.schedule === undefined || before?.schedule === undefined) return conditions;
  return [...conditions, ...dayEvents(before.schedule, next), ...prescaleEvents(before.schedule, next.schedule)];
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
function dayEvents(before: Schedule, { schedule, api, conditions = [] }: Status): PlatformEvent[] {
  if (schedule === undefined || schedule.state === before.state) return [];
  const { state, floor, reason } = schedule;
  const why = `floor ${floor}: ${reason}`;
  switch (state) {
    case 'PreScaling':
      return [{ type: 'Normal', reason: 'PreScaling', message: `for the next bell, ${why}` }];
    case 'InClass': {
      // Whether what is due is there is said by Ready alone: it knows which pods are due.
      const ready = conditions.find(({ type }) => type === 'Ready');
      const late = ready?.reason === 'WaitingForApi';
      const told = `${api?.readyReplicas ?? 0} API pods are ready; ${why}`;
      return [late ? { type: 'Warning', reason: 'ClassUnderFloor', message: told } : normal('ClassBegan', why)];
    }
    case 'Idle':
      return [normal(before.state === 'OutOfTerm' ? 'TermBegan' : 'ClassEnded', why)];
    case 'OutOfTerm':
      return [normal(isClass(before.state) ? 'ClassEnded' : 'TermEnded', why)];
    case 'Unscheduled':
      return [normal('ScheduleRemoved', why)];
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

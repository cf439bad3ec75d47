import { describe, expect, it } from 'vitest';
import type { Status } from '@heroes/crds/status.ts';
import { announcements } from './announce.ts';

type Schedule = NonNullable<Status['schedule']>;

const at = (state: Schedule['state'], more: Partial<Schedule> = {}): Schedule => ({
  state,
  floor: 4,
  reason: 'why',
  ...more,
});
const reasons = (before: Schedule | undefined, now: Schedule): string[] =>
  announcements(before === undefined ? {} : { schedule: before }, { schedule: now }).map(({ reason }) => reason);

describe('what is told of the school day', () => {
  it.each<[Schedule['state'], Schedule['state'], string[]]>([
    ['Idle', 'PreScaling', ['PreScaling']],
    ['PreScaling', 'InClass', ['ClassBegan']],
    ['Idle', 'InClass', ['ClassBegan']],
    ['InClass', 'PreScaling', ['PreScaling']],
    ['InClass', 'Idle', ['ClassEnded']],
    ['InClass', 'OutOfTerm', ['ClassEnded']],
    ['Idle', 'OutOfTerm', ['TermEnded']],
    ['OutOfTerm', 'Idle', ['TermBegan']],
    ['Idle', 'Unscheduled', ['ScheduleRemoved']],
    ['PreScaling', 'Idle', ['PreScalingEnded']],
    ['Unscheduled', 'Idle', ['ScheduleAdded']],
    ['Unscheduled', 'OutOfTerm', ['ScheduleAdded']],
    ['Unscheduled', 'InClass', ['ClassBegan']],
    ['InClass', 'InClass', []],
  ])('from %s to %s: %j', (before, now, told) => {
    expect(reasons(at(before), at(now))).toEqual(told);
  });

  it('is nothing on first sight, and nothing while only words and numbers change', () => {
    expect(reasons(undefined, at('InClass', { prescale: { replicas: 9, until: 'then', reason: 'tests' } }))).toEqual(
      [],
    );
    expect(reasons(at('InClass', { floor: 4 }), at('InClass', { floor: 7, reason: 'else' }))).toEqual([]);
  });

  const ready = (pods: number, reason: string, schedule: Schedule): Status => ({
    schedule,
    api: { replicas: 9, readyReplicas: pods },
    conditions: [{ type: 'Ready', status: 'True', reason, message: '', lastTransitionTime: '', observedGeneration: 1 }],
  });
  const warned = (before: Status, now: Status): string[] =>
    announcements(before, now, 4).flatMap(({ type, reason }) => (type === 'Warning' ? [reason] : []));

  it.each([
    ['a class begins without them', ready(3, 'WaitingForDatabase', at('PreScaling')), 1],
    ['the bell of another school rings without them', ready(3, 'Serving', at('InClass')), 1],
    ['it was said already', ready(2, 'WaitingForApi', at('InClass')), 0],
  ])('warns of pods that are missing: %s', (_what, before, times) => {
    const now = ready(3, 'WaitingForApi', at('InClass'));
    expect(warned(before, now)).toEqual(Array.from({ length: times }, () => 'ClassUnderFloor'));
  });

  it('warns of no pods that are missed by nobody yet', () => {
    expect(warned(ready(4, 'Serving', at('PreScaling')), ready(4, 'WaitingForApi', at('InClass')))).toEqual([]);
    expect(warned(ready(4, 'Serving', at('Idle')), ready(3, 'WaitingForApi', at('PreScaling')))).toEqual([]);
  });

  it('is a manual floor as it comes, changes and goes', () => {
    const prescale = { replicas: 9, until: '2026-11-24T15:00:00Z', reason: 'tests' };
    expect(reasons(at('Idle'), at('Idle', { prescale }))).toEqual(['Prescaled']);
    expect(reasons(at('Idle', { prescale }), at('Idle', { prescale: { ...prescale } }))).toEqual([]);
    expect(reasons(at('Idle', { prescale }), at('Idle', { prescale: { ...prescale, replicas: 10 } }))).toEqual([
      'Prescaled',
    ]);
    expect(reasons(at('Idle', { prescale }), at('Idle'))).toEqual(['PrescaleEnded']);
  });
});

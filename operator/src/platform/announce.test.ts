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

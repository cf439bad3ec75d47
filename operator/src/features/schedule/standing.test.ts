import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Spec } from '@heroes/crds/spec.ts';
import { floorAt, isInSession } from './floor.ts';
import { prescaleAt } from './prescale.ts';
import { standingAt } from './standing.ts';
import { at, DAYS, FIRST_MS, instants, MINUTE_MS, prescaledSpecs, specOf } from './testing/days.ts';

const school = (name: string, students: number, ...[startTime, endTime]: string[]) => ({
  name,
  students,
  terms: [{ name: 'fall', startDate: '2026-08-17', endDate: '2026-12-18' }],
  bellSchedules: [{ name: 'regular', days: ['Tuesday'], periods: [{ name: '1', startTime, endTime }] }],
});
const day = (students: number, extra: object = {}): Spec =>
  specOf({
    studentsPerReplica: 200,
    idleReplicas: 1,
    calendars: [school('high', students, '08:00', '15:00'), school('middle', 600, '08:00', '12:00')],
    ...extra,
  });
const spec = day(1_000);
const tuesday = (time: string): number => at(`2026-11-24T${time}`);

describe('the floor that stands', () => {
  it('is what the calendar asks for where nothing stands yet', () => {
    expect(standingAt(spec, tuesday('08:30'))).toMatchObject({ state: 'InClass', floor: 8, due: 8 });
    expect(standingAt(spec, tuesday('13:00'))).toMatchObject({ state: 'InClass', floor: 5 });
  });

  it('stays while one school is over and another is not, and says what is asked for', () => {
    expect(standingAt(spec, tuesday('13:00'), 8)).toMatchObject({
      state: 'InClass',
      floor: 8,
      due: 5,
      reason: '8 stand until nobody is in class; asked for: 1000 students: high (regular period 1)',
      next: { atMs: tuesday('15:05'), floor: 1 },
    });
  });

  it('is raised at once, and names the next change of what stands, not of what is asked for', () => {
    expect(standingAt(spec, tuesday('07:50'), 1)).toMatchObject({
      state: 'PreScaling',
      floor: 8,
      due: 1,
      next: { atMs: tuesday('15:05'), floor: 1 },
    });
    expect(standingAt(spec, tuesday('07:49'), 1).next).toEqual({ atMs: tuesday('07:50'), floor: 8 });
  });

  it('stays when the spec is edited in class, and follows it afterwards', () => {
    expect(standingAt(day(200), tuesday('09:00'), 8)).toMatchObject({ floor: 8 });
    expect(standingAt(day(200), tuesday('15:05'), 8)).toMatchObject({ state: 'Idle', floor: 1 });
  });

  it('gives way to the most pods that there may be: somebody has said so, and the connections are counted by it', () => {
    const smaller = { ...spec, api: { ...spec.api, replicas: { min: 2, max: 6 } } };
    expect(standingAt(smaller, tuesday('09:00'), 8).floor).toBe(6);
  });

  it('holds nothing outside of class: what somebody lowers then is lowered', () => {
    expect(standingAt(spec, tuesday('18:00'), 12).floor).toBe(1);
    const { schedule: _schedule, ...without } = spec;
    expect(standingAt(without, tuesday('09:00'), 12)).toMatchObject({ state: 'Unscheduled', floor: 2, due: 2 });
  });

  it('holds a manual floor until its end, or in class until that is over; it is no class', () => {
    const until = new Date(tuesday('08:30')).toISOString();
    const byHand = day(1_000, { prescale: { replicas: 10, until, reason: 'state tests' } });
    const before = standingAt(byHand, tuesday('06:00'), 1);
    expect(before).toMatchObject({
      state: 'Idle',
      floor: 10,
      due: 1,
      prescale: { replicas: 10, reason: 'state tests' },
    });
    expect(isInSession(before)).toBe(false);
    // It lapses in class, so that nothing changes before that is over.
    expect(before.next).toEqual({ atMs: tuesday('15:05'), floor: 1 });
    const lapsed = standingAt(byHand, tuesday('08:30'), 10);
    expect(lapsed).toMatchObject({ state: 'InClass', floor: 10 });
    expect(lapsed).not.toHaveProperty('prescale');
  });

  it('is asked for again when a manual floor lapses that raised nothing, since it is told of no more then', () => {
    const until = new Date(tuesday('08:30')).toISOString();
    const byHand = day(1_000, { prescale: { replicas: 2, until, reason: 'state tests' } });
    expect(standingAt(byHand, tuesday('08:10'))).toMatchObject({ floor: 8, untilMs: tuesday('08:30') });
  });
});

/** What is asked for at an instant, whatever stands. */
const asked = (given: Spec, ms: number): number =>
  Math.max(floorAt(given, ms).floor, prescaleAt(given, ms)?.replicas ?? 0);

describe('the floor that stands, over days', () => {
  it('is never lowered in class, never below what is asked for, and just that when nobody is in class', () => {
    // At times of any distance: a tick that is missed changes nothing but when it is noticed. Edited meanwhile, too.
    const visit = fc.record({
      afterMinutes: fc.integer({ min: 1, max: 300 }),
      edit: fc.option(prescaledSpecs, { freq: 4 }),
    });
    fc.assert(
      fc.property(prescaledSpecs, fc.array(visit, { minLength: 5, maxLength: 15 }), (first, visits) => {
        let [given, ms, stands] = [first, FIRST_MS, 0];
        for (const { afterMinutes, edit } of visits) {
          ms += afterMinutes * MINUTE_MS;
          given = edit ?? given;
          const { floor, state } = standingAt(given, ms, stands);
          const inClass = state === 'InClass' || state === 'PreScaling';
          expect(floor).toBe(inClass ? Math.max(asked(given, ms), stands) : asked(given, ms));
          stands = floor;
        }
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  it('does next what it says it will do next, and nothing before', () => {
    fc.assert(
      fc.property(prescaledSpecs, instants, (given, fromMs) => {
        const now = standingAt(given, fromMs, 3);
        const nextMs = now.next?.atMs ?? Infinity;
        const endMs = Math.min(nextMs, FIRST_MS + DAYS * 24 * 60 * MINUTE_MS);
        let stands = now.floor;
        for (let ms = fromMs; ms < endMs; ms += 25 * MINUTE_MS) {
          stands = standingAt(given, ms, stands).floor;
          expect(stands).toBe(now.floor);
        }
        if (now.next !== undefined) expect(standingAt(given, nextMs, stands).floor).toBe(now.next.floor);
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  it('says until when all of it holds: until then it says the same', () => {
    fc.assert(
      fc.property(prescaledSpecs, instants, (given, ms) => {
        const { untilMs = ms, ...now } = standingAt(given, ms, 3);
        const { untilMs: later, ...then } = standingAt(given, Math.max(ms, untilMs - 1), now.floor);
        expect(later).toBe(untilMs);
        expect(then).toMatchObject({ state: now.state, floor: now.floor, due: now.due });
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});

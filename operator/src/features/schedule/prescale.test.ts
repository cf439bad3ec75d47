import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { floorAt, segments } from './floor.ts';
import { lapsesAt, prescaleAt, prescaled } from './prescale.ts';
import { at, DAYS, FIRST_MS, instants, MINUTE_MS, prescaledSpecs, specOf } from './testing/days.ts';

const school = {
  name: 'school',
  students: 1_000,
  terms: [{ name: 'fall', startDate: '2026-08-17', endDate: '2026-12-18' }],
  bellSchedules: [
    { name: 'regular', days: ['Tuesday'], periods: [{ name: '1', startTime: '08:00', endTime: '09:00' }] },
  ],
};

const prescale = { replicas: 6, until: '2026-11-24T13:55:00Z', reason: 'state tests' };
const spec = specOf({ studentsPerReplica: 200, idleReplicas: 1, calendars: [school], prescale });

describe('a manual floor', () => {
  it('is what was asked for until its end, and nothing from then on', () => {
    expect(prescaleAt(spec, at('2026-11-24T07:54'))).toEqual(prescale);
    expect(prescaleAt(spec, at('2026-11-24T07:55'))).toBeUndefined();
  });

  it('is never above the most pods that there may be', () => {
    const { api } = spec;
    const smaller = { ...spec, api: { ...api, replicas: { min: 2, max: 4 } } };
    expect(prescaleAt(smaller, FIRST_MS)).toMatchObject({ replicas: 4 });
  });

  it('says in the reason who asks, and leaves the rest of the day to the calendar', () => {
    const [from, to] = [at('2026-11-24T07:00'), at('2026-11-24T12:00')];
    const told = prescaled(spec, segments(spec, from, to)).map(({ startMs, floor, state, reason }) => [
      new Date(startMs).toISOString().slice(11, 16),
      floor,
      state,
      reason,
    ]);
    const byHand = '6 by hand until 2026-11-24T13:55:00Z (state tests); ';
    const inClass = '1000 students: school (regular period 1)';
    expect(told).toEqual([
      ['13:00', 6, 'Idle', `${byHand}nobody is in class`],
      ['13:50', 6, 'PreScaling', `${byHand}${inClass}`],
      ['13:55', 5, 'PreScaling', inClass],
      ['14:00', 5, 'InClass', inClass],
      ['15:05', 1, 'Idle', 'nobody is in class'],
    ]);
  });

  it('is, at every instant, what makes the floor of the calendar no lower, and changes nothing else', () => {
    fc.assert(
      fc.property(prescaledSpecs, instants, (given, ms) => {
        const calendar = floorAt(given, ms);
        const [now] = prescaled(given, segments(given, ms, ms + MINUTE_MS));
        const byHand = given.schedule?.prescale;
        const asked = byHand !== undefined && ms < Date.parse(byHand.until) ? byHand.replicas : 0;
        expect(now).toMatchObject({ state: calendar.state, floor: Math.max(calendar.floor, asked) });
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  it('leaves a timeline whole: spans adjoin, cover and differ, and one begins where it lapses', () => {
    fc.assert(
      fc.property(prescaledSpecs, (given) => {
        const [from, to] = [FIRST_MS, FIRST_MS + DAYS * 24 * 60 * MINUTE_MS];
        const all = prescaled(given, segments(given, from, to));
        expect([all.at(0)?.startMs, all.at(-1)?.endMs]).toEqual([from, to]);
        for (const [index, { endMs }] of all.slice(0, -1).entries()) expect(all[index + 1]?.startMs).toBe(endMs);
        for (const [index, { startMs, endMs, ...span }] of all.entries()) {
          expect(startMs).toBeLessThan(endMs);
          const { floor, state, reason } = all[index + 1] ?? { floor: -1, state: '', reason: '' };
          expect(span).not.toEqual({ floor, state, reason });
        }
        const byHand = given.schedule?.prescale;
        if (byHand === undefined) return;
        const lapses = lapsesAt(byHand);
        const raised = all.filter(({ reason }) => reason.includes('by hand'));
        for (const { endMs, floor } of raised) expect([endMs <= lapses, floor]).toEqual([true, byHand.replicas]);
      }),
      { numRuns: 50 },
    );
  }, 60_000);
});

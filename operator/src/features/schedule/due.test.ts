import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Spec } from '@heroes/crds/spec.ts';
import { bellScheduleOn, spanMs } from './day.ts';
import { attendance, dueAt } from './due.ts';
import { floorAt } from './floor.ts';
import { at, DAYS, FIRST_MS, instants, MINUTE_MS, specOf, specs, ZONE } from './testing/days.ts';

const period = (name: string, startTime: string, endTime: string, students: number) => ({
  name,
  startTime,
  endTime,
  students,
});
const school = (name: string, ...periods: object[]) => ({
  name,
  students: 0,
  terms: [{ name: 'fall', startDate: '2026-08-17', endDate: '2026-12-18' }],
  bellSchedules: [{ name: 'regular', days: ['Tuesday'], periods }],
});
const calendars = [
  school('high', period('1', '08:00', '09:00', 1_000), period('2', '09:05', '10:00', 600)),
  school('middle', period('1', '08:30', '10:00', 900)),
];
const spec = specOf({ studentsPerReplica: 200, idleReplicas: 1, calendars });

/** Of the students that a class holds for so long: read literally, one class after the other. */
function inClass(given: Spec, ms: number): number[] {
  const { schedule } = given;
  const today = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(ZONE).toPlainDate();
  return (schedule?.calendars ?? []).flatMap((each) => {
    const present = [-1, 0].flatMap((days) => {
      const date = today.add({ days });
      const instant = (time: string): number => at(`${date.toString()}T${time}`);
      return (bellScheduleOn(each, date)?.periods ?? [])
        .filter(({ startTime, endTime }) => {
          const end = instant(endTime) + spanMs(schedule?.holdAfter ?? '');
          return instant(startTime) <= ms && ms < end;
        })
        .map(({ students }) => students ?? each.students);
    });
    return present.length === 0 ? [] : [Math.max(...present)];
  });
}

describe('attendance', () => {
  it('tells each bell and each end of a class, who is in it and how many pods are due', () => {
    const [from, to] = [at('2026-11-24T07:00'), at('2026-11-24T12:00')];
    const told = attendance(spec, from, to).map(({ startMs, bell, students, due }) => [
      Temporal.Instant.fromEpochMilliseconds(startMs).toZonedDateTimeISO(ZONE).toPlainTime().toString().slice(0, 5),
      bell ? 'bell' : '',
      students,
      due,
    ]);
    expect(told).toEqual([
      ['07:00', '', 0, 1],
      ['08:00', 'bell', 1_000, 5],
      // The second school's pods are not due while its bell is yet to ring, though they are asked for since 08:20.
      ['08:30', 'bell', 1_900, 10],
      // Both periods until the first is no longer held for.
      ['09:05', 'bell', 1_500, 8],
      ['10:05', '', 0, 1],
    ]);
  });

  it('is what a slow reading of it says at every instant', () => {
    fc.assert(
      fc.property(specs, instants, (given, ms) => {
        const present = inClass(given, ms);
        const students = present.reduce((sum, each) => sum + each, 0);
        const [now] = attendance(given, ms, ms + MINUTE_MS);
        const { min, max } = given.api.replicas;
        const { idleReplicas = min, studentsPerReplica = 1 } = given.schedule ?? {};
        const due = Math.min(Math.max(Math.ceil(students / studentsPerReplica), min), max);
        expect(now).toMatchObject({ students, due: present.length === 0 ? idleReplicas : due });
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  it('asks for no more than the floor, which is ahead of it by the lead time', () => {
    fc.assert(
      fc.property(specs, instants, (given, ms) => {
        const { floor, state } = floorAt(given, ms);
        if (state === 'InClass' || state === 'Idle') expect(dueAt(given, ms).due).toBeLessThanOrEqual(floor);
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  it('covers its time with spans that adjoin, whatever is looked at', () => {
    fc.assert(
      fc.property(specs, fc.integer({ min: 1, max: DAYS * 24 * 60 }), (given, minutes) => {
        const to = FIRST_MS + minutes * MINUTE_MS;
        const all = attendance(given, FIRST_MS, to);
        expect([all.at(0)?.startMs, all.at(-1)?.endMs]).toEqual([FIRST_MS, to]);
        for (const [index, { endMs }] of all.slice(0, -1).entries()) expect(all[index + 1]?.startMs).toBe(endMs);
      }),
      { numRuns: 50 },
    );
  }, 60_000);
});

describe('what is due without a calendar', () => {
  it('is the fewest pods that there may be', () => {
    const { schedule: _schedule, ...without } = spec;
    expect(dueAt(without, FIRST_MS).due).toBe(2);
  });
});

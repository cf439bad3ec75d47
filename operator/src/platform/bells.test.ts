import { describe, expect, it } from 'vitest';
import { BellBook, type BellFacts } from './bells.ts';
import { KEY, platformWith } from './testing/platforms.ts';

/** A time of that Tuesday, unless a date is given. */
const tuesday = (time: string): number => Date.parse(time.includes('T') ? time : `2026-11-24T${time}Z`);

const calendar = {
  name: 'school',
  students: 1_000,
  terms: [{ name: 'fall', startDate: '2026-08-17', endDate: '2026-12-18' }],
  bellSchedules: [
    {
      name: 'regular',
      days: ['Tuesday', 'Wednesday'],
      periods: [
        { name: '1', startTime: '08:00', endTime: '08:55' },
        { name: '2', startTime: '09:00', endTime: '10:00' },
      ],
    },
  ],
};
const platform = (studentsPerReplica = 200, generation = 1) =>
  platformWith({ schedule: { studentsPerReplica, calendars: [calendar] } }, { generation });

/** A book whose clocks go as they are told to. */
function book(from: string) {
  const now = { wallMs: tuesday(from), monotonicMs: 0 };
  const bells = new BellBook({ wallMs: () => now.wallMs, monotonicMs: () => now.monotonicMs });
  const told = (): BellFacts | undefined => bells.facts()[0];
  return {
    bells,
    told,
    ready: (pods: number, given = platform()) => {
      bells.observe(given, { floor: 5, readyPods: pods });
    },
    /** Time passes until a time of that day. */
    at: (time: string): BellFacts['bells'] => {
      now.monotonicMs += tuesday(time) - now.wallMs;
      now.wallMs = tuesday(time);
      return told()?.bells;
    },
    /** Somebody sets the clock. */
    set: (time: string): BellFacts['bells'] => {
      now.wallMs = tuesday(time);
      return told()?.bells;
    },
  };
}

describe('what is told of the bells', () => {
  it('is nothing before the first one, but who is in class and what stands', () => {
    const { ready, told } = book('07:00:00');
    ready(2);
    expect(told()).toEqual({
      key: KEY,
      floor: 5,
      readyPods: 2,
      bells: { students: 0, underSeconds: 0, readyBeforeSeconds: undefined, lastBell: undefined },
    });
  });

  it('is how long before each bell the pods had been ready, at most for the lead time', () => {
    const { ready, at } = book('07:00:00');
    ready(2);
    at('07:50:40');
    ready(5);
    expect(at('08:00:00')).toEqual({
      students: 1_000,
      underSeconds: 0,
      readyBeforeSeconds: 560,
      lastBell: tuesday('08:00:00') / 1000,
    });
    // For the second bell they have been ready since before anybody asked.
    expect(at('09:30:00')).toMatchObject({ readyBeforeSeconds: 600, lastBell: tuesday('09:00:00') / 1000 });
  });

  it('is how late they came, and falls until they have come', () => {
    const { ready, at } = book('07:00:00');
    ready(2);
    expect(at('08:00:10')).toMatchObject({ readyBeforeSeconds: -10, underSeconds: 10 });
    ready(4);
    expect(at('08:00:25')).toMatchObject({ readyBeforeSeconds: -25, underSeconds: 25 });
    ready(5);
    expect(at('08:40:00')).toMatchObject({ readyBeforeSeconds: -25, underSeconds: 25 });
    expect(at('09:00:00')).toMatchObject({ readyBeforeSeconds: 600, underSeconds: 25 });
  });

  it('counts pods that are lost in class, to the second, whenever it is looked at', () => {
    const { ready, at } = book('07:00:00');
    ready(5);
    at('08:10:00');
    ready(4);
    at('08:10:30');
    ready(5);
    at('08:59:50');
    ready(1);
    // Nobody looked before class was over, at 10:05.
    expect(at('11:00:00')).toMatchObject({ students: 0, underSeconds: 30 + 10 + 65 * 60 });
  });

  it('asks again for how long they have been ready when some were lost', () => {
    const { ready, at } = book('07:00:00');
    ready(5);
    at('07:58:00');
    ready(3);
    at('07:59:00');
    ready(6);
    expect(at('08:00:00')).toMatchObject({ readyBeforeSeconds: 60 });
  });

  it('says of a bell before it first looked only that its pods are still missing', () => {
    const [there, missing] = [book('08:00:30'), book('08:00:30')];
    there.ready(5);
    expect(there.at('08:10:00')).toMatchObject({ readyBeforeSeconds: undefined, lastBell: tuesday('08:00:00') / 1000 });
    missing.ready(2);
    expect(missing.at('08:01:00')).toMatchObject({ readyBeforeSeconds: -60, underSeconds: 30 });
    // They may have been there at the bell, and have gone since.
    missing.ready(5);
    expect(missing.at('08:10:00')).toMatchObject({ readyBeforeSeconds: undefined, underSeconds: 30 });
  });

  it('follows an edit of the calendar from then on', () => {
    const { ready, at } = book('07:00:00');
    ready(3);
    at('07:55:00');
    ready(3, platform(400, 2));
    expect(at('08:30:00')).toMatchObject({ underSeconds: 0, readyBeforeSeconds: 600 });
  });

  it('goes on with what it knows while the spec is wrong', () => {
    const { bells, ready, at } = book('07:00:00');
    ready(5);
    at('07:40:00');
    const wrong = platformWith({ district: { displayName: 'x', timeZone: 'Mars/Olympus' } }, { generation: 2 });
    bells.observe(wrong, { floor: undefined, readyPods: 4 });
    expect(at('08:00:30')).toMatchObject({ students: 1_000, underSeconds: 30 });
  });

  it('counts no time that a clock has skipped', () => {
    const { ready, set, at } = book('07:00:00');
    ready(2);
    expect(set('09:30:00')).toMatchObject({ students: 1_000, underSeconds: 0 });
    expect(at('09:30:20')).toMatchObject({ underSeconds: 20 });
    // Set back, the bell that has rung is one to come.
    expect(set('07:30:00')).toEqual({
      students: 0,
      underSeconds: 20,
      readyBeforeSeconds: undefined,
      lastBell: undefined,
    });
    ready(5);
    expect(at('08:00:00')).toMatchObject({ readyBeforeSeconds: 600, underSeconds: 20 });
  });

  it('goes on from one day to the next', () => {
    const { ready, at } = book('07:00:00');
    ready(5);
    at('23:00:00');
    // As the floor is raised.
    at('2026-11-25T07:50:00Z');
    ready(4);
    expect(at('2026-11-25T08:00:10Z')).toEqual({
      students: 1_000,
      underSeconds: 10,
      readyBeforeSeconds: -10,
      lastBell: tuesday('2026-11-25T08:00:00Z') / 1000,
    });
  });

  it('is nothing of a platform without a calendar but its pods and its floor, and nothing at all once it is gone', () => {
    const { bells, told } = book('08:30:00');
    bells.observe(platformWith(), { floor: 3, readyPods: 3 });
    expect(told()).toEqual({ key: KEY, floor: 3, readyPods: 3 });
    bells.forget(KEY);
    expect(told()).toBeUndefined();
  });
});

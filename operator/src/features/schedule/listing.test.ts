import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Spec } from '@heroes/crds/spec.ts';
import { floorsBetween, type FloorInterval } from './listing.ts';
import { floorsByMinute, MINUTE_MS } from './testing/contract.ts';
import { schedules, specWith } from './testing/districts.ts';

/** A year of each, with what is odd about its clock. */
const YEARS = [
  ['America/Chicago', 2026, 'daylight saving time in the north'],
  ['Europe/Dublin', 2027, 'winter time as the exception'],
  ['Pacific/Auckland', 2026, 'daylight saving time in the south'],
  ['America/Sao_Paulo', 2018, 'days that begin at 01:00'],
  ['Africa/Casablanca', 2026, 'a clock that is set back for Ramadan'],
  ['Australia/Lord_Howe', 2026, 'a change of half an hour'],
  ['America/St_Johns', 2006, 'half an hour off, changed at 00:01'],
  ['Asia/Kolkata', 2026, 'half an hour off, never changed'],
  ['Asia/Kathmandu', 2026, 'a quarter of an hour off'],
  ['Pacific/Chatham', 2026, 'a quarter of an hour off, and changed'],
  ['Pacific/Kiritimati', 2026, 'the earliest there is'],
  ['Pacific/Pago_Pago', 2026, 'the latest there is, beside it'],
  ['Pacific/Apia', 2011, 'a date that was skipped, to cross the date line'],
  ['Pacific/Kwajalein', 1993, 'another'],
  ['Africa/Monrovia', 1972, 'seconds off, until it was set forward'],
  ['Europe/London', 1941, 'double summer time'],
] as const;

const utc = (date: string): number => Date.parse(`${date}T00:00Z`);

/** A schedule of the whole year, with special dates where clocks are set or dates skipped. */
const yearOf = (year: number) => {
  const dates = ['-03-08', '-03-29', '-04-05', '-10-25', '-11-04', '-08-21', '-12-30', '-12-31', '-02-15', '-01-07'];
  const special = dates.map((date) => `${year}${date}`);
  return schedules({ startDate: `${year}-01-02`, endDate: `${year}-12-31`, special });
};

function expectToAdjoin(found: readonly FloorInterval[], fromMs: number, toMs: number): void {
  expect([found[0]?.startMs, found.at(-1)?.endMs]).toEqual([fromMs, toMs]);
  const broken = found.filter(({ startMs, endMs, floor }, index) => {
    const next = found[index + 1];
    return startMs >= endMs || (next !== undefined && (next.startMs !== endMs || next.floor === floor));
  });
  expect(broken).toEqual([]);
}

/** @returns the minutes at which a listing says something else, or a class is outside the bounds; undefined when there are none. */
function disagreement(spec: Spec, found: readonly FloorInterval[], fromMs: number, toMs: number): string | undefined {
  const { min, max } = spec.api.replicas;
  let index = 0;
  for (const [minute, { floor, inClass }] of floorsByMinute(spec, fromMs, toMs).entries()) {
    const ms = fromMs + minute * MINUTE_MS;
    while ((found[index]?.endMs ?? Infinity) <= ms) index++;
    const said = found[index]?.floor;
    const bounded = !inClass || (said !== undefined && min <= said && said <= max);
    if (said !== floor || !bounded) return `${new Date(ms).toISOString()}: ${said ?? 'nothing'}, not ${floor}`;
  }
  return undefined;
}

describe('floorsBetween, over a year', () => {
  it.each(YEARS)('agrees minute by minute in %s %i: %s', (timeZone, year) => {
    const [fromMs, toMs] = [utc(`${year}-01-01`), utc(`${year + 1}-01-03`)];
    fc.assert(
      fc.property(yearOf(year), (given) => {
        const spec = specWith(given, timeZone);
        const found = floorsBetween(spec, { fromMs, toMs });
        expectToAdjoin(found, fromMs, toMs);
        expect(disagreement(spec, found, fromMs, toMs)).toBeUndefined();
      }),
      // Found anew each time would make a slow suite of it: other seeds were run when it was written.
      { numRuns: 2, seed: year },
    );
  });
});

describe('floorsBetween', () => {
  const special = ['2026-03-08', '2026-03-09'];
  const schedule = schedules({ startDate: '2026-03-05', endDate: '2026-03-12', special });
  const instant = fc.integer({ min: utc('2026-03-01'), max: utc('2026-03-16') });

  it('covers any range to the millisecond, each neighbour with another floor', () => {
    const range = fc.uniqueArray(instant, { minLength: 2, maxLength: 2 }).map((ends) => ends.sort((a, b) => a - b));
    fc.assert(
      fc.property(schedule, range, (given, [fromMs = 0, toMs = 0]) => {
        expectToAdjoin(floorsBetween(specWith(given), { fromMs, toMs }), fromMs, toMs);
      }),
    );
  });

  it('says the same of a part as of the whole', () => {
    const [fromMs, toMs] = [utc('2026-03-01'), utc('2026-03-16')];
    fc.assert(
      fc.property(schedule, instant, (given, cutMs) => {
        const spec = specWith(given);
        const floors = (range: { fromMs: number; toMs: number }): unknown[] =>
          floorsBetween(spec, range).map(({ startMs, endMs, floor }) => [startMs, endMs, floor]);
        const whole = floors({ fromMs, toMs });
        const parts = [...floors({ fromMs, toMs: cutMs }), ...floors({ fromMs: cutMs, toMs })];
        expect(parts.filter((part) => !whole.some((each) => String(each) === String(part))).length).toBeLessThan(3);
      }),
    );
  });

  it('says of an interval when most are in class, and whether nobody is at times', () => {
    const spec = specWith({
      studentsPerReplica: 1000,
      calendars: [
        {
          name: 'school',
          students: 1500,
          terms: [{ name: 'fall', startDate: '2026-08-17', endDate: '2026-12-18' }],
          bellSchedules: [
            {
              name: 'regular',
              days: ['Tuesday'],
              periods: [
                { name: '1', startTime: '08:00', endTime: '09:00', students: 2100 },
                { name: '2', startTime: '09:05', endTime: '10:00', students: 2900 },
                { name: '3', startTime: '13:00', endTime: '14:00' },
              ],
            },
          ],
        },
      ],
    });
    const day = { fromMs: Date.parse('2026-11-24T06:00Z'), toMs: Date.parse('2026-11-25T06:00Z') };
    expect(floorsBetween(spec, day).map(({ floor, reason }) => `${floor}: ${reason}`)).toEqual([
      '2: nobody is in class',
      '3: up to 2900 students: school (regular period 2)',
      '2: 1500 students: school (regular period 3); nobody is in class',
    ]);
  });

  it('shows a manual floor until it lapses, as one interval while it is above the calendar', () => {
    const calendar = {
      name: 'school',
      students: 1500,
      terms: [{ name: 'fall', startDate: '2026-08-17', endDate: '2026-12-18' }],
      bellSchedules: [
        { name: 'regular', days: ['Tuesday'], periods: [{ name: '1', startTime: '08:00', endTime: '09:00' }] },
      ],
    };
    const prescale = { replicas: 8, until: '2026-11-24T15:30:00Z', reason: 'state tests' };
    const spec = specWith({ calendars: [calendar], prescale });
    const day = { fromMs: Date.parse('2026-11-24T13:00Z'), toMs: Date.parse('2026-11-24T16:00Z') };
    expect(
      floorsBetween(spec, day).map(({ endMs, floor, reason }) => [new Date(endMs).toISOString(), floor, reason]),
    ).toEqual([
      ['2026-11-24T15:30:00.000Z', 8, '8 by hand until 2026-11-24T15:30:00Z (state tests); nobody is in class'],
      ['2026-11-24T16:00:00.000Z', 2, 'nobody is in class'],
    ]);
  });

  it('is one interval without a schedule, and none of no time', () => {
    const spec = specWith(undefined);
    expect(floorsBetween(spec, { fromMs: 0, toMs: 5 })).toEqual([
      { startMs: 0, endMs: 5, floor: 2, reason: 'no schedule: api.replicas.min holds' },
    ]);
    expect(floorsBetween(spec, { fromMs: 5, toMs: 5 })).toEqual([]);
  });

  it("is the same whatever the machine's own zone", () => {
    const spec = specWith(fc.sample(schedule, { numRuns: 1, seed: 3 })[0]);
    const range = { fromMs: utc('2026-03-01'), toMs: utc('2026-03-16') };
    const before = process.env.TZ;
    try {
      const [east, west] = ['Pacific/Kiritimati', 'Pacific/Pago_Pago'].map((machine) => {
        process.env.TZ = machine;
        return { offset: new Date(0).getTimezoneOffset(), floors: floorsBetween(spec, range) };
      });
      expect(east?.offset).not.toBe(west?.offset);
      expect(east?.floors).toEqual(west?.floors);
      expect(east?.floors.length).toBeGreaterThan(3);
    } finally {
      if (before === undefined) delete process.env.TZ;
      else process.env.TZ = before;
    }
  });
});

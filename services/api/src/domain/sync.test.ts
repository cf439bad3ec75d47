import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { correctedMs, lessonKey, planSync, type Catalogue, type DeviceClock, type SyncItem } from './sync.ts';

const JOINED_MS = Date.parse('2026-11-25T08:00:00Z');
const RECEIVED_MS = Date.parse('2026-11-25T09:00:00Z');
const CLOCK: DeviceClock = { sentAtMs: RECEIVED_MS, receivedAtMs: RECEIVED_MS, joinedAtMs: JOINED_MS };
const CATALOGUE: Catalogue = new Map([
  [lessonKey('kindness', 1), [{ id: 'how', kind: 'one', choices: ['a', 'b', 'c'] }]],
  [lessonKey('kindness', 2), [{ id: 'how', kind: 'many', choices: ['a', 'b'] }]],
  [lessonKey('courage', 1), []],
]);

const at = fc.integer({ min: JOINED_MS - 60_000, max: RECEIVED_MS + 60_000 }).map((ms) => new Date(ms).toISOString());
const lesson = fc.constantFrom('kindness', 'courage', 'absent');
const version = fc.integer({ min: 1, max: 2 });
const item: fc.Arbitrary<SyncItem> = fc.oneof(
  fc.record({
    type: fc.constant('progress' as const),
    lessonId: lesson,
    version,
    step: fc.integer({ min: 0, max: 9 }),
    completed: fc.boolean(),
    at,
  }),
  fc.record({
    type: fc.constant('answer' as const),
    lessonId: lesson,
    version,
    activityId: fc.constantFrom('how', 'why'),
    choices: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
    at,
  }),
);
const checkIn = fc.record({
  type: fc.constant('check-in' as const),
  id: fc.uuid(),
  feeling: fc.constantFrom('calm', 'worried'),
  intensity: fc.integer({ min: 1, max: 5 }),
  needsHelp: fc.boolean(),
  at,
});
const items = fc.array(fc.oneof(item, checkIn), { maxLength: 12 });

const written = (batch: readonly SyncItem[]) => {
  const { progress, answers, checkIns } = planSync(batch, CATALOGUE, CLOCK);
  return { progress, answers, checkIns };
};

describe('a batch', () => {
  it('comes to the same in whatever order its items are', () => {
    const shuffled = items.chain((batch) =>
      fc.tuple(fc.constant(batch), fc.shuffledSubarray(batch, { minLength: batch.length })),
    );
    fc.assert(
      fc.property(shuffled, ([batch, other]) => {
        expect(written(other)).toEqual(written(batch));
      }),
    );
  });

  it('comes to the same when items are in it twice', () => {
    fc.assert(
      fc.property(items, (batch) => {
        expect(written([...batch, ...batch])).toEqual(written(batch));
      }),
    );
  });

  it('says of each item whether it is taken, and writes no other', () => {
    fc.assert(
      fc.property(items, (batch) => {
        const plan = planSync(batch, CATALOGUE, CLOCK);
        expect(plan.refusals).toHaveLength(batch.length);
        const taken = batch.filter((_, index) => plan.refusals[index] === undefined);
        expect(written(taken)).toEqual(written(batch));
        const writes = plan.progress.length + plan.answers.length + plan.checkIns.length;
        expect(writes > 0).toBe(taken.length > 0);
        expect(writes).toBeLessThanOrEqual(taken.length);
      }),
    );
  });

  it('takes one check-in of an id', () => {
    const one = { type: 'check-in', id: 'a', feeling: 'calm', intensity: 1, needsHelp: false } as const;
    const batch = [
      { ...one, at: '2026-11-25T08:30:00Z' },
      { ...one, at: '2026-11-25T08:31:00Z' },
      { ...one, at: '2026-11-25T08:30:00Z', needsHelp: true },
    ];
    const { checkIns, refusals } = planSync(batch, CATALOGUE, CLOCK);
    expect(checkIns).toMatchObject([{ id: 'a', needsHelp: false, feltAtMs: Date.parse('2026-11-25T08:30:00Z') }]);
    expect(refusals).toEqual([undefined, undefined, 'id']);
  });

  it('takes a check-in whatever its time is, and nothing else of a time that is none', () => {
    const at = '2026-12-31T23:59:60Z';
    const checkIn = { type: 'check-in', id: 'a', feeling: 'scared', intensity: 5, needsHelp: true, at } as const;
    const progress = { type: 'progress', lessonId: 'courage', version: 1, step: 1, completed: false, at } as const;
    const { checkIns, refusals } = planSync([checkIn, progress], CATALOGUE, CLOCK);
    expect(checkIns).toMatchObject([{ id: 'a', feltAtMs: RECEIVED_MS }]);
    expect(refusals).toEqual([undefined, 'time']);
  });

  it.each<[string, SyncItem, string | undefined]>([
    [
      'an unknown lesson',
      { type: 'progress', lessonId: 'absent', version: 1, step: 1, completed: false, at: '2026-11-25T08:30:00Z' },
      'lesson',
    ],
    [
      'a version that students do not have',
      { type: 'progress', lessonId: 'courage', version: 2, step: 1, completed: false, at: '2026-11-25T08:30:00Z' },
      'lesson',
    ],
    [
      'an unknown activity',
      { type: 'answer', lessonId: 'courage', version: 1, activityId: 'how', choices: [0], at: '2026-11-25T08:30:00Z' },
      'activity',
    ],
    [
      'a choice too many',
      {
        type: 'answer',
        lessonId: 'kindness',
        version: 1,
        activityId: 'how',
        choices: [0, 1],
        at: '2026-11-25T08:30:00Z',
      },
      'choices',
    ],
    [
      'what another version of the lesson takes',
      {
        type: 'answer',
        lessonId: 'kindness',
        version: 2,
        activityId: 'how',
        choices: [0, 1],
        at: '2026-11-25T08:30:00Z',
      },
      undefined,
    ],
  ])('is asked for %s', (_, one, refusal) => {
    expect(planSync([one], CATALOGUE, CLOCK).refusals).toEqual([refusal]);
  });
});

describe('the clock of a device', () => {
  it('that is wrong by any amount changes no time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: JOINED_MS, max: RECEIVED_MS }),
        fc.integer({ min: -1e10, max: 1e10 }),
        (trueMs, wrongMs) => {
          const clock = { ...CLOCK, sentAtMs: RECEIVED_MS + wrongMs };
          expect(correctedMs(new Date(trueMs + wrongMs).toISOString(), clock)).toBe(trueMs);
        },
      ),
    );
  });

  it('that jumps brings nothing from the future, and nothing from before the student was there', () => {
    expect(correctedMs('2031-01-01T00:00:00Z', CLOCK)).toBe(RECEIVED_MS);
    expect(correctedMs('1970-01-01T00:00:00Z', CLOCK)).toBe(JOINED_MS);
  });
});

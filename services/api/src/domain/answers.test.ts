import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choicesTaken, laterAnswer, type Activity } from './answers.ts';

const activity = (kind: Activity['kind']): Activity => ({ id: 'how', kind, choices: ['never', 'sometimes', 'often'] });

describe('the choices of an answer', () => {
  it.each<[Activity['kind'], number[], number[] | undefined]>([
    ['one', [2], [2]],
    ['one', [], undefined],
    ['one', [0, 1], undefined],
    ['one', [3], undefined],
    ['scale', [0], [0]],
    ['scale', [1, 1], undefined],
    ['many', [], []],
    ['many', [2, 0], [0, 2]],
    ['many', [1, 1], undefined],
    ['many', [0, 3], undefined],
  ])('of an activity "%s": %j are taken as %j', (kind, given, taken) => {
    expect(choicesTaken(activity(kind), given)).toEqual(taken);
  });
});

describe('the answer that counts', () => {
  const answer = fc.record({
    version: fc.integer({ min: 1, max: 2 }),
    choices: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
    answeredAtMs: fc.integer({ min: 0, max: 2 }),
  });

  it('is the later one', () => {
    const early = { version: 2, choices: [2], answeredAtMs: 1 };
    const late = { version: 1, choices: [0], answeredAtMs: 2 };
    expect(laterAnswer(early, late)).toBe(late);
    expect(laterAnswer(late, early)).toBe(late);
  });

  it('does not depend on order, grouping or repetition', () => {
    fc.assert(
      fc.property(answer, answer, answer, (a, b, c) => {
        expect(laterAnswer(a, b)).toEqual(laterAnswer(b, a));
        expect(laterAnswer(laterAnswer(a, b), c)).toEqual(laterAnswer(a, laterAnswer(b, c)));
        expect(laterAnswer(a, a)).toEqual(a);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeProgress, type Progress } from './progress.ts';

const time = fc.integer({ min: 0, max: 5 });
const progress: fc.Arbitrary<Progress> = fc.record({
  step: fc.integer({ min: 0, max: 50 }),
  version: fc.integer({ min: 1, max: 4 }),
  startedAtMs: time,
  completedAtMs: fc.option(time),
});

describe('merging progress', () => {
  it('does not depend on the order', () => {
    fc.assert(
      fc.property(progress, progress, (a, b) => {
        expect(mergeProgress(a, b)).toEqual(mergeProgress(b, a));
      }),
    );
  });

  it('does not depend on the grouping', () => {
    fc.assert(
      fc.property(progress, progress, progress, (a, b, c) => {
        expect(mergeProgress(mergeProgress(a, b), c)).toEqual(mergeProgress(a, mergeProgress(b, c)));
      }),
    );
  });

  it('changes nothing when the same is told again', () => {
    fc.assert(
      fc.property(progress, progress, (a, b) => {
        const merged = mergeProgress(a, b);
        for (const again of [a, b, merged]) expect(mergeProgress(merged, again)).toEqual(merged);
      }),
    );
  });

  it('never takes a step back, and never undoes a lesson', () => {
    fc.assert(
      fc.property(progress, progress, (a, b) => {
        const merged = mergeProgress(a, b);
        expect(merged.step).toBeGreaterThanOrEqual(a.step);
        expect(merged.version).toBeGreaterThanOrEqual(a.version);
        expect(merged.startedAtMs).toBeLessThanOrEqual(a.startedAtMs);
        if (a.completedAtMs !== null) expect(merged.completedAtMs).toBeLessThanOrEqual(a.completedAtMs);
      }),
    );
  });

  it('keeps the first time that a lesson was done', () => {
    const begun = { step: 2, version: 1, startedAtMs: 10, completedAtMs: null };
    const done = { step: 4, version: 1, startedAtMs: 5, completedAtMs: 30 };
    const doneAgain = { step: 1, version: 2, startedAtMs: 40, completedAtMs: 50 };
    expect([begun, done, doneAgain].reduce(mergeProgress)).toEqual({
      step: 4,
      version: 2,
      startedAtMs: 5,
      completedAtMs: 30,
    });
  });
});

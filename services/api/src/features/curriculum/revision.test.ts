import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Revision } from './revision.ts';

/** A database whose answers can be counted, put off and refused, and a clock. */
function scene(first = 1) {
  const state = { revision: first, reads: 0, now: 1, answer: async () => Promise.resolve() };
  const revision = new Revision(
    async () => {
      state.reads += 1;
      const read = state.revision;
      await state.answer();
      return read;
    },
    () => state.now,
  );
  return { state, revision };
}

describe('Revision', () => {
  it('is asked for once by however many, and then known for two seconds', async () => {
    const { state, revision } = scene();
    expect(revision.known()).toBeUndefined();
    expect(await Promise.all([revision.current(), revision.current()])).toEqual([1, 1]);
    expect(revision.known()).toBe(1);
    expect(state.reads).toBe(1);
    state.revision = 2;
    state.now += 2_000;
    expect(revision.known()).toBeUndefined();
    expect(await revision.current()).toBe(2);
  });

  it('is looked at again before its time is over, with nobody waiting', async () => {
    const { state, revision } = scene();
    await revision.current();
    state.revision = 2;
    state.now += 1_000;
    expect(revision.known()).toBe(1);
    expect(state.reads).toBe(2);
    await setImmediate();
    state.now += 1_999;
    expect(revision.known()).toBe(2);
  });

  it('hears of a publication at once, and never goes back', async () => {
    const { state, revision } = scene(5);
    await revision.current();
    revision.told(7);
    expect(revision.known()).toBe(7);
    for (const wrong of [6, Number.NaN, 7.5]) revision.told(wrong);
    expect(revision.known()).toBe(7);
    state.now += 2_000;
    // A reading that began before the publication may end after it.
    expect(await revision.current()).toBe(7);
  });

  it('goes by what it knows while the database is away, and does not ask it with every request', async () => {
    const { state, revision } = scene();
    await revision.current();
    state.now += 2_000;
    state.answer = async () => Promise.reject(new Error('away'));
    expect(await revision.current()).toBe(1);
    expect(state.reads).toBe(2);
    expect(await revision.current()).toBe(1);
    expect(state.reads).toBe(2);
  });

  it('waits a moment for a database that does not answer, and no longer', async () => {
    const { state, revision } = scene();
    await revision.current();
    state.now += 2_000;
    state.answer = async () => new Promise(() => undefined);
    expect(await revision.current()).toBe(1);
  });

  it('fails when nothing was ever known, and is asked for again', async () => {
    const { state, revision } = scene();
    state.answer = async () => Promise.reject(new Error('away'));
    await expect(revision.current()).rejects.toThrow('away');
    state.answer = async () => Promise.resolve();
    expect(await revision.current()).toBe(1);
  });
});

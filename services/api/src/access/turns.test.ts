import { describe, expect, it } from 'vitest';
import { Turns } from './turns.ts';

/** Work that ends when it is told to. */
function job() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let started = false;
  const work = async (): Promise<string> => {
    started = true;
    return promise;
  };
  return { work, end: resolve, fail: reject, hasStarted: () => started };
}

describe('turns', () => {
  it('does two at once, the next when one has ended, and refuses what would wait too long', async () => {
    const turns = new Turns(2, 1);
    const [first, second, third, fourth] = [job(), job(), job(), job()];
    const done = [turns.take(first.work), turns.take(second.work), turns.take(third.work)];
    expect(turns.take(fourth.work)).toBeUndefined();
    expect([first, second, third].map((each) => each.hasStarted())).toEqual([true, true, false]);
    second.end('second');
    expect(await done[1]).toBe('second');
    expect(third.hasStarted()).toBe(true);
    first.end('first');
    third.end('third');
    expect(await Promise.all(done.map(async (each) => each))).toEqual(['first', 'second', 'third']);
    expect(fourth.hasStarted()).toBe(false);
  });

  it('goes on after work that failed', async () => {
    const turns = new Turns(1, 1);
    const [first, second] = [job(), job()];
    const failing = turns.take(first.work);
    const waiting = turns.take(second.work);
    first.fail(new Error('failed'));
    await expect(failing).rejects.toThrow('failed');
    second.end('second');
    expect(await waiting).toBe('second');
    expect(await turns.take(async () => Promise.resolve('third'))).toBe('third');
  });
});

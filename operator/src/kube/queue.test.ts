import fc from 'fast-check';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createKubeMetrics } from './metrics.ts';
import { WorkQueue } from './queue.ts';

const newQueue = (): WorkQueue => new WorkQueue({ name: 'test', metrics: createKubeMetrics(new Registry()) });

/** Takes a key as soon as there is one. */
function arrival(queue: WorkQueue): { key?: string | undefined } {
  const arrived: { key?: string | undefined } = {};
  void queue.take().then((key) => (arrived.key = key));
  return arrived;
}

describe('WorkQueue', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('holds a key once however often it is added', async () => {
    const queue = newQueue();
    for (const key of ['a', 'b', 'a', 'a']) queue.add(key);
    expect(await queue.take()).toBe('a');
    expect(await queue.take()).toBe('b');
    const third = arrival(queue);
    await vi.advanceTimersByTimeAsync(1000);
    expect(third.key).toBeUndefined();
  });

  it('works again on a key that was added during its work, and only after it', async () => {
    const queue = newQueue();
    queue.add('a');
    await queue.take();
    queue.add('a');
    const second = arrival(queue);
    await vi.advanceTimersByTimeAsync(1000);
    expect(second.key).toBeUndefined();
    queue.done('a');
    await vi.advanceTimersByTimeAsync(0);
    expect(second.key).toBe('a');
  });

  it('doubles the delay with each failure until the key is forgotten', async () => {
    const queue = newQueue();
    const waited = async (): Promise<number> => {
      const start = performance.now();
      queue.addRateLimited('a');
      const taken = queue.take();
      await vi.runAllTimersAsync();
      queue.done((await taken) ?? '');
      return Math.round(performance.now() - start);
    };
    expect([await waited(), await waited(), await waited()]).toEqual([5, 10, 20]);
    queue.forget('a');
    expect(await waited()).toBe(5);
  });

  it('lets no key that is due wait for longer than that', async () => {
    const queue = newQueue();
    for (let failures = 0; failures < 200; failures += 1) queue.addRateLimited('a');
    queue.addRateLimited('a', 60_000);
    const taken = arrival(queue);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(taken.key).toBe('a');
  });

  it('doubles the delay up to 1000 s and no further', async () => {
    const queue = newQueue();
    for (let failures = 0; failures < 200; failures += 1) queue.addRateLimited('a');
    const taken = arrival(queue);
    await vi.advanceTimersByTimeAsync(999_000);
    expect(taken.key).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(taken.key).toBe('a');
  });

  it.each([
    ['sooner', 5000, 1000],
    ['later', 1000, 5000],
  ])('keeps one timer a key: a %s delay takes the place of the one before', async (_what, first, second) => {
    const queue = newQueue();
    queue.addAfter('a', first);
    queue.addAfter('a', second);
    expect(vi.getTimerCount()).toBe(1);
    const taken = arrival(queue);
    await vi.advanceTimersByTimeAsync(second - 1);
    expect(taken.key).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(taken.key).toBe('a');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('has nothing pending for a key that is forgotten', async () => {
    const queue = newQueue();
    queue.addAfter('a', 1000);
    queue.addRateLimited('b');
    for (const key of ['a', 'b', 'unknown']) queue.forget(key);
    expect(vi.getTimerCount()).toBe(0);
    const taken = arrival(queue);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(taken.key).toBeUndefined();
  });

  it('works once more on a key whose delay is over during its work', async () => {
    const queue = newQueue();
    queue.add('a');
    await queue.take();
    queue.addAfter('a', 10);
    await vi.advanceTimersByTimeAsync(20);
    queue.done('a');
    expect(await queue.take()).toBe('a');
  });

  it('still works on a key that was added during its work when its outcome is to forget it', async () => {
    const queue = newQueue();
    queue.add('a');
    await queue.take();
    queue.add('a');
    queue.forget('a');
    queue.done('a');
    expect(await queue.take()).toBe('a');
  });

  it('waits longer than a timer can', async () => {
    const queue = newQueue();
    const days40 = 40 * 24 * 3_600_000;
    queue.addAfter('a', days40);
    const taken = arrival(queue);
    await vi.advanceTimersByTimeAsync(days40 - 1000);
    expect(taken.key).toBeUndefined();
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(taken.key).toBe('a');
  });

  it('sends idle workers home when it is closed, and takes nothing more', async () => {
    const queue = newQueue();
    const idle = queue.take();
    queue.addAfter('later', 10);
    queue.addAfter('much later', 2 ** 40);
    queue.close();
    queue.add('a');
    queue.addAfter('a', 10);
    queue.addRateLimited('a');
    expect(await idle).toBeUndefined();
    expect(await queue.take()).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('loses no key and never gives one to two workers, whatever is added when', async () => {
    const commands = fc.array(
      fc.record({ key: fc.constantFrom('a', 'b', 'c'), do: fc.constantFrom('add', 'take', 'done') }),
    );
    await fc.assert(
      fc.asyncProperty(commands, async (steps) => {
        const queue = newQueue();
        const active = new Set<string>();
        const owed = new Set<string>();
        const took = (key: string | undefined): void => {
          if (key === undefined) return;
          expect(active.has(key)).toBe(false);
          active.add(key);
          owed.delete(key);
        };
        for (const step of steps) {
          if (step.do === 'add') {
            queue.add(step.key);
            owed.add(step.key);
          } else if (step.do === 'take') void queue.take().then(took);
          else if (active.delete(step.key)) queue.done(step.key);
          await vi.advanceTimersByTimeAsync(0);
        }
        for (let round = 0; round < 4; round += 1) {
          for (const key of [...active]) {
            active.delete(key);
            queue.done(key);
          }
          for (let worker = 0; worker < 3; worker += 1) void queue.take().then(took);
          await vi.advanceTimersByTimeAsync(0);
        }
        expect(owed).toEqual(new Set());
        queue.close();
      }),
      { numRuns: 200 },
    );
  });
});

/** Who is served first: groups take turns, and what nobody waits for goes last but is not forgotten. */
import fc from 'fast-check';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createKubeMetrics } from './metrics.ts';
import { WorkQueue } from './queue.ts';

const AGED_MS = 5_000;

const newQueue = (): WorkQueue =>
  new WorkQueue({
    name: 'test',
    groupOf: (key) => key.split('/')[0] ?? '',
    metrics: createKubeMetrics(new Registry()),
  });

/** Works on one key after the other. @returns them in order. */
async function serve(queue: WorkQueue, keys: number): Promise<string[]> {
  const order: string[] = [];
  for (let n = 0; n < keys; n += 1) {
    const key = (await queue.take()) ?? '';
    order.push(key);
    queue.done(key);
  }
  return order;
}

describe('the order of a WorkQueue', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('serves a quiet namespace within one round, however much another adds', async () => {
    const queue = newQueue();
    for (let n = 0; n < 1000; n += 1) queue.add(`flapping/${n}`);
    queue.add('quiet/a');
    expect(await serve(queue, 2)).toEqual(['flapping/0', 'quiet/a']);
  });

  it('lets nobody wait for longer than one key of each other namespace, whatever is added meanwhile', async () => {
    const group = fc.constantFrom('a', 'b', 'c', 'd');
    const flood = fc.array(fc.tuple(group, fc.nat(50)), { minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(flood, fc.array(fc.array(fc.tuple(group, fc.nat(50)))), async (first, rounds) => {
        const queue = newQueue();
        for (const [name, n] of first) queue.add(`${name}/${n}`);
        queue.add('quiet/key');
        const served: string[] = [];
        for (const added of [...rounds, [], [], [], [], []]) {
          for (const [name, n] of added) queue.add(`${name}/${n}`);
          const before = served.length;
          served.push(...(await serve(queue, 1)));
          if (served[before] === 'quiet/key') break;
          queue.add(`${served[before]?.split('/')[0] ?? ''}/again`);
        }
        expect(served.indexOf('quiet/key')).toBeGreaterThanOrEqual(0);
        expect(served.length).toBeLessThanOrEqual(5);
        queue.close();
      }),
      { numRuns: 50 },
    );
  });

  it('serves what somebody waits for before what a start brought', async () => {
    const queue = newQueue();
    for (const key of ['a/1', 'a/2', 'b/1']) queue.add(key, 'low');
    queue.add('c/fresh');
    expect(await serve(queue, 4)).toEqual(['c/fresh', 'a/1', 'b/1', 'a/2']);
  });

  it('serves keys of low priority at every other turn once they have aged', async () => {
    const queue = newQueue();
    for (let n = 0; n < 3; n += 1) queue.add(`low/${n}`, 'low');
    await vi.advanceTimersByTimeAsync(AGED_MS);
    for (let n = 0; n < 5; n += 1) queue.add(`new/${n}`);
    expect(await serve(queue, 8)).toEqual(['new/0', 'low/0', 'new/1', 'low/1', 'new/2', 'low/2', 'new/3', 'new/4']);
  });

  it('does not age them before their time', async () => {
    const queue = newQueue();
    queue.add('low/0', 'low');
    await vi.advanceTimersByTimeAsync(AGED_MS - 1);
    for (let n = 0; n < 3; n += 1) queue.add(`new/${n}`);
    expect(await serve(queue, 4)).toEqual(['new/0', 'new/1', 'new/2', 'low/0']);
  });

  it('never starves a key of low priority, as long as anyone is served', async () => {
    const queue = newQueue();
    queue.add('low/0', 'low');
    await vi.advanceTimersByTimeAsync(AGED_MS);
    const served: string[] = [];
    for (let n = 0; n < 2; n += 1) {
      queue.add(`busy/${n}`);
      queue.add(`busy/${n + 100}`);
      served.push(...(await serve(queue, 1)));
    }
    expect(served).toContain('low/0');
  });

  it('moves a key up that is added with a higher priority, and does not move it down again', async () => {
    const queue = newQueue();
    for (const key of ['a/1', 'a/2', 'a/3']) queue.add(key, 'low');
    queue.add('a/3');
    queue.add('a/3', 'low');
    expect(await serve(queue, 3)).toEqual(['a/3', 'a/1', 'a/2']);
  });

  it('remembers the higher of the priorities with which a key was added during its work', async () => {
    const queue = newQueue();
    queue.add('a/1');
    await queue.take();
    queue.add('a/1');
    queue.add('a/1', 'low');
    queue.add('b/1', 'low');
    queue.done('a/1');
    expect(await serve(queue, 2)).toEqual(['a/1', 'b/1']);
  });
});

/** What a Controller makes of each outcome of a reconcile. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Outcome } from './controller.ts';
import { controlled } from './testing/controlled.ts';
import { currentWork } from './work.ts';

/** Ends with one outcome after the other, and then with `done`. */
function ending(...outcomes: (Outcome | Error)[]) {
  const keys: string[] = [];
  const reconcile = async (key: string): Promise<Outcome> => {
    keys.push(key);
    await Promise.resolve();
    const next = outcomes.shift() ?? { is: 'done' };
    if (next instanceof Error) throw next;
    return next;
  };
  return { keys, reconcile };
}

describe('Controller', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it.each<[string, Outcome | Error, string, number | undefined]>([
    ['done', { is: 'done' }, 'success', undefined],
    ['to be asked again', { is: 'requeueAfter', ms: 60_000 }, 'requeue_after', 60_000],
    ['failed', { is: 'retry', error: new Error('x') }, 'error', 5],
    ['failed with an exception', new Error('x'), 'error', 5],
    ['failed for good', { is: 'terminal', error: new Error('x') }, 'error', undefined],
  ])('counts a reconcile that is %s, and comes back to it when it should', async (_what, outcome, result, afterMs) => {
    const { keys, reconcile } = ending(outcome);
    const { controller, queue, measured } = controlled(reconcile);
    controller.start();
    queue.add('n/a');
    await vi.advanceTimersByTimeAsync(0);
    expect(await measured('reconcile_total', { result })).toBe(1);
    expect(vi.getTimerCount()).toBe(afterMs === undefined ? 0 : 1);
    await vi.advanceTimersByTimeAsync((afterMs ?? 1) - 1);
    expect(keys).toEqual(['n/a']);
    await vi.advanceTimersByTimeAsync(2_000_000);
    expect(keys).toEqual(afterMs === undefined ? ['n/a'] : ['n/a', 'n/a']);
    await controller.stop(0);
  });

  it.each<[string, Outcome, number, number]>([
    ['a failure', { is: 'retry', error: 'x' }, 1, 0],
    ['a failure that waits for a change', { is: 'terminal', error: 'x' }, 1, 1],
    ['a success', { is: 'done' }, 0, 0],
  ])('counts the errors of %s', async (_what, outcome, errors, terminal) => {
    const { controller, queue, measured } = controlled(ending(outcome).reconcile);
    controller.start();
    queue.add('n/a');
    await vi.advanceTimersByTimeAsync(0);
    expect(await measured('reconcile_errors_total')).toBe(errors);
    expect(await measured('terminal_reconcile_errors_total')).toBe(terminal);
    await controller.stop(0);
  });

  it('waits longer after each failure in a row, and after a success begins anew', async () => {
    const fault: Outcome = { is: 'retry', error: new Error('x') };
    const { keys, reconcile } = ending(fault, fault, fault, { is: 'requeueAfter', ms: 1_000 }, fault);
    const { controller, queue } = controlled(reconcile);
    controller.start();
    queue.add('n/a');
    const runs: number[] = [];
    for (const ms of [0, 5, 10, 20, 1_000, 5]) {
      await vi.advanceTimersByTimeAsync(ms);
      runs.push(keys.length);
    }
    expect(runs).toEqual([1, 2, 3, 4, 5, 6]);
    await controller.stop(0);
  });

  it('reconciles at once what changes while it waits, and forgets the wait', async () => {
    const { keys, reconcile } = ending({ is: 'requeueAfter', ms: 60_000 });
    const { controller, queue } = controlled(reconcile);
    controller.start();
    queue.add('n/a');
    await vi.advanceTimersByTimeAsync(1_000);
    queue.add('n/a');
    await vi.advanceTimersByTimeAsync(0);
    expect(keys).toHaveLength(2);
    expect(vi.getTimerCount()).toBe(0);
    await controller.stop(0);
  });

  it.each([new TypeError('x is undefined'), new RangeError('too long'), new SyntaxError('unexpected')])(
    'contains a mistake of the program (%s), counts it apart, says where it was made, and tries again',
    async (mistake) => {
      const { keys, reconcile } = ending(mistake);
      const { controller, queue, measured, log } = controlled(reconcile);
      controller.start();
      queue.add('n/a');
      await vi.advanceTimersByTimeAsync(5);
      expect(keys).toEqual(['n/a', 'n/a']);
      expect(await measured('reconcile_panics_total')).toBe(1);
      expect(await measured('reconcile_errors_total')).toBe(1);
      expect(log.lines[0]).toMatchObject({
        level: 'error',
        fields: { stack: expect.stringContaining(mistake.name) as string },
      });
      await controller.stop(0);
    },
  );

  it('counts a mistake also when the reconcile hands it back instead of throwing it', async () => {
    const { controller, queue, measured } = controlled(
      ending({ is: 'retry', error: new TypeError('x is undefined') }).reconcile,
    );
    controller.start();
    queue.add('n/a');
    await vi.advanceTimersByTimeAsync(0);
    expect(await measured('reconcile_panics_total')).toBe(1);
    await controller.stop(0);
  });

  it('does not count a fault of the world as a mistake', async () => {
    const { controller, queue, measured } = controlled(ending(new Error('connection refused')).reconcile);
    controller.start();
    queue.add('n/a');
    await vi.advanceTimersByTimeAsync(0);
    expect(await measured('reconcile_panics_total')).toBe(0);
    await controller.stop(0);
  });

  it('lets all else be heard between reconciles that wait for nothing', async () => {
    vi.useRealTimers();
    const { keys, reconcile } = ending();
    const { controller, queue } = controlled(reconcile, { workers: 4 });
    for (let index = 0; index < 1_000; index += 1) queue.add(`n/${index}`);
    const heard = new Promise((resolve) => {
      setTimeout(() => {
        resolve(keys.length);
      }, 0);
    });
    controller.start();
    expect(await heard).toBeLessThan(1_000);
    await vi.waitFor(() => {
      expect(keys).toHaveLength(1_000);
    });
    await controller.stop(0);
  });

  it('gives each reconcile an id of its own, and a logger whose lines carry it with the key', async () => {
    const ids: (string | undefined)[] = [];
    const { controller, queue, log } = controlled(async (_key, given) => {
      await Promise.resolve();
      given.info({}, 'at work');
      ids.push(currentWork()?.id);
      return { is: 'done' };
    });
    controller.start();
    for (const key of ['n/a', 'n/b']) queue.add(key);
    await vi.waitFor(() => {
      expect(new Set(ids).size).toBe(2);
    });
    expect(log.carried).toEqual([
      { controller: 'test', key: 'n/a', reconcileID: ids[0] },
      { controller: 'test', key: 'n/b', reconcileID: ids[1] },
    ]);
    await controller.stop(0);
  });

  it('measures how many requests each reconcile sent, also side by side, and how long it took', async () => {
    const { controller, queue, measured } = controlled(
      async (key) => {
        for (let n = 0; n < Number(key); n += 1) {
          await new Promise((resolve) => setTimeout(resolve, 100));
          const work = currentWork();
          if (work !== undefined) work.requests += 1;
        }
        return { is: 'done' };
      },
      { workers: 2 },
    );
    controller.start();
    for (const key of ['0', '2', '5']) queue.add(key);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await measured('reconcile_requests_count')).toBe(3);
    expect(await measured('reconcile_requests_sum')).toBe(7);
    expect(await measured('reconcile_time_seconds_sum')).toBeCloseTo(0.7);
    await controller.stop(0);
  });
});

/** How a Controller's reconciles end before they are done: by time, by an orderly stop, by the loss of the lease. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Outcome } from './controller.ts';
import { controlled } from './testing/controlled.ts';
import { currentWork } from './work.ts';

/** Takes its time, and is broken off by its signal as a request is. */
async function takes(ms: number): Promise<Outcome> {
  const signal = currentWork()?.signal;
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
  return { is: 'done' };
}

describe('a Controller whose reconcile takes too long', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('breaks it off, counts it, says so, and tries again', async () => {
    const { controller, queue, measured, log } = controlled(async () => takes(5_000), { timeoutMs: 1_000 });
    controller.start();
    queue.add('n/a');
    await vi.advanceTimersByTimeAsync(999);
    expect(await measured('reconcile_timeouts_total')).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(await measured('reconcile_timeouts_total')).toBe(1);
    expect(log.lines).toMatchObject([{ level: 'error', fields: { error: 'it took longer than 1 s' } }]);
    expect(await measured('reconcile_total', { result: 'error' })).toBe(1);
    expect(await measured('reconcile_panics_total')).toBe(0);
    await vi.advanceTimersByTimeAsync(5);
    expect(await measured('active_workers')).toBe(1);
    controller.abort();
  });

  it('leaves no timer behind when it is done in time', async () => {
    const { controller, queue, measured } = controlled(async () => takes(10), { timeoutMs: 1_000 });
    controller.start();
    queue.add('n/a');
    await vi.advanceTimersByTimeAsync(10);
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await measured('reconcile_timeouts_total')).toBe(0);
    await controller.stop(0);
  });

  it('holds up nobody else meanwhile', async () => {
    const done: string[] = [];
    const { controller, queue, measured } = controlled(
      async (key) => {
        await takes(key === 'slow' ? 900 : 1);
        done.push(key);
        return { is: 'done' };
      },
      { workers: 2 },
    );
    controller.start();
    expect([await measured('max_concurrent_reconciles'), await measured('active_workers')]).toEqual([2, 0]);
    for (const key of ['slow', 'a', 'b', 'c']) queue.add(key);
    await vi.waitFor(() => {
      expect(done).toEqual(['a', 'b', 'c']);
    });
    expect(await measured('active_workers')).toBe(1);
    await vi.advanceTimersByTimeAsync(900);
    expect(done).toEqual(['a', 'b', 'c', 'slow']);
    expect(await measured('active_workers')).toBe(0);
    await controller.stop(0);
  });
});

describe('a Controller that is stopped', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('finishes what is under way, begins nothing else, and says that all are done', async () => {
    const begun: string[] = [];
    const { controller, queue, measured } = controlled(async (key) => {
      begun.push(key);
      return takes(100);
    });
    controller.start();
    for (const key of ['a', 'b']) queue.add(key);
    await vi.advanceTimersByTimeAsync(1);
    const stopped = controller.stop(30_000);
    await vi.advanceTimersByTimeAsync(100);
    expect(await stopped).toBe(true);
    expect(begun).toEqual(['a']);
    expect(await measured('reconcile_total', { result: 'success' })).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('comes to its end at once when nobody is at work', async () => {
    const { controller } = controlled(async () => takes(1), { workers: 5 });
    controller.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(await controller.stop(30_000)).toBe(true);
  });

  it('keeps no key for later, whatever became of the last ones', async () => {
    const { controller, queue } = controlled(async () => {
      await takes(10);
      return { is: 'requeueAfter', ms: 5 };
    });
    controller.start();
    queue.add('a');
    await vi.advanceTimersByTimeAsync(1);
    const stopped = controller.stop(30_000);
    await vi.advanceTimersByTimeAsync(10);
    expect(await stopped).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('breaks off those at work at once when it may not write any more', async () => {
    const { controller, queue, measured, log } = controlled(async () => takes(500), { workers: 2 });
    controller.start();
    for (const key of ['a', 'b', 'c']) queue.add(key);
    await vi.advanceTimersByTimeAsync(1);
    controller.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(await measured('active_workers')).toBe(0);
    expect(log.lines.map(({ fields }) => fields)).toEqual([
      { error: 'the process is stopping' },
      { error: 'the process is stopping' },
    ]);
    expect(await measured('reconcile_timeouts_total')).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a Controller whose workers do not come to an end', () => {
  it('waits for them as long as it was told, then breaks them off and says so', async () => {
    let brokenOff = false;
    const { controller, queue } = controlled(
      async () =>
        new Promise(() => {
          currentWork()?.signal.addEventListener('abort', () => (brokenOff = true));
        }),
      { timeoutMs: 60_000 },
    );
    controller.start();
    queue.add('a');
    await new Promise((resolve) => setImmediate(resolve));
    expect(await controller.stop(20)).toBe(false);
    expect(brokenOff).toBe(true);
  });
});

/** What a queue measures, under the names that controller-runtime's dashboards ask for. */
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createKubeMetrics } from './metrics.ts';
import { WorkQueue } from './queue.ts';

function measured() {
  const registry = new Registry();
  const queue = new WorkQueue({ name: 'test', metrics: createKubeMetrics(registry) });
  /** @returns a sample, by the end of its name and the value of its label. */
  const sample = async (name: string, labels: Readonly<Record<string, string>> = {}): Promise<number | undefined> => {
    const base = name.replace(/_(sum|count)$/, '');
    const { values = [] } = (await registry.getSingleMetric(`workqueue_${base}`)?.get()) ?? {};
    const wanted = Object.entries({ name: 'test', controller: 'test', ...labels });
    return values.find((value) => {
      const { metricName = `workqueue_${base}` } = value as { readonly metricName?: string };
      const given = value.labels as Readonly<Record<string, unknown>>;
      return metricName === `workqueue_${name}` && wanted.every(([label, text]) => given[label] === text);
    })?.value;
  };
  return { queue, sample };
}

describe("a WorkQueue's metrics", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('count what waits by priority, also when a key is moved up, taken or dropped', async () => {
    const { queue, sample } = measured();
    const depths = async () => [await sample('depth', { priority: '0' }), await sample('depth', { priority: '-100' })];
    queue.add('a');
    queue.add('b', 'low');
    queue.add('c', 'low');
    expect(await depths()).toEqual([1, 2]);
    queue.add('b');
    expect(await depths()).toEqual([2, 1]);
    await queue.take();
    expect(await depths()).toEqual([1, 1]);
    queue.close();
    expect(await depths()).toEqual([0, 0]);
  });

  it('count each key once for each time that it begins to wait', async () => {
    const { queue, sample } = measured();
    for (const key of ['a', 'a', 'b']) queue.add(key);
    queue.add('c', 'low');
    queue.add('c');
    expect(await sample('adds_total')).toBe(3);
    await queue.take();
    queue.add('a');
    expect(await sample('adds_total')).toBe(3);
    queue.done('a');
    expect(await sample('adds_total')).toBe(4);
  });

  it('count what is tried again', async () => {
    const { queue, sample } = measured();
    queue.addRateLimited('a');
    queue.addRateLimited('a');
    queue.addAfter('b', 5);
    expect(await sample('retries_total')).toBe(2);
  });

  it('tell how long a key waited, from its first add on, and how long it was worked on', async () => {
    const { queue, sample } = measured();
    queue.add('a', 'low');
    await vi.advanceTimersByTimeAsync(2_000);
    queue.add('a');
    await vi.advanceTimersByTimeAsync(1_000);
    await queue.take();
    expect(await sample('queue_duration_seconds_sum')).toBeCloseTo(3);
    await vi.advanceTimersByTimeAsync(4_000);
    queue.done('a');
    expect(await sample('work_duration_seconds_sum')).toBeCloseTo(4);
    expect(await sample('work_duration_seconds_count')).toBe(1);
  });

  it('tell at the moment of reading how much work is not done, and for how long the eldest has run', async () => {
    const { queue, sample } = measured();
    queue.add('a');
    queue.add('b');
    await queue.take();
    await vi.advanceTimersByTimeAsync(3_000);
    await queue.take();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await sample('unfinished_work_seconds')).toBeCloseTo(5);
    expect(await sample('longest_running_processor_seconds')).toBeCloseTo(4);
    queue.done('a');
    queue.done('b');
    expect(await sample('unfinished_work_seconds')).toBe(0);
    expect(await sample('longest_running_processor_seconds')).toBe(0);
  });
});

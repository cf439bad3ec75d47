/** What a Reflector makes of faults, and what it measures. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WatchEvent } from './client.ts';
import { ApiError } from './errors.ts';
import { changed, object, scripted, start } from './testing/scripted-watches.ts';

const STALE_MS = 180_000;

const fails = (error: Error) => (): never => {
  throw error;
};

describe('a Reflector in trouble', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('counts as missed what a relist finds, and nothing of the first list', async () => {
    const { client } = scripted({
      lists: [() => [object('a', 50), object('b', 50)], () => [object('a', 50), object('c', 60)]],
      watches: [() => [changed('ADDED', 'd', 101)], fails(new ApiError(410, undefined))],
    });
    const { stop, ended, measured, log } = start(client);
    await vi.advanceTimersByTimeAsync(0);
    expect(await measured('missed_events_total')).toBe(0);
    await vi.advanceTimersByTimeAsync(5_000);
    // b is gone and c is new; d, told of at 101, is younger than the list.
    expect(await measured('missed_events_total')).toBe(2);
    expect(await measured('lists_total')).toBe(2);
    expect(await measured('failures_total')).toBe(1);
    expect(log.lines.map(({ level, message }) => `${level}: ${message}`)).toEqual([
      'info: watch expired; listing anew',
    ]);
    stop.abort();
    await ended;
  });

  it.each([
    ['a list', { lists: [fails(new ApiError(429, undefined, 20_000))] }, 1],
    ['a watch', { watches: [fails(new ApiError(429, undefined, 20_000))] }, 2],
  ])('waits as long as the server asks when %s is too much for it', async (_what, script, requests) => {
    const { asked, client } = scripted(script);
    const { stop, ended } = start(client);
    await vi.advanceTimersByTimeAsync(19_900);
    expect(asked).toHaveLength(requests);
    await vi.advanceTimersByTimeAsync(200);
    expect(asked.length).toBeGreaterThan(requests);
    stop.abort();
    await ended;
  });

  it('starts again with short waits once it has heard something', async () => {
    const reset = fails(new Error('reset'));
    const { asked, client } = scripted({
      watches: [reset, reset, reset, reset, () => [changed('BOOKMARK', '', 200)], reset],
    });
    const { stop, ended } = start(client);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked.filter((request) => request === 'watch 200')).toHaveLength(2);
    stop.abort();
    await ended;
  });

  it('keeps what came before a watch broke off, and resumes there', async () => {
    const torn: () => WatchEvent[] = () => {
      const events = [changed('ADDED', 'a', 101)];
      return new Proxy(events, {
        get: (target, property, receiver): unknown =>
          property === Symbol.iterator
            ? function* () {
                yield target[0];
                throw new Error('torn');
              }
            : Reflect.get(target, property, receiver),
      });
    };
    const { asked, client } = scripted({ watches: [torn] });
    const { store, stop, ended, measured } = start(client);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(asked).toEqual(['list', 'watch 100', 'watch 101']);
    expect(store.keys()).toEqual(['n/a']);
    expect(await measured('missed_events_total')).toBe(0);
    stop.abort();
    await ended;
  });

  it('is healthy while it hears of the server, and not after three minutes of silence', async () => {
    const { client } = scripted({ watches: [() => [changed('BOOKMARK', '', 150)]] });
    const { reflector, stop, ended } = start(client);
    expect(reflector.healthy).toBe(false);
    await vi.advanceTimersByTimeAsync(STALE_MS - 1);
    expect(reflector.healthy).toBe(true);
    await vi.advanceTimersByTimeAsync(1);
    expect([reflector.healthy, reflector.filled]).toEqual([false, true]);
    stop.abort();
    await ended;
  });

  it('is not filled while the handler is told what the first list brings', async () => {
    const { client } = scripted({ lists: [() => [object('a', 50)]], watches: [() => [changed('ADDED', 'b', 101)]] });
    const { reflector, stop, ended, changes } = start(client);
    const filled: boolean[] = [];
    changes.push = (...items) => {
      filled.push(reflector.filled);
      return items.length;
    };
    await vi.advanceTimersByTimeAsync(0);
    expect(filled).toEqual([false, true]);
    stop.abort();
    await ended;
  });

  it('measures how many objects it holds, and how often it asked', async () => {
    const { client } = scripted({
      lists: [() => [object('a', 50), object('b', 50)]],
      watches: [() => [changed('ADDED', 'c', 101), changed('DELETED', 'a', 102)], () => [changed('DELETED', 'b', 103)]],
    });
    const { stop, ended, measured } = start(client);
    await vi.advanceTimersByTimeAsync(0);
    expect(await measured('objects')).toBe(1);
    expect([await measured('lists_total'), await measured('watches_total')]).toEqual([1, 3]);
    expect(await measured('failures_total')).toBe(0);
    stop.abort();
    await ended;
  });
});

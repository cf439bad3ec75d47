import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from './errors.ts';
import { changed, object, scripted, start } from './testing/scripted-watches.ts';

const fails = (error: Error) => (): never => {
  throw error;
};

describe('Reflector', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('lists once and resumes each watch where the last one ended', async () => {
    const { asked, client } = scripted({
      lists: [() => [object('a', 50)]],
      watches: [
        () => [changed('MODIFIED', 'a', 101)],
        () => [changed('BOOKMARK', '', 150)],
        () => [changed('DELETED', 'a', 160)],
      ],
    });
    const { store, stop, ended, reflector } = start(client);
    await vi.advanceTimersByTimeAsync(0);
    await reflector.synced;
    expect(asked).toEqual(['list', 'watch 100', 'watch 101', 'watch 150', 'watch 160']);
    expect(store.size).toBe(0);
    stop.abort();
    await ended;
  });

  it('lists anew only when its version has expired', async () => {
    const { asked, client } = scripted({
      lists: [() => [object('a', 50)], () => [object('b', 60)]],
      watches: [fails(new Error('connection reset')), fails(new ApiError(410, undefined))],
    });
    const { store, stop, ended } = start(client);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toEqual(['list', 'watch 100', 'watch 100', 'list', 'watch 100']);
    expect(store.keys()).toEqual(['n/b']);
    stop.abort();
    await ended;
  });

  it('waits longer between tries while nothing answers, and never gives up', async () => {
    const { asked, client } = scripted({ lists: Array.from({ length: 8 }, () => fails(new Error('refused'))) });
    const { reflector, stop, ended } = start(client);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked.length).toBeLessThan(5);
    expect([reflector.filled, reflector.healthy]).toEqual([false, false]);
    await vi.advanceTimersByTimeAsync(300_000);
    expect(reflector.filled).toBe(true);
    stop.abort();
    await ended;
  });

  it('does not spin on watches that end at once', async () => {
    const { asked, client } = scripted({ watches: Array.from({ length: 1000 }, () => () => []) });
    const { stop, ended } = start(client);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked.length).toBeLessThan(10);
    stop.abort();
    await ended;
  });

  it('keeps of each object what it is told to keep, whether listed or watched', async () => {
    const { client } = scripted({ lists: [() => [object('a', 50)]], watches: [() => [changed('ADDED', 'b', 101)]] });
    const { store, stop, ended } = start(client, {
      keep: ({ apiVersion, kind, metadata }) => ({ apiVersion, kind, metadata, kept: true }),
    });
    await vi.advanceTimersByTimeAsync(0);
    expect(['n/a', 'n/b'].map((key) => store.get(key)?.kept)).toEqual([true, true]);
    stop.abort();
    await ended;
  });

  it('is named after what it keeps', () => {
    const { client } = scripted({});
    expect(start(client).reflector.name).toBe('ConfigMap');
    expect(start(client, { scope: { namespace: 'n' } }).reflector.name).toBe('ConfigMap in n');
  });
});

describe('a Reflector that is stopped and started', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('goes on from the last version, without a list', async () => {
    const { asked, client } = scripted({ watches: [() => [changed('ADDED', 'a', 120)]] });
    const { reflector, stop, ended } = start(client);
    await vi.advanceTimersByTimeAsync(0);
    stop.abort();
    await ended;
    const again = new AbortController();
    const second = reflector.run(again.signal);
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toEqual(['list', 'watch 100', 'watch 120', 'watch 120']);
    again.abort();
    await second;
  });

  it('refuses to run twice at once, and runs on undisturbed', async () => {
    const { asked, client } = scripted({});
    const { reflector, stop, ended } = start(client);
    await vi.advanceTimersByTimeAsync(0);
    await expect(reflector.run(stop.signal)).rejects.toThrow('ConfigMap is being watched already');
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toEqual(['list', 'watch 100']);
    stop.abort();
    await ended;
  });

  it('keeps nothing of a list that comes after it was stopped', async () => {
    const { client } = scripted({ lists: [() => [object('a', 50)]] });
    const { reflector, store, stop, ended } = start(client);
    stop.abort();
    await ended;
    expect([store.size, reflector.filled]).toEqual([0, false]);
  });

  it('opens no watch after it was stopped during a list', async () => {
    const { asked, client } = scripted({});
    const { stop, ended } = start(client);
    stop.abort();
    await ended;
    expect(asked).toEqual(['list']);
  });

  it('ends at once while it waits to try again, and leaves no timer', async () => {
    const { client } = scripted({ lists: [fails(new Error('refused'))] });
    const { stop, ended, log } = start(client);
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.getTimerCount()).toBe(1);
    stop.abort();
    await ended;
    expect(vi.getTimerCount()).toBe(0);
    expect(log.lines).toHaveLength(1);
  });

  it('says nothing of a watch that its own stop broke off', async () => {
    const { client } = scripted({ breaks: new Error('aborted') });
    const { stop, ended, log } = start(client);
    await vi.advanceTimersByTimeAsync(0);
    stop.abort();
    await ended;
    expect(log.lines).toEqual([]);
  });
});

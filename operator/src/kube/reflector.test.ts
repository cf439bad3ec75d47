import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WatchEvent } from './client.ts';
import { ApiError } from './errors.ts';
import { Reflector, type ReflectorOptions } from './reflector.ts';
import type { KubeObject } from './resource.ts';
import { Store } from './store.ts';

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const resource = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps' };

const object = (name: string, version: number): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'n', resourceVersion: String(version) },
});

type Watch = ReflectorOptions['client']['watch'];

/** Answers each list and each watch with the next step of a script; a watch without one stays open. */
function scripted(lists: (() => KubeObject[])[], watches: (() => WatchEvent[])[]) {
  const asked: string[] = [];
  const list: ReflectorOptions['client']['list'] = async () => {
    asked.push('list');
    await Promise.resolve();
    return { items: (lists.shift() ?? (() => []))(), resourceVersion: '100' };
  };
  const watch: Watch = async function* (_resource, { resourceVersion }, signal) {
    asked.push(`watch ${resourceVersion}`);
    const step = watches.shift();
    if (step === undefined) {
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve, { once: true });
      });
      return;
    }
    for (const event of step()) yield await Promise.resolve(event);
  };
  return { asked, client: { list, watch } };
}

function start(client: ReflectorOptions['client']) {
  const store = new Store(
    () => [],
    () => undefined,
  );
  const stop = new AbortController();
  const reflector = new Reflector({ client, resource, scope: {}, store, log });
  const ended = reflector.run(stop.signal);
  return { store, stop, reflector, ended };
}

describe('Reflector', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('lists once and resumes each watch where the last one ended', async () => {
    const { asked, client } = scripted(
      [() => [object('a', 50)]],
      [
        () => [{ type: 'MODIFIED', object: object('a', 101) }],
        () => [{ type: 'BOOKMARK', object: object('', 150) }],
        () => [{ type: 'DELETED', object: object('a', 160) }],
      ],
    );
    const { store, stop, ended, reflector } = start(client);
    await vi.advanceTimersByTimeAsync(0);
    await reflector.synced;
    expect(asked).toEqual(['list', 'watch 100', 'watch 101', 'watch 150', 'watch 160']);
    expect(store.size).toBe(0);
    stop.abort();
    await ended;
  });

  it('lists anew only when its version has expired', async () => {
    const { asked, client } = scripted(
      [() => [object('a', 50)], () => [object('b', 60)]],
      [
        () => {
          throw new Error('connection reset');
        },
        () => {
          throw new ApiError(410, undefined);
        },
      ],
    );
    const { store, stop, ended } = start(client);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toEqual(['list', 'watch 100', 'watch 100', 'list', 'watch 100']);
    expect(store.keys()).toEqual(['n/b']);
    stop.abort();
    await ended;
  });

  it('waits longer between tries while nothing answers, and never gives up', async () => {
    const { asked, client } = scripted(
      Array.from({ length: 8 }, () => () => {
        throw new Error('connection refused');
      }),
      [],
    );
    const { reflector, stop, ended } = start(client);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked.length).toBeLessThan(5);
    expect(reflector.ready).toBe(false);
    await vi.advanceTimersByTimeAsync(300_000);
    expect(reflector.ready).toBe(true);
    stop.abort();
    await ended;
  });

  it('does not spin on watches that end at once', async () => {
    const { asked, client } = scripted(
      [],
      Array.from({ length: 1000 }, () => () => []),
    );
    const { stop, ended } = start(client);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked.length).toBeLessThan(10);
    stop.abort();
    await ended;
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, Listener } from './asking.ts';
import { FakeApiServer } from './fake-api-server.ts';
import type { BrokenWatch } from './faults.ts';
import { until } from './until.ts';

const MAPS = '/api/v1/namespaces/n/configmaps';
const key = { namespace: 'n', name: 'a' };

const map = (name: string, data = {}, labels = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'n', labels },
  data,
});

let server: FakeApiServer;
beforeEach(async () => {
  server = await FakeApiServer.start();
});
afterEach(async () => server.close());

const watch = async (query = ''): Promise<Listener> => Listener.open(server, `${MAPS}?watch=true${query}`);

describe('a watch of the fake API server', () => {
  it('tells of what happened since a version, and then of what happens', async () => {
    server.put(map('a'));
    const from = server.resourceVersion;
    server.put(map('a', { k: '1' }));
    await using events = await watch(`&resourceVersion=${from}`);
    expect(await events.next()).toBe('MODIFIED a 999');
    server.remove('configmaps', key);
    server.put(map('b'));
    expect([await events.next(), await events.next()]).toEqual(['DELETED a 1000', 'ADDED b 1001']);
    expect(server.openWatches).toBe(1);
  });

  it('begins with what is there when no version is asked for', async () => {
    server.put(map('a'));
    await using events = await watch();
    expect(await events.next()).toBe('ADDED a 998');
  });

  it('is told by others’ writes of other kinds and namespaces nothing', async () => {
    await using events = await watch('&resourceVersion=997');
    server.put({ ...map('a'), kind: 'Secret' });
    server.put({ ...map('a'), metadata: { name: 'a', namespace: 'other' } });
    server.put(map('b'));
    expect(await events.next()).toBe('ADDED b 1000');
  });

  it('adds and deletes what comes to be selected and what ceases to be', async () => {
    await using events = await watch('&resourceVersion=997&labelSelector=app%3Dx');
    server.put(map('a', {}, { app: 'y' }));
    server.put(map('a', {}, { app: 'x' }));
    server.put(map('a', { k: '1' }, { app: 'x' }));
    server.put(map('a', {}, { app: 'y' }));
    const seen = [await events.next(), await events.next(), await events.next()];
    expect(seen).toEqual(['ADDED a 999', 'MODIFIED a 1000', 'DELETED a 1001']);
  });

  it('sends bookmarks to who asked for them, with a version that other kinds have reached', async () => {
    await using events = await watch('&resourceVersion=997&allowWatchBookmarks=true');
    await using plain = await watch('&resourceVersion=997');
    server.put({ ...map('a'), kind: 'Secret' });
    server.sendBookmarks();
    server.put(map('b'));
    expect([await events.next(), await plain.next()]).toEqual(['BOOKMARK 998', 'ADDED b 999']);
  });

  it('ends after its time, with a bookmark', async () => {
    await using events = await watch('&resourceVersion=997&allowWatchBookmarks=true&timeoutSeconds=0');
    expect([await events.next(), await events.next()]).toEqual(['BOOKMARK 997', undefined]);
  });

  it('says in its stream that a version was compacted away', async () => {
    server.put(map('a'));
    server.compact();
    await using events = await watch('&resourceVersion=998');
    expect([events.status, await events.next(), await events.next()]).toEqual([200, 'ERROR 410 Expired', undefined]);
    await using fresh = await watch(`&resourceVersion=${server.resourceVersion}`);
    server.put(map('b'));
    expect(await fresh.next()).toBe('ADDED b 1000');
  });

  it('is forgotten when its client goes', async () => {
    const events = await watch();
    expect(server.openWatches).toBe(1);
    await events[Symbol.asyncDispose]();
    await until(() => server.openWatches === 0);
  });

  it('refuses a page of a watch', async () => {
    expect(await ask(server, ['GET', `${MAPS}?watch=true&limit=1`])).toMatchObject({ status: 400 });
  });
});

describe('a watch that breaks', () => {
  const broken = async (then: BrokenWatch['then'], afterChanges = 1): Promise<Listener> => {
    server.fail({ when: ({ verb }) => verb === 'watch', fault: { is: 'watch', afterChanges, then } });
    const events = await watch('&resourceVersion=997&allowWatchBookmarks=true');
    server.put(map('a'));
    server.put(map('b'));
    return events;
  };

  it('ends properly after so many changes', async () => {
    await using events = await broken('end');
    expect([await events.next(), await events.next()]).toEqual(['ADDED a 998', undefined]);
  });

  it('ends at once', async () => {
    await using events = await broken('end', 0);
    expect(await events.next()).toBeUndefined();
  });

  it('ends with the word that its version has expired', async () => {
    await using events = await broken('gone', 0);
    expect([await events.next(), await events.next()]).toEqual(['ERROR 410 Expired', undefined]);
  });

  it('ends properly within a line', async () => {
    await using events = await broken('endMidLine');
    expect([await events.next(), await events.next()]).toEqual(['ADDED a 998', undefined]);
    expect(events.pending).toMatch(/^\{"type":"ADDED"/);
  });

  it('is cut within a chunk', async () => {
    await using events = await broken('tear', 0);
    await expect(events.next()).rejects.toThrow('terminated');
  });

  it.for(['stall', 'silence'] as const)('keeps the connection without a word more (%s)', async (then) => {
    await using events = await broken(then);
    expect(await events.next()).toBe('ADDED a 998');
    server.sendBookmarks();
    const next = await Promise.race([events.next(), new Promise((resolve) => setTimeout(resolve, 50, 'nothing'))]);
    expect([next, server.openWatches]).toEqual(['nothing', 1]);
  });

  it('can be ended and cut by the test', async () => {
    await using ended = await watch('&resourceVersion=997');
    server.endWatches();
    expect(await ended.next()).toBeUndefined();
    await using cut = await watch('&resourceVersion=997');
    server.cutWatches();
    await expect(cut.next()).rejects.toThrow();
    await until(() => server.openWatches === 0);
  });
});

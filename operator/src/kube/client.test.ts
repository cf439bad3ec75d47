import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WatchEvent } from './client.ts';
import { isExpired } from './errors.ts';
import { writeFinalizer } from './finalizer.ts';
import type { KubeObject } from './resource.ts';
import { connect, type Connection } from './testing/connecting.ts';
import { FakeApiServer } from './testing/fake-api-server.ts';

const MAPS = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps' };
const DEPLOYMENTS = { apiVersion: 'apps/v1', kind: 'Deployment', plural: 'deployments' };
const scope = { namespace: 'n' };

const map = (name: string, data = {}, metadata = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'n', ...metadata },
  data,
});

const deployment = (spec: object, metadata = {}): KubeObject => ({
  ...map('d', {}, metadata),
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  data: undefined,
  spec,
});

let server: FakeApiServer;
let us: Connection;
beforeEach(async () => {
  server = await FakeApiServer.start();
  us = connect(server);
});
afterEach(async () => {
  await us[Symbol.asyncDispose]();
  await server.close();
});

describe('lists', () => {
  const fill = (count: number): void => {
    for (let i = 0; i < count; i += 1) server.put(map(`m${i}`));
  };
  const keys = (items: readonly KubeObject[]): Set<string> => new Set(items.map(({ metadata }) => metadata.name));

  it('are read page by page, and their items look as those of a watch', async () => {
    fill(1001);
    const { items, resourceVersion } = await us.client.list(MAPS, scope);
    expect([items.length, keys(items).size, resourceVersion]).toEqual([1001, 1001, server.resourceVersion]);
    expect(items[0]).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm0' } });
    expect(server.requests.map(({ query }) => [query.limit, query.continue === undefined])).toEqual([
      ['500', true],
      ['500', false],
      ['500', false],
    ]);
  });

  it('keep of each object only what is asked for', async () => {
    fill(1);
    const { items } = await us.client.list(MAPS, scope, {
      each: ({ metadata, ...rest }) => ({ ...map('kept'), kind: rest.kind, uid: metadata.uid }),
    });
    expect(items).toMatchObject([{ metadata: { name: 'kept' }, uid: expect.any(String) as string }]);
  });

  it('are begun anew, and whole, when the pages were compacted away', async () => {
    fill(600);
    let compacted = false;
    const { items } = await us.client.list(MAPS, scope, {
      each: (item) => {
        if (!compacted) {
          server.remove('configmaps', { name: 'm1', namespace: 'n' });
          server.compact();
        }
        compacted = true;
        return item;
      },
    });
    expect([items.length, keys(items).size, keys(items).has('m1')]).toEqual([599, 599, false]);
    expect(server.requests.map(({ query }) => query.limit)).toEqual(['500', '500', undefined]);
  });

  it('say that they cannot be had when not even the whole one can', async () => {
    fill(600);
    server.fail({
      when: ({ query }) => query.continue !== undefined || query.limit === undefined,
      times: 2,
      fault: { is: 'answer', status: 410 },
    });
    await expect(us.client.list(MAPS, scope)).rejects.toSatisfy(isExpired);
  });

  it('are of one namespace, or of all, and of what is selected', async () => {
    server.put(map('a', {}, { labels: { app: 'x' } }));
    server.put(map('b', {}, { labels: { app: 'x' }, namespace: 'other' }));
    server.put(map('c'));
    const names = async (of: object): Promise<string[]> => [...keys((await us.client.list(MAPS, of)).items)];
    expect(await names(scope)).toEqual(['a', 'c']);
    expect(await names({ labelSelector: 'app=x' })).toEqual(['a', 'b']);
    expect(await names({ namespace: 'empty' })).toEqual([]);
  });
});

describe('reads and writes', () => {
  it('finds an object, or that there is none', async () => {
    const held = server.put(map('a', { k: 'v' }));
    expect(await us.client.get(MAPS, held.metadata)).toEqual(held);
    expect(await us.client.get(MAPS, { name: 'b', namespace: 'n' })).toBeUndefined();
  });

  it('creates, and replaces the version that was read', async () => {
    const made = await us.client.create(MAPS, map('a', { k: '1' }));
    const next = await us.client.replace(MAPS, { ...made, data: { k: '2' } });
    await expect(us.client.replace(MAPS, { ...made, data: { k: '3' } })).rejects.toMatchObject({
      status: 409,
      reason: 'Conflict',
    });
    await expect(us.client.create(MAPS, map('a'))).rejects.toMatchObject({ status: 409, reason: 'AlreadyExists' });
    expect(server.read('configmaps', made.metadata)).toEqual(next);
    expect(next).toMatchObject({
      data: { k: '2' },
      metadata: { managedFields: [{ manager: 'us', operation: 'Update' }] },
    });
  });

  it('loses no field that it does not know', async () => {
    const held = server.put({ ...map('a'), immutable: false, fromTheFuture: { x: [1] } });
    await us.client.replace(MAPS, { ...held, data: { k: 'v' } });
    expect(server.read('configmaps', held.metadata)).toMatchObject({ fromTheFuture: { x: [1] }, data: { k: 'v' } });
  });

  it('only rehearses a dry run', async () => {
    const would = await us.client.create(MAPS, map('a', { k: 'v' }), { dryRun: true });
    expect([would.data, server.read('configmaps', would.metadata)]).toEqual([{ k: 'v' }, undefined]);
    expect((await us.client.apply(MAPS, map('b', { k: 'v' }), { dryRun: true })).data).toEqual({ k: 'v' });
    expect(server.read('configmaps', { name: 'b', namespace: 'n' })).toBeUndefined();
  });

  it('deletes what was seen, and not what has taken its name', async () => {
    const first = server.put(map('a'));
    server.remove('configmaps', first.metadata);
    await us.client.remove(MAPS, first);
    const second = server.put(map('a'));
    await expect(us.client.remove(MAPS, first)).rejects.toMatchObject({ status: 409 });
    expect(server.read('configmaps', first.metadata)).toEqual(second);
    await us.client.remove(MAPS, second);
    expect(server.read('configmaps', first.metadata)).toBeUndefined();
  });

  it('tells of what it deleted and a finalizer keeps, and of nothing else', async () => {
    const kept = server.put({ ...map('a'), metadata: { ...map('a').metadata, finalizers: ['x/y'] } });
    expect((await us.client.remove(MAPS, kept))?.metadata).toMatchObject({
      name: 'a',
      deletionTimestamp: expect.any(String) as string,
    });
    expect(await us.client.remove(MAPS, server.put(map('b')))).toBeUndefined();
  });

  it('writes the status through its own path', async () => {
    server.put(deployment({ replicas: 1 }));
    const status = { ...deployment({}), spec: undefined, status: { readyReplicas: 1 } };
    expect(await us.client.applyStatus(DEPLOYMENTS, status)).toMatchObject({
      spec: { replicas: 1 },
      status: { readyReplicas: 1 },
    });
  });

  it('knows which kinds are served', async () => {
    expect(await us.client.serves(DEPLOYMENTS)).toBe(true);
    expect(await us.client.serves({ ...DEPLOYMENTS, plural: 'widgets' })).toBe(false);
    expect(await us.client.serves({ ...DEPLOYMENTS, apiVersion: 'heroes.test/v1' })).toBe(false);
  });

  it('sets and takes off a finalizer on the version that was seen', async () => {
    const seen = server.put(map('a', {}, { finalizers: ['other/x'] }));
    const mark = { name: 'us/y', present: true };
    const marked = await writeFinalizer(us.client, { resource: MAPS, object: seen }, mark);
    expect(marked?.metadata.finalizers).toEqual(['other/x', 'us/y']);
    await expect(writeFinalizer(us.client, { resource: MAPS, object: seen }, mark)).rejects.toMatchObject({
      status: 409,
    });
    const off = await writeFinalizer(
      us.client,
      { resource: MAPS, object: marked ?? seen },
      { ...mark, present: false },
    );
    expect(off?.metadata.finalizers).toEqual(['other/x']);
  });

  it('takes it for done when the object is gone, or another has its name', async () => {
    const seen = server.put(map('a'));
    server.remove('configmaps', seen.metadata);
    const off = { name: 'us/y', present: false };
    expect(await writeFinalizer(us.client, { resource: MAPS, object: seen }, off)).toBeUndefined();
    server.put(map('a'));
    expect(await writeFinalizer(us.client, { resource: MAPS, object: seen }, off)).toBeUndefined();
  });
});

describe('watches', () => {
  /** Collects the events of a watch until it ends or enough have come. */
  async function watched(resourceVersion: string, enough = Infinity): Promise<WatchEvent[]> {
    const stop = new AbortController();
    const events: WatchEvent[] = [];
    const options = { ...scope, resourceVersion, timeoutSeconds: 300 };
    for await (const event of us.client.watch(MAPS, options, stop.signal)) {
      events.push(event);
      if (events.length >= enough) break;
    }
    return events;
  }

  it('tell what happens, and leave no connection when they are left', async () => {
    const from = server.resourceVersion;
    server.put(map('a'));
    server.remove('configmaps', { name: 'a', namespace: 'n' });
    const events = await watched(from, 2);
    expect(events.map(({ type, object }) => `${type} ${object.metadata.name}`)).toEqual(['ADDED a', 'DELETED a']);
    await expect.poll(() => server.openWatches).toBe(0);
    expect(server.requests[0]?.query).toMatchObject({
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: from,
    });
  });

  it('tell of an object whole that comes in many pieces', async () => {
    const from = server.resourceVersion;
    const large = server.put(map('a', { k: 'ä'.repeat(400_000) }));
    expect(await watched(from, 1)).toEqual([{ type: 'ADDED', object: large }]);
  });

  it('say when a version has expired, however the server says so', async () => {
    const from = server.resourceVersion;
    server.compact();
    await expect(watched(from)).rejects.toSatisfy(isExpired);
    server.fail({ fault: { is: 'answer', status: 410 } });
    await expect(watched(server.resourceVersion)).rejects.toSatisfy(isExpired);
  });

  it('fail on what is not a watch', async () => {
    server.fail({ fault: { is: 'html', status: 200 } });
    await expect(watched(server.resourceVersion)).rejects.toThrow();
  });
});

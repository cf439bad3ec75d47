import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, valuesOf, type Connection } from './testing/connecting.ts';
import { FakeApiServer } from './testing/fake-api-server.ts';
import type { BrokenWatch, Fault } from './testing/faults.ts';
import type { RecordedRequest } from './testing/recorded-requests.ts';
import { SimulatedTime } from './testing/simulated-time.ts';
import { configMap, Watcher } from './testing/watcher.ts';

const time = new SimulatedTime();
afterAll(() => {
  time[Symbol.dispose]();
});

let server: FakeApiServer;
let us: Connection;
let watcher: Watcher;
let running: Promise<void> | undefined;
beforeEach(async () => {
  server = await FakeApiServer.start();
  us = connect(server);
  watcher = new Watcher(us);
  running = undefined;
});
afterEach(async () => {
  watcher.stop();
  await time.during(running ?? Promise.resolve());
  await us[Symbol.asyncDispose]();
  await server.close();
});

const isWatch = ({ verb }: RecordedRequest): boolean => verb === 'watch';
const isList = ({ verb }: RecordedRequest): boolean => verb === 'list';
const breakWatches = (then: BrokenWatch['then'], { afterChanges = 0, times = 1 } = {}) =>
  server.fail({ when: isWatch, times, fault: { is: 'watch', afterChanges, then } });
const failing = (when: (request: RecordedRequest) => boolean, fault: Fault, times = 1) =>
  server.fail({ when, fault, times });

/** @returns the versions from which watches were asked for. */
const versions = (): (string | undefined)[] =>
  server.requests.filter(isWatch).map(({ query }) => query.resourceVersion);

/** Starts the reflector and lets it come to rest in its first watch. */
async function begin(): Promise<void> {
  running = watcher.run();
  await time.until(() => server.count('watch') === 1);
}

/** Demands that the store holds what the server holds, and that one watch keeps it so. */
async function expectInStep(): Promise<void> {
  await time.until(() => server.openWatches === 1);
  server.put(configMap('last', { at: String(performance.now()) }));
  await time.until(() => watcher.store.get('n/last')?.metadata.resourceVersion === server.resourceVersion);
  expect(watcher.differences(server)).toEqual([]);
  expect(server.openWatches).toBe(1);
}

describe('a watch that ends', () => {
  it('is resumed where it ended, however often, without a list', async () => {
    breakWatches('end', { afterChanges: 1, times: 50 });
    await begin();
    for (let i = 0; i < 50; i += 1) {
      await time.until(() => server.openWatches === 1);
      server.put(configMap(`m${i}`));
      await time.settle();
    }
    await expectInStep();
    expect(server.count('list')).toBe(1);
    expect(versions().slice(0, 3)).toEqual(['997', '998', '999']);
    expect(watcher.told).toEqual([...Array.from({ length: 50 }, (_, i) => `added m${i}`), 'added last']);
  });

  it('at once, again and again, is resumed ever more slowly, without a list', async () => {
    const plan = breakWatches('end', { times: Infinity });
    await begin();
    await time.pass(600_000, 500);
    expect(server.count('watch')).toBeLessThan(40);
    plan.lift();
    await expectInStep();
    expect(server.count('list')).toBe(1);
  });

  it.for(['tear', 'endMidLine', 'stall'] as const)(
    'within a line (%s) loses no change and tells none twice',
    async (then) => {
      breakWatches(then, { afterChanges: 1 });
      await begin();
      for (const name of ['a', 'b', 'c']) server.put(configMap(name));
      await expectInStep();
      expect(watcher.told).toEqual(['added a', 'added b', 'added c', 'added last']);
      expect([server.count('list'), versions()]).toEqual([1, ['997', '998']]);
    },
  );

  it('without a word is resumed before long', async () => {
    breakWatches('silence', { afterChanges: 1 });
    await begin();
    server.put(configMap('a'));
    server.put(configMap('b'));
    const started = performance.now();
    await time.until(() => watcher.store.get('n/b') !== undefined);
    expect(performance.now() - started).toBeLessThan(150_000);
    await expectInStep();
    expect(server.count('list')).toBe(1);
  });

  it('is resumed after the server was gone for minutes', async () => {
    await begin();
    const plan = failing(() => true, { is: 'drop', when: 'before' }, Infinity);
    server.cutConnections();
    await time.pass(300_000, 500);
    expect([watcher.reflector.filled, watcher.reflector.healthy]).toEqual([true, false]);
    plan.lift();
    await expectInStep();
    expect([server.count('list'), watcher.reflector.healthy]).toEqual([1, true]);
  });

  it.for([
    { is: 'answer', status: 401 },
    { is: 'answer', status: 500 },
    { is: 'html', status: 200 },
    { is: 'html', status: 502 },
    { is: 'hang' },
  ] as const satisfies readonly Fault[])('is resumed after $is $status', async (fault) => {
    failing(isWatch, fault, 3);
    await begin();
    await expectInStep();
    expect([server.count('list'), server.count('watch')]).toEqual([1, 4]);
  });

  it('waits as long as the server asks it to', async () => {
    failing(isWatch, { is: 'answer', status: 429, retryAfterSeconds: 20 });
    await begin();
    await time.until(() => server.count('watch') === 2);
    const [first, second] = server.requests.filter(isWatch);
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(20_000);
  });
});

describe('a version that has expired', () => {
  it.for([
    ['in the stream', { is: 'watch', afterChanges: 0, then: 'gone' }],
    ['by its status', { is: 'answer', status: 410 }],
  ] as const)('is followed by a list for each time that it is told (%s), ever more slowly', async ([, fault]) => {
    const plan = failing(isWatch, fault, 20);
    await begin();
    await time.pass(120_000, 500);
    expect(server.count('list')).toBeLessThan(12);
    await time.until(() => plan.used === 20, 500);
    await expectInStep();
    expect(server.count('list')).toBe(21);
    expect(await valuesOf(us.metrics.lists)).toEqual({ ConfigMap: 21 });
  });

  it('is found out about, and what was missed is found by the list and counted', async () => {
    for (const name of ['same', 'changed', 'gone']) server.put(configMap(name));
    await begin();
    const plan = failing(isWatch, { is: 'drop', when: 'before' }, Infinity);
    server.cutWatches();
    server.put(configMap('changed', { k: 'v' }));
    server.remove('configmaps', { namespace: 'n', name: 'gone' });
    server.put(configMap('new'));
    server.compact();
    await time.pass(5_000);
    watcher.told.length = 0;
    plan.lift();
    await time.until(() => watcher.told.length === 3);
    expect(watcher.told.toSorted()).toEqual(['added new', 'deleted gone', 'updated changed']);
    expect([server.count('list'), await valuesOf(us.metrics.missedEvents)]).toEqual([2, { ConfigMap: 3 }]);
    await expectInStep();
  });

  it('is kept from expiring by bookmarks, when nothing of ours changes', async () => {
    await begin();
    for (let minute = 0; minute < 10; minute += 1) {
      server.put({ ...configMap('a', { minute }), kind: 'Secret' });
      server.compact();
      await time.pass(60_000, 1_000);
    }
    server.cutWatches();
    await expectInStep();
    expect(server.count('list')).toBe(1);
    expect(Number(versions().at(-1))).toBeGreaterThan(1010);
  });
});

describe('a list', () => {
  it('that is slow is waited for', async () => {
    server.put(configMap('a', { k: 'v'.repeat(1000) }));
    failing(isList, { is: 'trickle', chunkBytes: 50, everyMs: 1_000 });
    await begin();
    expect(watcher.told).toEqual(['added a']);
    expect(server.count('list')).toBe(1);
  });

  it.for([
    { is: 'hang' },
    { is: 'truncate' },
    { is: 'html', status: 200 },
    { is: 'answer', status: 403 },
    { is: 'answer', status: 429, retryAfterSeconds: 5 },
  ] as const satisfies readonly Fault[])('that fails is asked for anew ($is)', async (fault) => {
    server.put(configMap('a'));
    failing(isList, fault, 6);
    await begin();
    expect([watcher.told, server.count('list')]).toEqual([['added a'], 7]);
    await expectInStep();
  });

  it('is told of once more only when something has changed', async () => {
    server.put(configMap('a'));
    breakWatches('gone', { times: 3 });
    await begin();
    await time.until(() => server.openWatches === 1);
    expect([server.count('list'), watcher.told]).toEqual([4, ['added a']]);
    expect(await valuesOf(us.metrics.missedEvents)).toEqual({ ConfigMap: 0 });
  });
});

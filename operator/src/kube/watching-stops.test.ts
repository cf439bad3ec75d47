import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, type Connection } from './testing/connecting.ts';
import { FakeApiServer } from './testing/fake-api-server.ts';
import { SimulatedTime } from './testing/simulated-time.ts';
import { configMap, Watcher } from './testing/watcher.ts';

const time = new SimulatedTime();
afterAll(() => {
  time[Symbol.dispose]();
});

let server: FakeApiServer;
let us: Connection;
let watcher: Watcher;
beforeEach(async () => {
  server = await FakeApiServer.start();
  us = connect(server);
  watcher = new Watcher(us);
});
afterEach(async () => {
  await us[Symbol.asyncDispose]();
  await server.close();
});

/** Stops the reflector, and demands that it ends at once and for good. */
async function stop(running: Promise<void>): Promise<void> {
  const started = performance.now();
  watcher.stop();
  await time.during(running);
  expect(performance.now() - started).toBeLessThan(100);
  const asked = server.requests.length;
  await time.pass(120_000, 1_000);
  expect([server.requests.length, server.openWatches]).toEqual([asked, 0]);
}

/** Where a reflector may be when it is stopped: what goes wrong before, and how to tell that it is there. */
const PLACES: readonly (readonly [string, () => void, () => boolean])[] = [
  ['in a list that is not answered', () => server.fail({ fault: { is: 'hang' } }), () => server.count('list') === 1],
  [
    'in a list that comes slowly',
    () => server.fail({ fault: { is: 'trickle', chunkBytes: 1, everyMs: 1_000 } }),
    () => server.count('list') === 1,
  ],
  [
    'before the next try of a list',
    () => server.fail({ fault: { is: 'answer', status: 429, retryAfterSeconds: 20 } }),
    () => server.count('list') === 1,
  ],
  [
    'before a list anew',
    () => server.fail({ fault: { is: 'answer', status: 403 }, times: Infinity }),
    () => server.count('list') === 3,
  ],
  [
    'in a watch that is not answered',
    () => server.fail({ when: ({ verb }) => verb === 'watch', fault: { is: 'hang' } }),
    () => server.count('watch') === 1,
  ],
  ['in a watch', () => undefined, () => server.openWatches === 1],
  [
    'in a watch that stopped within a line',
    () => server.fail({ when: ({ verb }) => verb === 'watch', fault: { is: 'watch', afterChanges: 0, then: 'stall' } }),
    () => server.openWatches === 1 && server.put(configMap('a')).kind !== '',
  ],
  [
    'before the next watch',
    () => server.fail({ when: ({ verb }) => verb === 'watch', fault: { is: 'answer', status: 500 }, times: Infinity }),
    () => server.count('watch') === 3,
  ],
];

describe('a reflector that is stopped', () => {
  it.for(PLACES)('ends at once %s, and asks nothing more', async ([, prepare, isThere]) => {
    prepare();
    const running = watcher.run();
    await time.until(isThere);
    await time.settle();
    await stop(running);
  });

  it.for(PLACES)('leaves no socket and no timer behind %s', async ([, prepare, isThere]) => {
    prepare();
    const running = watcher.run();
    await time.until(isThere);
    await stop(running);
    await us.transport.close();
    // What undici has set is taken away by its next tick.
    await time.pass(2_000);
    expect(server.openSockets).toBe(0);
    await server.close();
    expect(time.pendingTimers).toBe(0);
  });

  it.for(PLACES)('makes one watch when it is started again %s', async ([, prepare, isThere]) => {
    prepare();
    const running = watcher.run();
    await time.until(isThere);
    await stop(running);
    server.put(configMap('meanwhile'));
    server.liftFaults();
    const again = watcher.run();
    await time.until(() => server.openWatches === 1);
    await time.pass(60_000, 1_000);
    expect(server.openWatches).toBe(1);
    server.put(configMap('after'));
    await time.until(() => watcher.store.get('n/after') !== undefined);
    expect(watcher.differences(server)).toEqual([]);
    await stop(again);
  });

  it('goes on where it was when it is started again, without a list', async () => {
    const running = watcher.run();
    await time.until(() => server.openWatches === 1);
    await stop(running);
    server.put(configMap('meanwhile'));
    const again = watcher.run();
    await time.until(() => watcher.told.length === 1);
    expect([watcher.told, server.count('list'), server.count('watch')]).toEqual([['added meanwhile'], 1, 2]);
    await stop(again);
  });

  it('is not run twice at a time', async () => {
    const running = watcher.run();
    await time.until(() => server.openWatches === 1);
    await expect(watcher.reflector.run(new AbortController().signal)).rejects.toThrow('is being watched already');
    await stop(running);
  });

  it('does not start when it was stopped before', async () => {
    await watcher.reflector.run(AbortSignal.abort());
    expect(server.requests).toEqual([]);
  });
});

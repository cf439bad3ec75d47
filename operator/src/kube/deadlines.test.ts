import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, type Connection } from './testing/connecting.ts';
import { FakeApiServer } from './testing/fake-api-server.ts';
import type { Fault } from './testing/faults.ts';
import { SimulatedTime } from './testing/simulated-time.ts';
import type { Call } from './transport.ts';

const MAPS = '/api/v1/namespaces/n/configmaps';
const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'n' }, data: { k: 'v' } };
const list: Call = { method: 'GET', path: MAPS };

const time = new SimulatedTime();
afterAll(() => {
  time[Symbol.dispose]();
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

describe('what does not end', () => {
  it('repeats what is not answered, and gives up in the end', async () => {
    server.fail({ fault: { is: 'hang' }, times: Infinity });
    const started = performance.now();
    await expect(time.during(us.transport.send(list), 500)).rejects.toThrow();
    expect(server.requests.length).toBeGreaterThan(1);
    expect(performance.now() - started).toBeLessThan(300_000);
  });

  const SLOW: readonly (readonly [string, Fault])[] = [
    ['is not answered', { is: 'hang' }],
    ['is answered slowly', { is: 'trickle', chunkBytes: 1, everyMs: 1_000 }],
    ['is answered late', { is: 'delay', ms: 30_000 }],
  ];

  it.for(SLOW)('breaks off a request at once that %s, when it is cancelled', async ([, fault]) => {
    server.fail({ fault, times: Infinity });
    const stop = new AbortController();
    const waiting = us.transport.send({ ...list, signal: stop.signal });
    await time.pass(5_000, 500);
    await expectEnd(waiting, stop);
  });

  it.for(SLOW)('breaks off the opening of a stream at once that %s, when it is cancelled', async ([, fault]) => {
    server.fail({
      fault: fault.is === 'trickle' ? { is: 'watch', afterChanges: 0, then: 'silence' } : fault,
      times: Infinity,
    });
    const stop = new AbortController();
    const opening = us.transport.open({ ...list, query: { watch: true }, signal: stop.signal });
    const waiting = opening.then(async (chunks) => Array.fromAsync(chunks));
    await time.pass(5_000, 500);
    await expectEnd(waiting, stop);
  });

  /** Cancels what is under way, and demands that it ends at once, and that nothing is asked again. */
  async function expectEnd(waiting: Promise<unknown>, stop: AbortController): Promise<void> {
    const started = performance.now();
    stop.abort(new Error('enough'));
    await expect(time.during(waiting)).rejects.toThrow('enough');
    expect(performance.now() - started).toBeLessThan(100);
    await time.pass(40_000, 1_000);
    expect([server.requests.length, server.openWatches]).toEqual([1, 0]);
  }

  it('does not wait for its next try when it is cancelled', async () => {
    server.fail({ fault: { is: 'answer', status: 429, retryAfterSeconds: 20 } });
    const stop = new AbortController();
    const waiting = us.transport.send({ ...list, signal: stop.signal });
    await time.until(() => server.requests.length === 1);
    const started = performance.now();
    stop.abort(new Error('enough'));
    await expect(time.during(waiting)).rejects.toThrow('enough');
    expect(performance.now() - started).toBeLessThan(100);
  });

  it('does not begin what is cancelled already', async () => {
    const cancelled = { ...list, signal: AbortSignal.abort(new Error('enough')) };
    await expect(time.during(us.transport.send(cancelled))).rejects.toThrow('enough');
    expect(server.requests).toEqual([]);
  });

  it.for([
    ['with a signal', { ...list, signal: new AbortController().signal }],
    ['without one', list],
  ] as const)('breaks off an answer that trickles (%s)', async ([, call]) => {
    server.put({ ...map, data: { k: 'v'.repeat(10_000) } });
    server.fail({ fault: { is: 'trickle', chunkBytes: 1, everyMs: 30_000 }, times: Infinity });
    const started = performance.now();
    await expect(time.during(us.transport.send(call), 5_000)).rejects.toThrow();
    expect(performance.now() - started).toBeLessThan(300_000);
  });

  it('ends a stream that says nothing, and one that stops within a line', async () => {
    for (const then of ['silence', 'stall'] as const) {
      server.fail({ fault: { is: 'watch', afterChanges: 0, then } });
      const chunks = await us.transport.open({
        ...list,
        query: { watch: true, resourceVersion: server.resourceVersion },
      });
      const reading = Array.fromAsync(chunks);
      server.put({ ...map, data: { k: then } });
      const started = performance.now();
      await expect(time.during(reading, 1_000)).rejects.toThrow();
      expect(performance.now() - started).toBeGreaterThan(120_000);
      expect(performance.now() - started).toBeLessThan(180_000);
      await time.settle();
      expect(server.openWatches).toBe(0);
    }
  });
});

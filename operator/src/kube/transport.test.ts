import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiError } from './errors.ts';
import { connect, valuesOf, type Connection } from './testing/connecting.ts';
import { FakeApiServer } from './testing/fake-api-server.ts';
import type { Fault } from './testing/faults.ts';
import { SimulatedTime } from './testing/simulated-time.ts';
import type { Call, Method } from './transport.ts';

const MAPS = '/api/v1/namespaces/n/configmaps';
const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'n' }, data: { k: 'v' } };

const list: Call = { method: 'GET', path: MAPS };
const create: Call = { method: 'POST', path: MAPS, body: map };
/** One request for each way to write that may be repeated. */
const REPEATABLE: readonly Call[] = [
  list,
  { method: 'PUT', path: `${MAPS}/a`, body: map },
  {
    method: 'PATCH',
    path: `${MAPS}/a`,
    query: { fieldManager: 'us' },
    body: map,
    contentType: 'application/apply-patch+yaml',
  },
  { method: 'DELETE', path: `${MAPS}/a` },
];

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

const send = async (call: Call): Promise<unknown> => time.during(us.transport.send(call));

/** @returns how long after the one before it each request came, milliseconds. */
const gaps = (): number[] => server.requests.slice(1).map(({ atMs }, i) => atMs - (server.requests[i]?.atMs ?? 0));

describe('connections', () => {
  it('uses one connection for one request after another, after a pause too', async () => {
    for (let i = 0; i < 5; i += 1) await send(list);
    await time.pass(20_000, 1_000);
    await send(create);
    await send(list);
    expect(server.requests.map(({ connection, httpVersion }) => [connection, httpVersion])).toEqual(
      Array(7).fill([1, '1.1']),
    );
    expect(server.connections).toBe(1);
  });

  it('keeps as many as it needs at once, and uses them again', async () => {
    const many = async () => time.during(Promise.all(Array.from({ length: 10 }, async () => us.transport.send(list))));
    await many();
    await many();
    expect(server.connections).toBe(10);
  });

  it('lets none be lost when the server has ended the idle ones', async () => {
    server.put(map);
    await send(list);
    server.cutConnections();
    await time.settle();
    expect(await send(list)).toMatchObject({ items: [{ data: { k: 'v' } }] });
    expect(server.connections).toBe(2);
  });

  it('leaves none open when it is closed, those of watches included', async () => {
    await us.transport.open({ ...list, query: { watch: true } });
    await send(list);
    expect(server.openSockets).toBe(2);
    await us.transport.close();
    await time.settle();
    expect([server.openSockets, server.openWatches]).toEqual([0, 0]);
  });
});

describe('retries', () => {
  const failing = (fault: Fault, times = 1) => server.fail({ fault, times });

  it('waits as long as the server asks it to', async () => {
    failing({ is: 'answer', status: 429, retryAfterSeconds: 7 });
    await send(create);
    expect(gaps()).toEqual([expect.closeTo(7_000, -2)]);
    expect(await valuesOf(us.metrics.requestRetries)).toEqual({ '429 POST': 1 });
  });

  it('does not wait for ever because the server asks it to', async () => {
    failing({ is: 'answer', status: 429, retryAfterSeconds: 86_400 });
    await send(list);
    expect(gaps()[0]).toBeLessThanOrEqual(31_000);
  });

  it.for(REPEATABLE)('repeats a $method that the server failed at, after growing delays that vary', async (call) => {
    server.put(map);
    failing({ is: 'answer', status: 503 }, 3);
    await send(call).catch((error: unknown) => {
      // A PUT without a version is refused; what matters is that it came through.
      expect(error).toMatchObject({ status: 422 });
    });
    const [first = 0, second = 0, third = 0, ...more] = gaps();
    expect(more).toEqual([]);
    for (const [delay, least] of [
      [first, 200],
      [second, 400],
      [third, 800],
    ] as const) {
      expect(delay).toBeGreaterThanOrEqual(least);
      expect(delay).toBeLessThanOrEqual(1.5 * least + 100);
    }
    expect(await valuesOf(us.metrics.requestRetries)).toEqual({ [`503 ${call.method}`]: 3 });
  });

  it.for(REPEATABLE)('repeats a $method whose connection was reset', async (call) => {
    server.put(map);
    failing({ is: 'drop', when: 'before' });
    await send(call).catch((error: unknown) => {
      expect(error).toMatchObject({ status: 422 });
    });
    expect(server.requests).toHaveLength(2);
  });

  it.for([
    { is: 'answer', status: 503 },
    { is: 'drop', when: 'before' },
    { is: 'drop', when: 'after' },
    { is: 'truncate' },
    { is: 'html', status: 502 },
  ] as const satisfies readonly Fault[])('does not repeat a POST that may have been executed ($is)', async (fault) => {
    failing(fault);
    await expect(send(create)).rejects.toThrow();
    expect(server.requests).toHaveLength(1);
  });

  it('takes the success that a repeated deletion finds for what it is', async () => {
    server.put(map);
    failing({ is: 'drop', when: 'after' });
    await time.during(us.client.remove({ apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps' }, map));
    expect([server.read('configmaps', map.metadata), server.requests.length]).toEqual([undefined, 2]);
  });

  it('gives up after four tries, with the last answer', async () => {
    failing({ is: 'answer', status: 500 }, 10);
    await expect(send(list)).rejects.toMatchObject({ name: 'ApiError', status: 500, reason: 'InternalError' });
    expect(server.requests).toHaveLength(4);
  });

  it.for([400, 403, 404, 409, 410])('does not repeat what is refused with %i', async (status) => {
    failing({ is: 'answer', status });
    await expect(send(list)).rejects.toMatchObject({ status });
    expect(server.requests).toHaveLength(1);
  });

  it('reads an answer that was cut once more', async () => {
    server.put(map);
    failing({ is: 'truncate' });
    expect(await send(list)).toMatchObject({ items: [{ data: { k: 'v' } }] });
    expect(server.requests).toHaveLength(2);
  });
});

describe('what is told of it', () => {
  it('counts requests by code and method, and measures them', async () => {
    server.fail({ fault: { is: 'answer', status: 503 } });
    server.fail({ fault: { is: 'drop', when: 'before' } });
    await send(list);
    await send(create);
    await expect(send(create)).rejects.toMatchObject({ reason: 'AlreadyExists' });
    expect(await valuesOf(us.metrics.requests)).toEqual({
      '503 GET': 1,
      '<error> GET': 1,
      '200 GET': 1,
      '201 POST': 1,
      '409 POST': 1,
    });
    expect(await valuesOf(us.metrics.requestRetries)).toEqual({ '503 GET': 1, '<error> GET': 1 });
    const { values } = await us.metrics.requestSeconds.get();
    const counts = values.filter(({ metricName }) => metricName?.endsWith('_count') === true);
    expect(counts.map(({ labels, value }) => [labels.verb, value])).toEqual([
      ['GET', 3],
      ['POST', 2],
    ]);
  });

  it('says who asks, and for what', async () => {
    await send(list);
    expect(server.requests[0]?.headers).toMatchObject({ 'user-agent': 'tests/1.0', accept: 'application/json' });
  });

  it('says so when it is not the API server that answers', async () => {
    server.fail({ fault: { is: 'html', status: 200 }, times: Infinity });
    await expect(send(list)).rejects.toThrow('the answer is not JSON: is it the API server that answers?');
    await expect(send(create)).rejects.toThrow('the answer is not JSON');
  });

  it('tells an answer without a Status by its code', async () => {
    server.fail({ fault: { is: 'html', status: 502 }, times: Infinity });
    await expect(send(list)).rejects.toThrow(new ApiError(502, undefined));
  });

  it('tells nobody its token, whatever goes wrong', async () => {
    const token = 'eyJhbGciOiJub25lIn0.c2VjcmV0.';
    await using ours = connect(server, { user: { token } });
    const faults: readonly Fault[] = [
      { is: 'answer', status: 401 },
      { is: 'answer', status: 403 },
      { is: 'answer', status: 500 },
      { is: 'html', status: 200 },
      { is: 'drop', when: 'before' },
      { is: 'hang' },
      { is: 'truncate' },
    ];
    for (const fault of faults) {
      using plan = server.fail({ fault, times: Infinity });
      const error: unknown = await time.during(ours.transport.send(list), 1_000).catch((reason: unknown) => reason);
      expect(plan.used).toBeGreaterThan(0);
      expect(everythingIn(error)).not.toContain(token);
    }
    expect(server.requests.every(({ headers }) => headers.authorization === `Bearer ${token}`)).toBe(true);
  });
});

/** @returns all text that a logger could find in an error. */
function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) throw new Error('nothing went wrong');
  const own = JSON.stringify(error, Object.getOwnPropertyNames(error));
  return `${error.name} ${error.message} ${error.stack ?? ''} ${own} ${error.cause instanceof Error ? everythingIn(error.cause) : ''}`;
}

it('has a name for each method that it repeats', () => {
  expect(REPEATABLE.map(({ method }) => method)).toEqual(['GET', 'PUT', 'PATCH', 'DELETE'] satisfies Method[]);
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask } from './asking.ts';
import { FakeApiServer } from './fake-api-server.ts';
import { until } from './until.ts';

const MAPS = '/api/v1/namespaces/n/configmaps';
const map = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', namespace: 'n' },
  data: { k: 'v'.repeat(100) },
};

let server: FakeApiServer;
beforeEach(async () => {
  server = await FakeApiServer.start();
});
afterEach(async () => server.close());

const list = async () => ask(server, ['GET', MAPS]);
const isHeld = (): boolean => server.read('configmaps', map.metadata) !== undefined;

describe('faults of the fake API server', () => {
  it('happen as often as planned, to the requests that are meant', async () => {
    server.fail({ when: ({ verb }) => verb === 'list', times: 2, fault: { is: 'answer', status: 503 } });
    const codes = [await ask(server, ['GET', `${MAPS}/a`]), await list(), await list(), await list()];
    expect(codes.map(({ status }) => status)).toEqual([404, 503, 503, 200]);
  });

  it('end when they are lifted', async () => {
    const plan = server.fail({ times: Infinity, fault: { is: 'answer', status: 500 } });
    expect((await list()).body).toMatchObject({ kind: 'Status', code: 500, reason: 'InternalError' });
    plan.lift();
    expect([(await list()).status, plan.used]).toEqual([200, 1]);
  });

  it('refuse with 429 in plain text, and say when to come again', async () => {
    server.fail({ fault: { is: 'answer', status: 429, retryAfterSeconds: 3 } });
    const { status, body, headers } = await list();
    expect([status, body, headers.get('retry-after')]).toEqual([
      429,
      'Too many requests, please try again later.\n',
      '3',
    ]);
  });

  it('refuse with a Status', async () => {
    for (const [status, reason] of [
      [401, 'Unauthorized'],
      [410, 'Expired'],
      [504, 'Timeout'],
    ] as const) {
      server.fail({ fault: { is: 'answer', status } });
      expect((await list()).body).toMatchObject({ kind: 'Status', status: 'Failure', code: status, reason });
    }
  });

  it('answer with a page of HTML', async () => {
    server.fail({ fault: { is: 'html', status: 200 } });
    const { status, body, headers } = await list();
    expect([status, headers.get('content-type'), body]).toEqual([200, 'text/html', expect.stringContaining('<html>')]);
  });

  it('drop the connection before a request is processed, or after', async () => {
    for (const [when, held] of [
      ['before', false],
      ['after', true],
    ] as const) {
      server.fail({ fault: { is: 'drop', when } });
      await expect(ask(server, ['POST', MAPS], { body: map })).rejects.toThrow('fetch failed');
      expect(isHeld()).toBe(held);
    }
  });

  it('never answer, until the client gives up', async () => {
    server.fail({ fault: { is: 'hang' } });
    const stop = new AbortController();
    const waiting = fetch(`${server.url}${MAPS}`, { signal: stop.signal });
    await until(() => server.requests.length === 1);
    stop.abort();
    await expect(waiting).rejects.toThrow('aborted');
  });

  it('answer late, slowly and in the end completely', async () => {
    server.put(map);
    server.fail({ fault: { is: 'delay', ms: 20 } });
    expect((await list()).status).toBe(200);
    server.fail({ fault: { is: 'trickle', chunkBytes: 100, everyMs: 1 } });
    expect((await list()).body).toMatchObject({ items: [{ data: map.data }] });
  });

  it('cut the connection in the middle of an answer', async () => {
    server.fail({ fault: { is: 'truncate' } });
    await expect(list()).rejects.toThrow('terminated');
  });
});

describe('what the fake API server records', () => {
  it('tells each request, and over which connection it came', async () => {
    await list();
    await ask(server, ['POST', `${MAPS}?fieldManager=us`], { body: map });
    await ask(server, ['GET', '/nonsense']);
    expect(server.requests).toMatchObject([
      { verb: 'list', resource: 'configmaps', method: 'GET', path: MAPS, query: {}, connection: 1, httpVersion: '1.1' },
      { verb: 'create', query: { fieldManager: 'us' }, body: JSON.stringify(map) },
      { verb: undefined, path: '/nonsense' },
    ]);
    expect([server.count('list'), server.count('create', 'secrets')]).toEqual([1, 0]);
  });

  it('numbers a connection anew once the old ones are cut', async () => {
    await list();
    server.cutConnections();
    await until(() => server.openSockets === 0);
    await list();
    expect([server.requests.at(-1)?.connection, server.connections, server.openSockets]).toEqual([2, 2, 1]);
  });

  it('leaves nothing open when it closes, whatever is under way', async () => {
    const when = ({ verb }: { readonly verb: unknown }): boolean => verb === 'list';
    server.fail({ when, fault: { is: 'hang' } });
    server.fail({ when, fault: { is: 'delay', ms: 60_000 } });
    server.fail({ when, fault: { is: 'trickle', chunkBytes: 1, everyMs: 60_000 } });
    const watching = fetch(`${server.url}${MAPS}?watch=true&timeoutSeconds=600`).then(async (response) =>
      response.text(),
    );
    const waiting = [list(), list(), list(), watching];
    await until(() => server.requests.length === 4);
    await server.close();
    expect((await Promise.allSettled(waiting)).map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
    await until(() => server.openSockets === 0);
  });
});

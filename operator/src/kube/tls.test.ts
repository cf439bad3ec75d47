import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { selfSigned } from './testing/certificate.ts';
import { connect, type Connection } from './testing/connecting.ts';
import { FakeApiServer } from './testing/fake-api-server.ts';
import type { Call } from './transport.ts';

const list: Call = { method: 'GET', path: '/api/v1/namespaces/n/configmaps' };
const tls = selfSigned('the server');

let folder: string;
let caFile: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tls-'));
  caFile = join(folder, 'ca.crt');
});
afterAll(async () => rm(folder, { recursive: true }));

let server: FakeApiServer;
let us: Connection;
beforeEach(async () => {
  await writeFile(caFile, tls.cert);
  server = await FakeApiServer.start({ tls });
  us = connect(server, { caFile });
});
afterEach(async () => {
  await us[Symbol.asyncDispose]();
  await server.close();
});

describe('TLS', () => {
  it('is set up once for many requests, in HTTP/1.1, though the server offers HTTP/2', async () => {
    for (let i = 0; i < 10; i += 1) await us.transport.send(list);
    expect(new Set(server.requests.map(({ httpVersion }) => httpVersion))).toEqual(new Set(['1.1']));
    // Who asks again at once may find the first connection not yet put back.
    expect(server.connections).toBeLessThanOrEqual(2);
  });

  it('would be HTTP/2 for a client that takes it', async () => {
    const dispatcher = new Agent({ allowH2: true, connect: { ca: tls.cert } });
    await (await request(`${server.url}${list.path}`, { dispatcher })).body.dump();
    await dispatcher.destroy();
    expect(server.requests.map(({ httpVersion }) => httpVersion)).toEqual(['2.0']);
  });

  it('is refused with a server that we have no reason to trust, before anything is said', async () => {
    await writeFile(caFile, selfSigned('another').cert);
    await using wary = connect(server, { caFile, user: { token: 'secret' } });
    await expect(wary.transport.send({ ...list, method: 'POST', body: {} })).rejects.toThrow(/self.signed/);
    expect(server.requests).toEqual([]);
  });
});

describe('a connection that was idle', () => {
  it('is used again without a pause', async () => {
    await us.transport.send(list);
    const took: number[] = [];
    for (let i = 0; i < 9; i += 1) {
      await new Promise((resolve) => setTimeout(resolve, 30));
      const started = performance.now();
      await us.transport.send(list);
      took.push(performance.now() - started);
    }
    // undici 8.8 and 8.9 waited for half a second (undici #5600); the median, since a busy machine may be slow once.
    expect(took.toSorted((one, other) => one - other)[4]).toBeLessThan(250);
    expect(server.connections).toBe(1);
  });
});

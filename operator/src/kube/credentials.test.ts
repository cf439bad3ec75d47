import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, tokenFileUser, type Connection, type ConnectOptions } from './testing/connecting.ts';
import { FakeApiServer } from './testing/fake-api-server.ts';
import { SimulatedTime } from './testing/simulated-time.ts';
import type { Call } from './transport.ts';

const list: Call = { method: 'GET', path: '/api/v1/namespaces/n/configmaps' };

const time = new SimulatedTime();
afterAll(() => {
  time[Symbol.dispose]();
});

let server: FakeApiServer;
let folder: string;
let us: Connection | undefined;
beforeEach(async () => {
  server = await FakeApiServer.start();
  folder = await mkdtemp(join(tmpdir(), 'credentials-'));
});
afterEach(async () => {
  await us?.[Symbol.asyncDispose]();
  us = undefined;
  await server.close();
  await rm(folder, { recursive: true });
});

const write = async (name: string, text: string): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
};

/** @returns a way to send a request as a user. */
function as(options: ConnectOptions): () => Promise<unknown> {
  const connection = connect(server, options);
  us = connection;
  return async () => time.during(connection.transport.send(list));
}

/** The server accepts no other token from now on. */
const acceptOnly = (token: string) =>
  server.fail({
    when: ({ headers }) => headers.authorization !== `Bearer ${token}`,
    fault: { is: 'answer', status: 401 },
    times: Infinity,
  });

const tokens = (): (string | undefined)[] =>
  server.requests.map(({ headers }) => headers.authorization?.replace('Bearer ', ''));

describe('a token in a file', () => {
  it('is used for a while without being read anew, and then as the file has it', async () => {
    const file = await write('token', 'old');
    const send = as({ user: tokenFileUser(file) });
    await send();
    await writeFile(file, 'new');
    await time.pass(10_000, 1_000);
    await send();
    await time.pass(85_000, 1_000);
    await send();
    expect(tokens()).toEqual(['old', 'old', 'new']);
  });

  it('is read anew, once, when the server does not accept it', async () => {
    const file = await write('token', 'old');
    const send = as({ user: tokenFileUser(file) });
    await send();
    await writeFile(file, 'new');
    acceptOnly('new');
    await send();
    expect(tokens()).toEqual(['old', 'old', 'new']);
  });

  it('is read anew when the server does not accept it for a watch', async () => {
    const file = await write('token', 'old');
    const connection = connect(server, { user: tokenFileUser(file) });
    us = connection;
    await time.during(connection.transport.send(list));
    await writeFile(file, 'new');
    acceptOnly('new');
    const watch = async () => time.during(connection.transport.open({ ...list, query: { watch: true } }));
    await watch().catch(() => undefined);
    await watch().catch(() => undefined);
    expect(tokens().at(-1)).toBe('new');
  });

  it('is not tried for ever when the server does not accept what the file holds', async () => {
    const send = as({ user: tokenFileUser(await write('token', 'old')) });
    acceptOnly('new');
    await expect(send()).rejects.toMatchObject({ name: 'ApiError', status: 401, reason: 'Unauthorized' });
    expect(tokens()).toEqual(['old', 'old']);
  });

  it('stays in use while the file cannot be read', async () => {
    const file = await write('token', 'old');
    const send = as({ user: tokenFileUser(file) });
    await send();
    await rm(file);
    await time.pass(120_000, 10_000);
    await send();
    await writeFile(file, 'new');
    await time.pass(120_000, 10_000);
    await send();
    expect(tokens()).toEqual(['old', 'old', 'new']);
  });

  it('may come late', async () => {
    const file = join(folder, 'token');
    const send = as({ user: tokenFileUser(file) });
    await expect(send()).rejects.toThrow('ENOENT');
    await writeFile(file, 'new');
    await send();
    expect(tokens()).toEqual(['new']);
  });

  it('may end with a newline', async () => {
    const send = as({ user: tokenFileUser(await write('token', 'old\n')) });
    await send();
    expect(tokens()).toEqual(['old']);
  });
});

describe('a token from a plugin', () => {
  /** A plugin that tells how often it was run, and gives what a file holds. */
  async function plugin(): Promise<{ options: ConnectOptions; runs: () => Promise<number>; token: string }> {
    const [log, token] = [await write('log', ''), await write('given', 'old')];
    const kind = `"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential"`;
    const script = `echo run >> ${log}; echo "{ ${kind.replaceAll('"', '\\"')}, \\"status\\": { \\"token\\": \\"$(cat ${token})\\" } }"`;
    const exec = { command: '/bin/sh', args: ['-c', script] };
    const runs = async (): Promise<number> => (await readFile(log, 'utf8')).split('\n').length - 1;
    return { options: { user: { exec } }, runs, token };
  }

  it('is asked for once by many requests at a time', async () => {
    const { options, runs } = await plugin();
    const send = as(options);
    await Promise.all(Array.from({ length: 10 }, send));
    expect([await runs(), new Set(tokens())]).toEqual([1, new Set(['old'])]);
  });

  it('is asked for anew when the server does not accept it', async () => {
    const { options, runs, token } = await plugin();
    const send = as(options);
    await send();
    await writeFile(token, 'new');
    acceptOnly('new');
    await send();
    expect([tokens(), await runs()]).toEqual([['old', 'old', 'new'], 2]);
  });

  it('fails with what the plugin says', async () => {
    const send = as({ user: { exec: { command: '/bin/sh', args: ['-c', 'echo no luck >&2; exit 1'] } } });
    await expect(send()).rejects.toThrow('no luck');
  });
});

describe('whom we trust', () => {
  it('may change: requests then go over new connections, and watches go on over the old', async () => {
    const caFile = await write('ca.crt', 'one');
    const connection = connect(server, { caFile });
    us = connection;
    const send = async () => time.during(connection.transport.send(list));
    await send();
    const watching = await connection.transport.open({ ...list, query: { watch: true } });
    await writeFile(caFile, 'two');
    await time.pass(40_000, 1_000);
    await send();
    await send();
    expect(server.requests.map((each) => each.connection)).toEqual([1, 2, 3, 3]);
    expect(server.openWatches).toBe(1);
    server.endWatches();
    await time.during(Array.fromAsync(watching));
    await time.settle();
    expect(server.openSockets).toBe(1);
  });

  it('does not cost a connection when nothing changes', async () => {
    const send = as({ caFile: await write('ca.crt', 'one') });
    for (let minute = 0; minute < 10; minute += 1) {
      await send();
      await time.pass(25_000, 1_000);
    }
    expect(server.connections).toBe(1);
  });
});

describe('other ways to say who we are', () => {
  it('sends a token, or a name with a password, or nothing', async () => {
    for (const user of [{ token: 't' }, { username: 'u', password: 'p' }, {}]) {
      await using connection = connect(server, { user });
      await time.during(connection.transport.send(list));
    }
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer t', 'Basic dTpw', undefined]);
  });
});

/** PgBouncer as it stands beside an API container: it takes up its settings while it runs, and goes when its clients have gone. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { StartedNetwork, StartedTestContainer } from 'testcontainers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { capture } from '../cluster/progress.ts';
import {
  newNetwork,
  openPoolerSettings,
  PASSWORDS,
  POOLER_SETTINGS,
  startPooler,
  startPostgres,
  type Postgres,
} from './containers.ts';

let network: StartedNetwork;
let postgres: Postgres;
let pooler: StartedTestContainer;
const clients: pg.Client[] = [];

beforeAll(async () => {
  network = await newNetwork();
  postgres = await startPostgres(network);
});

beforeEach(async () => {
  pooler = await startPooler(network, { settings: openPoolerSettings(4), ports: [6432] });
  return async () => {
    for (const client of clients.splice(0)) await client.end();
    await pooler.stop();
  };
});

afterAll(async () => {
  await postgres.container.stop();
  await network.stop();
});

async function connect(database = 'heroes'): Promise<pg.Client> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port: pooler.getMappedPort(6432),
    database,
    user: 'heroes_api',
    password: PASSWORDS.api,
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function connected(): Promise<pg.Client> {
  const client = await connect();
  clients.push(client);
  return client;
}

/** The size of the pool by PgBouncer's own account. */
async function poolSize(): Promise<number> {
  const client = await connect('pgbouncer');
  const { rows } = await client.query<{ name: string; pool_size: string }>('SHOW DATABASES');
  await client.end();
  return Number(rows.find(({ name }) => name === 'heroes')?.pool_size);
}

/** As the kubelet does it: the file is another one from one moment to the next, and nobody is told. */
async function exchange(serverConnections: number): Promise<void> {
  await pooler.copyContentToContainer([{ content: openPoolerSettings(serverConnections), target: POOLER_SETTINGS }]);
  await expect.poll(poolSize, { timeout: 20_000, interval: 200 }).toBe(serverConnections);
}

const backends = async (): Promise<number> =>
  Number(await postgres.sql("select count(*) from pg_stat_activity where usename = 'heroes_api'"));

const backendOf = async (client: pg.Client): Promise<number> => {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return rows[0]?.pid ?? NaN;
};

/** Everybody works at the same time. @returns on how many connections to PostgreSQL they did. */
async function work(all: readonly pg.Client[]): Promise<number> {
  const worked = all.map(async (client) => {
    await client.query('begin');
    await client.query('select pg_sleep(0.1)');
    const pid = await backendOf(client);
    await client.query('commit');
    return pid;
  });
  return new Set(await Promise.all(worked)).size;
}

const many = async (): Promise<pg.Client[]> => Promise.all(Array.from({ length: 12 }, connected));

describe('a pool that is made smaller', () => {
  it('takes no connection from a client, not even in a transaction, and asks PostgreSQL for no more than it may', async () => {
    const all = await many();
    expect(await work(all)).toBe(4);
    const [one] = all;
    if (one === undefined) throw new Error('nobody is connected');
    await one.query('begin');
    const before = await backendOf(one);
    await exchange(2);
    expect(await backendOf(one)).toBe(before);
    await one.query('commit');
    await expect.poll(backends, { timeout: 10_000 }).toBe(2);
    expect(await work(all)).toBeLessThanOrEqual(2);
    expect(await backends()).toBe(2);
  });

  it('while all go on working lets each end its transaction, and is that small from then on', async () => {
    const all = await many();
    await work(all);
    let most = 0;
    const over = new AbortController();
    const working = Promise.all(
      all.map(async (client) => {
        while (!over.signal.aborted) {
          await work([client]);
          // PgBouncer ends a connection that is too many when nobody has work for it: without a pause there is always somebody.
          await sleep(Math.random() * 1_000);
        }
      }),
    );
    try {
      await exchange(1);
      await expect.poll(backends, { timeout: 40_000 }).toBe(1);
      for (let look = 0; look < 10; look += 1) {
        most = Math.max(most, await backends());
        await sleep(50);
      }
    } finally {
      over.abort();
      await working;
    }
    expect(most).toBe(1);
  });
});

describe('a pool that is made larger', () => {
  it('is opened at once, and used', async () => {
    const all = await many();
    await work(all);
    await exchange(8);
    await expect.poll(backends, { timeout: 10_000 }).toBe(8);
    await expect.poll(async () => work(all), { timeout: 10_000 }).toBe(8);
  });
});

describe('PgBouncer that is told to stop', () => {
  it('serves those who are connected, lets nobody in, and ends well when they have gone', async () => {
    const client = await connected();
    const exit = capture(['docker', 'wait', pooler.getId()]);
    await capture(['docker', 'kill', '--signal=TERM', pooler.getId()]);
    await expect
      .poll(
        async () =>
          connect().then(
            () => 'connected',
            () => 'refused',
          ),
        { timeout: 10_000 },
      )
      .toBe('refused');
    expect(await work([client])).toBe(1);
    await client.end();
    clients.length = 0;
    expect((await exit).trim()).toBe('0');
  });
});

/** The API in this process, over a real PgBouncer, PostgreSQL and cache: fast to start, and open to be looked into. */
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { GenericContainer, Wait, type StartedNetwork, type StartedTestContainer } from 'testcontainers';
import type { FastifyInstance } from 'fastify';
import { buildApp } from '@heroes/api/app.ts';
import { ApiConfig } from '@heroes/api/config.ts';
import type { Context } from '@heroes/api/context.ts';
import { wire } from '@heroes/api/wiring.ts';
import { seedCurriculum } from '@heroes/migrations/curriculum/seed.ts';
import { migrate } from '@heroes/migrations/migrator.ts';
import type { DB } from '@heroes/migrations/tables.ts';
import { valkeyConf } from '@heroes/operator/features/cache/render.ts';
import { readConfig } from '@heroes/runtime/config.ts';
import { createLogger } from '@heroes/runtime/logger.ts';
import { image, newNetwork, PASSWORDS, PLATFORM, poolerSettings, startPostgres, type Postgres } from '../containers.ts';

const SERVER_CONNECTIONS = 10;
const CACHE_PASSWORD = 'cache-secret';

export interface Stack extends AsyncDisposable {
  readonly app: FastifyInstance;
  readonly context: Context;
  readonly postgres: Postgres;
  readonly pooler: StartedTestContainer;
  readonly cache: StartedTestContainer;
  /** As the owner of the tables, past PgBouncer and row-level security: for what a test prepares and looks up. */
  readonly db: Kysely<DB>;
  /** What the API has logged, line by line. */
  readonly logged: readonly string[];
}

export interface StackOptions {
  /** Settings of the API beyond those that the harness makes. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Changes the context before the app is built on it. */
  readonly adapt?: (context: Context) => Context;
  /** Brings the database to where the API finds it; to this release unless given. */
  readonly prepare?: (db: Kysely<DB>) => Promise<void>;
}

const toThisRelease = async (db: Kysely<DB>): Promise<void> => {
  await migrate(db);
  await seedCurriculum(db);
};

/** Starts it all, migrated and with the curriculum. Dispose of it afterwards. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { settings = {}, adapt = (context: Context) => context, prepare = toThisRelease } = options;
  await using opened = new AsyncDisposableStack();
  const network = opened.adopt(await newNetwork(), stop);
  const postgres = await startPostgres(network);
  opened.defer(async () => stop(postgres.container));
  const db = openAsOwner(postgres);
  opened.defer(async () => db.destroy());
  await prepare(db);
  const pooler = opened.adopt(await startPooler(network), stop);
  const cache = opened.adopt(await startCache(network), stop);
  const logged: string[] = [];
  const environment = {
    DATABASE_PORT: String(pooler.getMappedPort(6432)),
    DATABASE_PASSWORD: PASSWORDS.api,
    CACHE_HOST: '127.0.0.1',
    CACHE_PORT: String(cache.getMappedPort(6379)),
    CACHE_PASSWORD,
    TOKEN_SECRET: 'a secret that seals things, long enough',
    ...settings,
  };
  const destination = {
    write: (lines: string) => void logged.push(...lines.split('\n').filter((line) => line !== '')),
  };
  const log = createLogger({ service: 'heroes-api', version: 'test', level: 'debug', destination });
  const wired = wire(readConfig(ApiConfig, environment), log);
  opened.defer(wired.close);
  const context = adapt(wired.context);
  const app = buildApp(context, context.log);
  opened.defer(async () => app.close());
  await app.ready();
  const parts = opened.move();
  return { app, context, postgres, pooler, cache, db, logged, [Symbol.asyncDispose]: async () => parts.disposeAsync() };
}

const stop = async (each: { stop: () => Promise<unknown> }): Promise<void> => {
  await each.stop();
};

/** @returns the database as the owner of its tables, past PgBouncer. */
export function openAsOwner({ container }: Postgres): Kysely<DB> {
  const pool = new pg.Pool({
    host: '127.0.0.1',
    port: container.getMappedPort(5432),
    database: 'heroes',
    user: 'heroes_owner',
    password: PASSWORDS.owner,
    max: 4,
  });
  pool.on('error', () => undefined);
  return new Kysely<DB>({ dialect: new PostgresDialect({ pool }) });
}

const startPooler = async (network: StartedNetwork): Promise<StartedTestContainer> =>
  new GenericContainer(image('pgbouncer'))
    .withNetwork(network)
    .withExposedPorts(6432)
    .withCopyContentToContainer([
      {
        // In a pod only its own containers reach it; here this process does.
        content: poolerSettings(SERVER_CONNECTIONS).replace('listen_addr = 127.0.0.1', 'listen_addr = 0.0.0.0'),
        target: '/etc/pgbouncer/pgbouncer.ini',
      },
      { content: `"heroes_api" "${PASSWORDS.api}"\n`, target: '/etc/pgbouncer-auth/userlist.txt' },
    ])
    .withWaitStrategy(Wait.forLogMessage(/process up/))
    .start();

const startCache = async (network: StartedNetwork): Promise<StartedTestContainer> =>
  new GenericContainer(image('cache'))
    .withNetwork(network)
    .withExposedPorts(6379)
    .withCopyContentToContainer([
      { content: valkeyConf(PLATFORM), target: '/etc/valkey/valkey.conf' },
      { content: `requirepass ${CACHE_PASSWORD}\n`, target: '/etc/heroes/cache-auth/auth.conf' },
    ])
    .withWaitStrategy(Wait.forLogMessage(/Ready to accept connections/))
    .start();

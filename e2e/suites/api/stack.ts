/** The API in this process, over a real PgBouncer, PostgreSQL and cache: fast to start, and open to be looked into. */
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { StartedTestContainer } from 'testcontainers';
import type { FastifyInstance } from 'fastify';
import { buildApp } from '@heroes/api/app.ts';
import { ApiConfig } from '@heroes/api/config.ts';
import type { Context } from '@heroes/api/context.ts';
import type { Database } from '@heroes/api/data/database.ts';
import type { Life } from '@heroes/api/life.ts';
import { wire } from '@heroes/api/wiring.ts';
import { seedCurriculum } from '@heroes/migrations/curriculum/seed.ts';
import { migrate } from '@heroes/migrations/migrator.ts';
import type { DB } from '@heroes/migrations/tables.ts';
import { readConfig } from '@heroes/runtime/config.ts';
import { createLogger } from '@heroes/runtime/logger.ts';
import {
  CACHE_PASSWORD,
  newNetwork,
  openPoolerSettings,
  PASSWORDS,
  startCache,
  startPooler,
  startPostgres,
  type Postgres,
} from '../containers.ts';

/** Of the stack's PgBouncer to PostgreSQL. */
export const SERVER_CONNECTIONS = 10;

export interface Stack extends AsyncDisposable {
  readonly app: FastifyInstance;
  readonly context: Context;
  readonly database: Database;
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
  /** Of the process; it serves at once unless given. */
  readonly life?: Life;
  /** Of PgBouncer to PostgreSQL; SERVER_CONNECTIONS unless given. */
  readonly serverConnections?: number;
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
  const { serverConnections = SERVER_CONNECTIONS } = options;
  await using opened = new AsyncDisposableStack();
  const network = opened.adopt(await newNetwork(), stop);
  const postgres = await startPostgres(network);
  opened.defer(async () => stop(postgres.container));
  const db = openAsOwner(postgres);
  opened.defer(async () => db.destroy());
  await prepare(db);
  const pooler = opened.adopt(
    await startPooler(network, { settings: openPoolerSettings(serverConnections), ports: [6432] }),
    stop,
  );
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
  const wired = wire(readConfig(ApiConfig, environment), log, options.life);
  opened.defer(wired.close);
  const context = adapt(wired.context);
  const app = buildApp(context, context.log);
  opened.defer(async () => app.close());
  await app.ready();
  const parts = opened.move();
  const { database } = wired;
  return {
    app,
    context,
    database,
    postgres,
    pooler,
    cache,
    db,
    logged,
    [Symbol.asyncDispose]: async () => parts.disposeAsync(),
  };
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

/** PostgreSQL through the pod's PgBouncer. Transaction pooling: nothing may outlive a transaction on a connection. */
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Logger } from '@heroes/runtime/logger.ts';
import type { DB } from '@heroes/migrations/tables.ts';
import type { ApiConfig } from '../config.ts';

/** How long a request waits for a connection before it is answered 503. */
const WAIT_MS = 5_000;

export interface Database {
  readonly db: Kysely<DB>;
  /** How the pool's connections stand; total is the most it may hold, so that active/total says how full it is. */
  readonly poolState: () => Readonly<Record<'active' | 'idle' | 'waiting' | 'total', number>>;
  readonly close: () => Promise<void>;
}

/** @returns the database; connections are opened when they are needed. */
export function openDatabase(config: ApiConfig, log: Logger): Database {
  const pool = new pg.Pool({
    host: config.DATABASE_HOST,
    port: config.DATABASE_PORT,
    database: config.DATABASE_NAME,
    user: config.DATABASE_USER,
    password: config.DATABASE_PASSWORD,
    max: config.DATABASE_POOL_SIZE,
    connectionTimeoutMillis: WAIT_MS,
    idleTimeoutMillis: 30_000,
  });
  pool.on('error', (error) => {
    log.warn({ reason: error.message }, 'an idle database connection broke; the pool opens another');
  });
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) });
  return {
    db,
    poolState: () => ({
      active: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
      total: config.DATABASE_POOL_SIZE,
    }),
    close: async () => db.destroy(),
  };
}

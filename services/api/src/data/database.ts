/** PostgreSQL through the pod's PgBouncer. Transaction pooling: nothing may outlive a transaction on a connection. */
import { Kysely, type LogEvent, type PostgresPoolClient } from 'kysely';
import pg from 'pg';
import type { Logger } from '@heroes/runtime/logger.ts';
import type { DB } from '@heroes/migrations/tables.ts';
import type { ApiConfig } from '../config.ts';
import { TIMES_MS } from '../limits/times.ts';
import { neverKept, type NeverKept } from './never-kept.ts';
import { OpeningDialect } from './opening.ts';
import { prepareOn, Statements } from './prepared.ts';
import { Waiting } from './waiting.ts';

export interface Database {
  readonly db: Kysely<DB>;
  /** How the pool's connections stand; total is the most it may hold, so that active/total says how full it is. */
  readonly poolState: () => Readonly<Record<'active' | 'idle' | 'waiting' | 'total', number>>;
  /** @returns how long one waits for a connection now, milliseconds. */
  readonly waitMs: () => number;
  /** Opens every connection that the pool may hold; they stay open. @throws Error when one cannot be opened in time. */
  readonly open: () => Promise<void>;
  /** For what is done as a request does it, and must leave nothing behind. */
  readonly neverKept: NeverKept;
  readonly close: () => Promise<void>;
}

/**
 * @param told - of each statement when it is over
 * @returns the database; connections are opened when they are needed, and kept: at a bell nobody should wait for one, and idle ones
 *   cost PgBouncer two kilobytes each.
 */
export function openDatabase(config: ApiConfig, log: Logger, told?: (event: LogEvent) => void): Database {
  const pool = new pg.Pool({
    host: config.DATABASE_HOST,
    port: config.DATABASE_PORT,
    database: config.DATABASE_NAME,
    user: config.DATABASE_USER,
    password: config.DATABASE_PASSWORD,
    max: config.DATABASE_POOL_SIZE,
    min: config.DATABASE_POOL_SIZE,
    // Statements that nobody waits for in between are sent one behind the other: see opening.ts.
    pipeline: true,
    connectionTimeoutMillis: TIMES_MS.poolWait,
  });
  pool.on('error', (error) => {
    log.warn({ err: error }, 'an idle database connection broke; the pool opens another');
  });
  const statements = new Statements();
  pool.on('connect', (client) => {
    heard(client);
    prepareOn(client, statements);
  });
  const waiting = new Waiting();
  const db = new Kysely<DB>({
    dialect: new OpeningDialect({ pool: measured(pool, waiting) }),
    ...(told === undefined ? {} : { log: told }),
  });
  return {
    db,
    poolState: () => ({
      active: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
      total: config.DATABASE_POOL_SIZE,
    }),
    waitMs: () => waiting.currentMs(),
    open: async () => {
      // As many at once as there may be: none of them finds one that is idle.
      const asked = Array.from({ length: config.DATABASE_POOL_SIZE }, async () => pool.connect());
      const opened = await Promise.allSettled(asked);
      // Also those beside one that could not be opened, or nobody would ever get them.
      for (const each of opened) if (each.status === 'fulfilled') each.value.release();
      const failed = opened.find((each) => each.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },
    neverKept: neverKept(pool),
    close: async () => db.destroy(),
  };
}

/**
 * Of one that breaks between two statements of a transaction its next statement tells; the pool hears of idle ones alone, and
 * an error that nobody hears would end the process, and with it every request that is under way.
 */
const heard = (client: pg.PoolClient): void => {
  client.on('error', () => undefined);
};

/** What Kysely asks of a pool, and how long it has to wait for it while all connections are taken. */
function measured(pool: pg.Pool, waiting: Waiting) {
  return {
    connect: async (): Promise<PostgresPoolClient> => {
      const queues = pool.idleCount === 0 && pool.totalCount >= pool.options.max;
      const end = waiting.begin();
      // To open a connection takes its time too, the first ones of a new pod above all; but nobody queues for it.
      if (!queues) end();
      try {
        return await pool.connect();
      } finally {
        end();
      }
    },
    end: async () => pool.end(),
    options: pool.options,
  };
}

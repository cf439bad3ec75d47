/** A direct connection to PostgreSQL, for work that needs a session of its own. */
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { DB } from '@heroes/migrations/tables.ts';
import type { DatabaseConfig } from './config.ts';

/** @param name - by which PostgreSQL knows the connection. @returns a database of one; destroy it when done. */
export function openDatabase(config: DatabaseConfig, name: string): Kysely<DB> {
  const pool = new pg.Pool({
    host: config.DATABASE_HOST,
    port: config.DATABASE_PORT,
    database: config.DATABASE_NAME,
    user: config.DATABASE_USER,
    password: config.DATABASE_PASSWORD,
    application_name: name,
    max: 1,
    connectionTimeoutMillis: 5_000,
  });
  // A connection that breaks while idle is made anew by the pool.
  pool.on('error', () => undefined);
  // Of one that breaks between two statements the next one tells: unheard, it would end the process without its last words.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return new Kysely<DB>({ dialect: new PostgresDialect({ pool }) });
}

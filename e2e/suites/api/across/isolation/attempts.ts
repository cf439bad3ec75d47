/** What an actor can do to the database with plain SQL, past every handler. */
import type pg from 'pg';
import { sql, type Kysely } from 'kysely';
import type { Actor } from '@heroes/api/access/roles.ts';
import { settingsOf } from '@heroes/api/data/transaction.ts';
import type { DB } from '@heroes/migrations/tables.ts';

/** Row-level security's refusal of a row, and PostgreSQL's of a right that was not granted. */
const NOT_ALLOWED = '42501';

/** @returns what the statements came to, in a transaction of the actor that is taken back. Undefined is nobody at all. */
export async function as<T>(
  pool: pg.Pool,
  actor: Actor | undefined,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    for (const [name, value] of Object.entries(actor === undefined ? {} : settingsOf(actor)))
      await client.query('select set_config($1, $2, true)', [`app.${name}`, value]);
    return await work(client);
  } finally {
    await client.query('rollback');
    client.release();
  }
}

/** @returns all rows of a table that the client sees, as text, sorted. */
export async function seen(client: pg.PoolClient, table: string): Promise<string[]> {
  const { rows } = await client.query<{ row: string }>(`select t::text as row from ${table} t`);
  return rows.map(({ row }) => row).sort();
}

export type Outcome = 'done' | 'nothing' | 'refused';

/** Tries a statement that writes, and takes it back. What fails for another reason than rights had the right. */
export async function attempt(client: pg.PoolClient, text: string, values: readonly unknown[] = []): Promise<Outcome> {
  await client.query('savepoint attempt');
  try {
    const { rowCount } = await client.query(text, [...values]);
    return rowCount === 0 ? 'nothing' : 'done';
  } catch (error) {
    return (error as pg.DatabaseError).code === NOT_ALLOWED ? 'refused' : 'done';
  } finally {
    await client.query('rollback to savepoint attempt');
  }
}

export interface Row {
  readonly ctid: string;
  /** Without the columns that the database makes itself. */
  readonly json: string;
  readonly text: string;
  readonly isSeen: boolean;
  readonly isWritten: boolean;
  readonly isAdded: boolean;
}

export interface Conditions {
  readonly sees?: string | undefined;
  readonly writes?: string | undefined;
  readonly adds?: string | undefined;
}

/** @param owner - of the tables. @returns all rows of a table, and which conditions hold of each. */
export async function rowsOf(
  owner: Kysely<DB>,
  table: string,
  { sees = 'false', writes = 'false', adds = 'false' }: Conditions,
): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select ctid::text, t::text as text, to_jsonb(t)::text as json,
      coalesce((${sql.raw(sees)}), false) as "isSeen",
      coalesce((${sql.raw(writes)}), false) as "isWritten",
      coalesce((${sql.raw(adds)}), false) as "isAdded"
    from ${sql.table(table)} t`.execute(owner);
  return rows;
}

/** @returns the columns of a table that a statement may give a value, in order. */
export async function columnsOf(owner: Kysely<DB>, table: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select attname as name from pg_attribute
    where attrelid = ${table}::regclass and attnum > 0 and not attisdropped and attgenerated = ''
    order by attnum`.execute(owner);
  return rows.map(({ name }) => name);
}

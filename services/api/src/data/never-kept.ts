/**
 * A database of which nothing is kept. What one piece of work does is done on one connection of the pool, in one transaction that is
 * rolled back; the transactions within it are savepoints. To PostgreSQL, and to what stands between, it is otherwise what requests
 * are: the same statements, prepared alike, on the connections that requests will use.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { Kysely, type PostgresPoolClient } from 'kysely';
import type pg from 'pg';
import type { DB } from '@heroes/migrations/tables.ts';
import { OpeningDialect } from './opening.ts';

export interface NeverKept {
  /** To be used within `run` alone. */
  readonly db: Kysely<DB>;
  /** Runs work; whatever it asks of `db`, however deep in it, is taken back at its end. */
  readonly run: <T>(work: () => Promise<T>) => Promise<T>;
}

/** @param pool - of whose connections each work takes one */
export function neverKept(pool: Pick<pg.Pool, 'connect' | 'options'>): NeverKept {
  const here = new AsyncLocalStorage<Lent>();
  const connect = async (): Promise<PostgresPoolClient> => {
    const lent = here.getStore();
    if (lent === undefined) throw new Error('what is never kept is done within run()');
    return lent.take();
  };
  return {
    db: new Kysely<DB>({
      dialect: new OpeningDialect({ pool: { connect, end: async () => Promise.resolve(), options: pool.options } }),
    }),
    run: async (work) => {
      const client = await pool.connect();
      const lent = new Lent(client);
      let broken: Error | undefined;
      try {
        await client.query('begin');
        return await here.run(lent, work);
      } finally {
        lent.end();
        // One that cannot take it back is not used again: PostgreSQL does so when it is closed.
        await client.query('rollback').catch((error: unknown) => {
          broken = error instanceof Error ? error : new Error(String(error));
        });
        client.release(broken);
      }
    },
  };
}

/** A connection that is lent to one transaction after the other, each of which takes it for its own. */
class Lent {
  readonly #client: pg.PoolClient;
  #free: Promise<void> = Promise.resolve();
  #over = false;

  constructor(client: pg.PoolClient) {
    this.#client = client;
  }

  async take(): Promise<PostgresPoolClient> {
    const before = this.#free;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#free = promise;
    await before;
    const query = async (text: string, values?: unknown[]): Promise<unknown> => {
      if (this.#over) throw new Error('what was never kept is over');
      return this.#client.query(asSavepoint(text), values);
    };
    const release = (): void => {
      resolve(undefined);
    };
    return { query, release } as unknown as PostgresPoolClient;
  }

  /** What still goes on for it does nothing any more: the connection may be somebody else's, in a transaction of theirs. */
  end(): void {
    this.#over = true;
  }
}

/** One at a time, so that one name will do. */
const asSavepoint = (text: string): string =>
  text
    .replace(/^begin\b/, 'savepoint never_kept')
    .replace(/^commit$/, 'release savepoint never_kept')
    .replace(/^rollback$/, 'rollback to savepoint never_kept');

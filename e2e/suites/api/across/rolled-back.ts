/** A database in which every transaction is taken back at its end: thousands of writes, and all find the same things there. */
import type { Kysely, Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';

class TakenBack<T> extends Error {
  override readonly name = 'TakenBack';
  readonly result: T;

  constructor(result: T) {
    super('taken back on purpose');
    this.result = result;
  }
}

/** @returns a database like the one given, whose transactions give what they would and then are rolled back. */
export const rolledBack = (db: Kysely<DB>): Kysely<DB> =>
  new Proxy(db, {
    get: (target, name) => {
      if (name === 'transaction') return () => ({ execute: async (work: Work<unknown>) => takeBack(target, work) });
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
    },
  });

type Work<T> = (transaction: Transaction<DB>) => Promise<T>;

async function takeBack<T>(db: Kysely<DB>, work: Work<T>): Promise<T> {
  try {
    return await db.transaction().execute(async (transaction) => {
      throw new TakenBack(await work(transaction));
    });
  } catch (error) {
    if (error instanceof TakenBack) return error.result as T;
    throw error;
  }
}

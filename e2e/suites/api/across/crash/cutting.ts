/** Cuts the API off from its database in the middle of a write. */
import pg from 'pg';
import { hookStatements } from '../statements.ts';
import { PASSWORDS } from '../../../containers.ts';
import type { Stack } from '../../stack.ts';

/** With it a write begins that has a key, once it is known who may do it. */
const CLAIM = 'insert into "idempotency_keys"';
const COMMIT = 'commit';

/** When it is cut off: before the statement of that number, or after the commit and before its answer; never, otherwise. */
export type Cut = number | 'after the commit' | undefined;

/** Cuts connections, as the superuser of a stack's PostgreSQL. */
export class Scissors {
  readonly #superuser: pg.Pool;

  constructor({ postgres }: Pick<Stack, 'postgres'>) {
    this.#superuser = new pg.Pool({
      host: '127.0.0.1',
      port: postgres.container.getMappedPort(5432),
      database: 'heroes',
      user: 'postgres',
      password: PASSWORDS.superuser,
      max: 1,
    });
  }

  /** Does work and cuts its write off. @returns the statements of the write that were begun, its commit as the last. */
  async during(cut: Cut, work: () => Promise<unknown>): Promise<readonly string[]> {
    const statements: string[] = [];
    let writing: pg.Client | undefined;
    const hooked = hookStatements('heroes_api', async ({ text }, send, connection) => {
      if (text.includes(CLAIM)) writing = connection;
      if (connection !== writing) return send();
      statements.push(text);
      if (text === COMMIT) writing = undefined;
      if (cut === statements.length - 1) await this.#cut();
      const result = await send();
      if (cut !== 'after the commit' || text !== COMMIT) return result;
      await this.#cut();
      throw Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' });
    });
    try {
      await work();
    } finally {
      hooked[Symbol.dispose]();
    }
    return statements;
  }

  /** Ends every server process of the API's, whatever it is doing, and waits until they are gone. */
  async #cut(): Promise<void> {
    const others = `from pg_stat_activity where usename = 'heroes_api'`;
    await this.#superuser.query(`select pg_terminate_backend(pid, 5000) ${others}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#superuser.end();
  }
}

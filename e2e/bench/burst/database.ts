/** A district's database, as its superuser sees it: past PgBouncer, by a port of loopback. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Connections } from './peaks.ts';

const EVERY_MS = 500;
/** For making schools; they are let go soon after. */
const MOST = 4;

export interface Login {
  readonly port: number;
  readonly password: string;
}

/** @returns the database as its superuser. */
export function openDatabase({ port, password }: Login): Kysely<DB> {
  const pool = new pg.Pool({
    host: '127.0.0.1',
    port,
    database: 'heroes',
    user: 'postgres',
    password,
    max: MOST,
    idleTimeoutMillis: 1_000,
    application_name: 'bench',
  });
  pool.on('error', () => undefined);
  return new Kysely<DB>({ dialect: new PostgresDialect({ pool }) });
}

/** @returns the connections of clients that there are now, this one and those of the bench among them. */
async function connectionsIn(db: Kysely<DB>): Promise<Connections> {
  const { rows } = await sql<{ readonly user: string; readonly address: string | null; readonly count: number }>`
    select usename as "user", host(client_addr) as address, count(*)::int as count
    from pg_stat_activity where backend_type = 'client backend' group by usename, client_addr`.execute(db);
  const ofApi = rows.filter(({ user }) => user === 'heroes_api');
  return {
    atMs: Date.now(),
    all: rows.reduce((sum, { count }) => sum + count, 0),
    api: Object.fromEntries(ofApi.map(({ address, count }) => [address ?? '', count])),
  };
}

/** Looks at the connections twice a second until it is disposed of. */
export class ConnectionWatch implements AsyncDisposable {
  readonly #stop = new AbortController();
  readonly #seen: Connections[] = [];
  readonly #watching: Promise<void>;

  constructor(db: Kysely<DB>) {
    this.#watching = this.#watch(db);
    // Whoever asks what was seen hears of a failure there.
    this.#watching.catch(() => undefined);
  }

  /** @returns what was seen from an instant on. @throws the error of the database where it could not be looked at. */
  async since(fromMs: number): Promise<readonly Connections[]> {
    await Promise.race([this.#watching, Promise.resolve()]);
    return this.#seen.filter(({ atMs }) => atMs >= fromMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#watching.catch(() => undefined);
  }

  async #watch(db: Kysely<DB>): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      this.#seen.push(await connectionsIn(db));
      await sleep(EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

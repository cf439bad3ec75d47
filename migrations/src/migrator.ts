/**
 * Brings a database to the newest schema. Needs a direct connection: the migrator's lock is a session's. Each migration is a
 * transaction of its own, and waits only for a moment for what others hold: who waits for a table holds up all who come after.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql, type Kysely } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import { dueMigrations } from './due.ts';
import { MIGRATIONS, type Phase } from './migrations.ts';
import type { DB } from './tables.ts';

export interface MigrateOptions {
  /** `expand`: only what the running release does not mind, unless the database is empty. Default: all. */
  readonly through?: Phase;
  /** How long one waits for a lock, milliseconds. */
  readonly lockTimeoutMs?: number;
  /** How often a migration is tried that did not get its locks. */
  readonly tries?: number;
  /** Told of each such try. */
  readonly waiting?: (told: { readonly migrations: readonly string[]; readonly attempt: number }) => void;
}

export interface Migrated {
  /** Names of those that were run, in order. */
  readonly ran: readonly string[];
  /** Names of those that are run once the former release has gone. */
  readonly left: readonly string[];
}

/**
 * Shorter than PostgreSQL's deadlock_timeout (1 s): where a migration and a request wait for each other, it is the migration that
 * gives up, and the request goes on.
 */
export const LOCK_TIMEOUT_MS = 500;
/** With {@link pauseMs} about five minutes. */
const TRIES = 40;

/** @throws the error of the one that failed; it left nothing, those before it stay. */
export async function migrate(db: Kysely<DB>, options: MigrateOptions = {}): Promise<Migrated> {
  const { through = 'contract', lockTimeoutMs = LOCK_TIMEOUT_MS } = options;
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(bounded(lockTimeoutMs)) } });
  const executed = (await migrator.getMigrations())
    .filter(({ executedAt }) => executedAt !== undefined)
    .map(({ name }) => name);
  const ran = dueMigrations(executed, through);
  for (const name of ran) await run(migrator, name, options);
  return { ran, left: dueMigrations([...executed, ...ran], 'contract') };
}

/** Also the statements of a transaction that has begun: each waits for its locks no longer. */
function bounded(lockTimeoutMs: number): Record<string, Migration> {
  return Object.fromEntries(
    Object.entries(MIGRATIONS).map(([name, migration]) => [
      name,
      {
        up: async (db: Kysely<unknown>): Promise<void> => {
          await sql`select set_config('lock_timeout', ${String(lockTimeoutMs)}, true)`.execute(db);
          await migration.up(db);
        },
      },
    ]),
  );
}

async function run(migrator: Migrator, name: string, { tries = TRIES, waiting }: MigrateOptions): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const { error } = await migrator.migrateTo(name);
    if (error === undefined) return;
    if (!isLocked(error) || attempt >= tries) throw error instanceof Error ? error : new Error(JSON.stringify(error));
    waiting?.({ migrations: [name], attempt });
    await sleep(pauseMs(attempt));
  }
}

/** lock_not_available, deadlock_detected. */
const isLocked = (error: unknown): boolean =>
  ['55P03', '40P01'].includes((error as { readonly code?: string }).code ?? '');

/** Those whom it kept waiting go first; between 0.5 and 10 s. */
const pauseMs = (attempt: number): number => Math.min(1_000 * 1.5 ** (attempt - 1), 10_000) * (0.5 + Math.random() / 2);

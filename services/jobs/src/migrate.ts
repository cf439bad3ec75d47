/** `migrate`: brings the database to this release's schema and curriculum. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql, type Kysely } from 'kysely';
import { seedCurriculum } from '@heroes/migrations/curriculum/seed.ts';
import { migrate } from '@heroes/migrations/migrator.ts';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Logger } from '@heroes/runtime/logger.ts';
import type { MigrateConfig } from './config.ts';
import { openDatabase } from './database.ts';

const RETRY_MS = 1_000;

/** What a run leaves as its last words: the operator runs the phase that is left once all pods are of this release. */
export interface MigrationOutcome {
  readonly ran: readonly string[];
  readonly left: readonly string[];
}

/** @throws Error when PostgreSQL does not answer in time, or a migration fails. */
export async function runMigrations(config: MigrateConfig, log: Logger): Promise<MigrationOutcome> {
  const db = openDatabase(config, 'heroes-migrate');
  try {
    await waitForDatabase(db, config, log);
    const { ran, left } = await migrate(db, {
      through: config.MIGRATION_PHASE,
      waiting: (told) => {
        log.info(told, 'a migration did not get its locks in time; it is tried again');
      },
    });
    log.info({ migrations: ran }, ran.length === 0 ? 'the schema is current' : 'the schema was migrated');
    const lessons = await seedCurriculum(db);
    log.info({ lessons }, 'the curriculum is current');
    return { ran, left };
  } finally {
    await db.destroy();
  }
}

async function waitForDatabase(db: Kysely<DB>, config: MigrateConfig, log: Logger): Promise<void> {
  const endMs = performance.now() + config.DATABASE_WAIT_SECONDS * 1000;
  for (;;) {
    try {
      await sql`select 1`.execute(db);
      return;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (performance.now() > endMs) {
        const place = `${config.DATABASE_HOST}:${config.DATABASE_PORT}`;
        throw new Error(`PostgreSQL at ${place} did not answer within ${config.DATABASE_WAIT_SECONDS} s: ${reason}`, {
          cause: error,
        });
      }
      log.info({ reason }, 'waiting for PostgreSQL');
      await sleep(RETRY_MS);
    }
  }
}

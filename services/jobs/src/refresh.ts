/** `refresh`: counts anew what classes do, while whoever reads sees the former counts. Often run: it does little, and says how long it took. */
import { sql } from 'kysely';
import type { Logger } from '@heroes/runtime/logger.ts';
import type { DatabaseConfig } from './config.ts';
import { openDatabase } from './database.ts';

/** What a refresh leaves as its last words. */
export interface RefreshOutcome {
  readonly classrooms: number;
  readonly milliseconds: number;
  /** As of when it was counted; null while there is no class. */
  readonly refreshedAt: string | null;
}

/** Another refresh is waited for no longer than it may take; the next one comes in five minutes. */
const LOCK_TIMEOUT = '60s';
const STATEMENT_TIMEOUT = '240s';

/** Connects as the owner, as whom every class is counted. @throws Error when it cannot be done; the former counts stay. */
export async function runRefresh(config: DatabaseConfig, log: Logger): Promise<RefreshOutcome> {
  const db = openDatabase(config, 'heroes-refresh');
  try {
    return await db.connection().execute(async (connection) => {
      await sql`select set_config('lock_timeout', ${LOCK_TIMEOUT}, false),
        set_config('statement_timeout', ${STATEMENT_TIMEOUT}, false)`.execute(connection);
      const startedMs = performance.now();
      await sql`refresh materialized view concurrently classroom_summary`.execute(connection);
      const milliseconds = Math.round(performance.now() - startedMs);
      const { classrooms, refreshed_at: refreshedAt } = await connection
        .selectFrom('classroom_summary')
        .select(({ fn }) => [fn.countAll<string>().as('classrooms'), fn.max('refreshed_at').as('refreshed_at')])
        .executeTakeFirstOrThrow();
      const outcome = { classrooms: Number(classrooms), milliseconds, refreshedAt: refreshedAt?.toISOString() ?? null };
      log.info(
        { durationMs: milliseconds, classrooms: outcome.classrooms, refreshedAt: outcome.refreshedAt ?? undefined },
        'the summaries of the classes are refreshed',
      );
      return outcome;
    });
  } finally {
    await db.destroy();
  }
}

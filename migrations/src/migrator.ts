/** Brings a database to the newest schema. Needs a direct connection: its lock is a session's. */
import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { MIGRATIONS } from './migrations.ts';
import type { DB } from './tables.ts';

/** @returns the names of the migrations that were run, in order. @throws the error of the one that failed; it left nothing. */
export async function migrate(db: Kysely<DB>): Promise<string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) } });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error !== undefined) throw error instanceof Error ? error : new Error(JSON.stringify(error));
  return results.map(({ migrationName }) => migrationName);
}

/** Brings a database to the newest schema and the current curriculum. Needs a direct connection: its lock is a session's. */
import type { Kysely } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import { CURRICULUM } from './curriculum/lessons.ts';
import { MIGRATIONS } from './migrations.ts';
import type { DB } from './tables.ts';

/** @returns the names of the migrations that were run, in order. @throws the error of the one that failed; it left nothing. */
export async function migrate(db: Kysely<DB>): Promise<string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) } });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error !== undefined) throw error instanceof Error ? error : new Error(JSON.stringify(error));
  return results.map(({ migrationName }) => migrationName);
}

/** Writes the curriculum's lessons: new ones are added, known ones brought up to date. @returns how many there are. */
export async function seedCurriculum(db: Kysely<DB>): Promise<number> {
  const rows = CURRICULUM.map((lesson, index) => ({
    id: lesson.id,
    position: index + 1,
    title: lesson.title,
    summary: lesson.summary,
    grade_levels: [...lesson.gradeLevels],
    duration_minutes: lesson.steps.reduce((minutes, step) => minutes + step.minutes, 0),
    objectives: JSON.stringify(lesson.objectives),
    steps: JSON.stringify(lesson.steps),
    published: lesson.published,
  }));
  await db.transaction().execute(async (transaction) => {
    // Positions are unique: moved out of the way first, so that lessons can change places.
    await transaction
      .updateTable('lessons')
      .set(({ eb }) => ({ position: eb('position', '-', 1_000_000) }))
      .where('position', '>', 0)
      .execute();
    await transaction
      .insertInto('lessons')
      .values(rows)
      .onConflict((conflict) =>
        conflict
          .column('id')
          .doUpdateSet((row) => ({
            position: row.ref('excluded.position'),
            title: row.ref('excluded.title'),
            summary: row.ref('excluded.summary'),
            grade_levels: row.ref('excluded.grade_levels'),
            duration_minutes: row.ref('excluded.duration_minutes'),
            objectives: row.ref('excluded.objectives'),
            steps: row.ref('excluded.steps'),
            published: row.ref('excluded.published'),
          })),
      )
      .execute();
  });
  return rows.length;
}

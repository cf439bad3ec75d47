import { sql, type Kysely } from 'kysely';

/** The tables of lessons and classrooms. Nothing in them names a person. */
export const phase = 'expand';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('lessons')
    .addColumn('id', 'varchar(64)', (column) => column.primaryKey())
    .addColumn('position', 'integer', (column) => column.notNull().unique())
    .addColumn('title', 'varchar(120)', (column) => column.notNull())
    .addColumn('summary', 'varchar(600)', (column) => column.notNull())
    .addColumn('grade_levels', sql`smallint[]`, (column) => column.notNull())
    .addColumn('duration_minutes', 'smallint', (column) => column.notNull())
    .addColumn('objectives', 'jsonb', (column) => column.notNull())
    .addColumn('steps', 'jsonb', (column) => column.notNull())
    .addColumn('published', 'boolean', (column) => column.notNull().defaultTo(false))
    .execute();

  await db.schema
    .createTable('classrooms')
    .addColumn('id', 'uuid', (column) => column.primaryKey().defaultTo(sql`gen_random_uuid()`))
    .addColumn('code', 'char(8)', (column) => column.notNull().unique())
    .addColumn('grade_level', 'smallint', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .addColumn('expires_at', 'timestamptz', (column) => column.notNull())
    .execute();

  await db.schema
    .createTable('student_sessions')
    .addColumn('id', 'uuid', (column) => column.primaryKey().defaultTo(sql`gen_random_uuid()`))
    .addColumn('classroom_id', 'uuid', (column) => column.notNull().references('classrooms.id').onDelete('cascade'))
    .addColumn('alias', 'varchar(40)', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .addUniqueConstraint('student_sessions_alias_unique', ['classroom_id', 'alias'])
    .execute();

  await db.schema
    .createTable('lesson_progress')
    .addColumn('session_id', 'uuid', (column) => column.notNull().references('student_sessions.id').onDelete('cascade'))
    .addColumn('lesson_id', 'varchar(64)', (column) => column.notNull().references('lessons.id'))
    .addColumn('step', 'smallint', (column) => column.notNull())
    .addColumn('started_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .addColumn('completed_at', 'timestamptz')
    .addPrimaryKeyConstraint('lesson_progress_pkey', ['session_id', 'lesson_id'])
    .execute();
}

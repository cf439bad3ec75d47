/** The jobs' settings. */
import { Type, type Static } from 'typebox';

const database = {
  SERVICE_VERSION: Type.String({ minLength: 1, default: 'development', description: 'Version that logs name.' }),
  LOG_LEVEL: Type.String({ default: 'info', description: 'Least severe log line.' }),
  DATABASE_HOST: Type.String({ minLength: 1, description: 'Host of PostgreSQL itself, not of a pooler.' }),
  DATABASE_PORT: Type.Integer({ minimum: 1, maximum: 65_535, default: 5432, description: 'Its port.' }),
  DATABASE_NAME: Type.String({ minLength: 1, default: 'heroes', description: 'Name of the database.' }),
  DATABASE_USER: Type.String({ minLength: 1, description: 'Role to connect as.' }),
  DATABASE_PASSWORD: Type.String({ minLength: 1, description: 'Password of the role.' }),
  TERMINATION_LOG: Type.String({ default: '/dev/termination-log', description: 'File for the last words of a pod.' }),
} as const;

export const MigrateConfig = Type.Object({
  ...database,
  MIGRATION_PHASE: Type.Enum(['expand', 'contract'], {
    default: 'contract',
    description: 'How far to go: expand, while the former release still runs, or contract, which is all.',
  }),
  DATABASE_WAIT_SECONDS: Type.Integer({ minimum: 0, default: 300, description: 'How long to wait for PostgreSQL.' }),
});
export type MigrateConfig = Static<typeof MigrateConfig>;

export const BackupConfig = Type.Object({
  ...database,
  BACKUP_DIRECTORY: Type.String({ minLength: 1, default: '/backups', description: 'Folder of the archives.' }),
  BACKUP_RETAIN: Type.Integer({ minimum: 1, default: 4, description: 'Good archives to keep.' }),
});
export type BackupConfig = Static<typeof BackupConfig>;

export const RetentionConfig = Type.Object({
  ...database,
  RETENTION_POLICY: Type.String({
    minLength: 2,
    description: 'How long what is kept: the rules of spec.privacy.retention, as JSON.',
  }),
});
export type RetentionConfig = Static<typeof RetentionConfig>;

/** What every job has that connects to the database. */
export const DatabaseConfig = Type.Object(database);
export type DatabaseConfig = Static<typeof DatabaseConfig>;

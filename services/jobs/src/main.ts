/** The jobs' process: one command, whose last words go to the pod's termination log. */
import { writeFileSync } from 'node:fs';
import { readConfig } from '@heroes/runtime/config.ts';
import { createLogger, type Logger } from '@heroes/runtime/logger.ts';
import type { Static, TObject } from 'typebox';
import { runAnchor } from './audit-anchor.ts';
import { backUp } from './backup.ts';
import { BackupConfig, DatabaseConfig, MigrateConfig, RetentionConfig } from './config.ts';
import { runMigrations } from './migrate.ts';
import { runRefresh } from './refresh.ts';
import { runRetention } from './retention.ts';

type Command = (service: string) => Promise<object | undefined>;

/** @returns what runs a command with its settings, and gives its last words, if any. */
const command =
  <T extends TObject<typeof DatabaseConfig.properties>>(
    settings: T,
    run: (config: Static<T>, log: Logger) => Promise<object | undefined>,
  ): Command =>
  async (service) => {
    const config = readConfig(settings, process.env);
    const { SERVICE_VERSION: version, LOG_LEVEL: level } = config as DatabaseConfig;
    return run(config, createLogger({ service, version, level }));
  };

const COMMANDS: Readonly<Record<string, Command>> = {
  migrate: command(MigrateConfig, runMigrations),
  backup: command(BackupConfig, backUp),
  refresh: command(DatabaseConfig, runRefresh),
  retention: command(RetentionConfig, runRetention),
  'anchor-audit': command(DatabaseConfig, runAnchor),
};

function lastWords(file: string, words: object): void {
  try {
    writeFileSync(file, JSON.stringify(words));
  } catch {
    // Outside a pod there is no such file; the log says the same.
  }
}

const name = process.argv[2] ?? '';
try {
  const run = COMMANDS[name];
  if (run === undefined) throw new Error(`usage: main.ts ${Object.keys(COMMANDS).join(' | ')}`);
  const words = await run(`heroes-${name}`);
  if (words !== undefined) lastWords(process.env.TERMINATION_LOG ?? '/dev/termination-log', words);
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  lastWords(process.env.TERMINATION_LOG ?? '/dev/termination-log', { error: message });
  createLogger({ service: `heroes-${name}`, version: process.env.SERVICE_VERSION ?? 'development' }).error(
    { err: error },
    'the job failed',
  );
  process.exitCode = 1;
}

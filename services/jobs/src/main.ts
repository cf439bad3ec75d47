/** The jobs' process: `migrate` or `backup`. Its last words go to the pod's termination log. */
import { writeFileSync } from 'node:fs';
import { readConfig } from '@heroes/runtime/config.ts';
import { createLogger } from '@heroes/runtime/logger.ts';
import { backUp } from './backup.ts';
import { BackupConfig, MigrateConfig } from './config.ts';
import { runMigrations } from './migrate.ts';

const USAGE = 'usage: main.ts migrate | backup';

function lastWords(file: string, words: object): void {
  try {
    writeFileSync(file, JSON.stringify(words));
  } catch {
    // Outside a pod there is no such file; the log says the same.
  }
}

async function run(command: string): Promise<void> {
  if (command === 'migrate') {
    const config = readConfig(MigrateConfig, process.env);
    await runMigrations(config, logger('heroes-migrate', config));
  } else if (command === 'backup') {
    const config = readConfig(BackupConfig, process.env);
    lastWords(config.TERMINATION_LOG, await backUp(config, logger('heroes-backup', config)));
  } else {
    throw new Error(USAGE);
  }
}

const logger = (service: string, config: { SERVICE_VERSION: string; LOG_LEVEL: string }) =>
  createLogger({ service, version: config.SERVICE_VERSION, level: config.LOG_LEVEL });

const command = process.argv[2] ?? '';
try {
  await run(command);
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  const words = { error: message };
  lastWords(process.env.TERMINATION_LOG ?? '/dev/termination-log', words);
  console.error(JSON.stringify({ level: 'error', service: `heroes-${command}`, msg: message }));
  process.exitCode = 1;
}

/** `backup`: a custom-format dump of the database, proved readable, with its checksum beside it. */
import { createHash } from 'node:crypto';
import { createReadStream, closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { $, type ProcessPromise } from 'zx';
import type { Logger } from '@heroes/runtime/logger.ts';
import { archiveName, prune } from './archives.ts';
import type { BackupConfig } from './config.ts';

/** What a backup's pod leaves as its last words; the operator reads it into `status.backup`. */
export interface BackupOutcome {
  readonly archive: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Tables whose rows the archive holds. */
  readonly tables: number;
  readonly startedAt: string;
  readonly finishedAt: string;
}

/**
 * Writes an archive. Its name appears only when it is whole, and its checksum after it, so that no reader ever takes a torn
 * one for good. Old archives go only after the new one is proved.
 * @throws Error when anything fails; the archives that were there stay.
 */
export async function backUp(config: BackupConfig, log: Logger): Promise<BackupOutcome> {
  const startedAt = new Date();
  const archive = archiveName(startedAt);
  const path = join(config.BACKUP_DIRECTORY, archive);
  const partial = `${path}.partial`;
  log.info({ archive }, 'dumping the database');
  try {
    await dump(config, partial);
    const tables = await tablesIn(partial);
    if (tables === 0) throw new Error('the archive holds no table data: look whether the database was migrated');
    const sha256 = await sha256Of(partial);
    const { size: sizeBytes } = statSync(partial);
    makeDurable(partial);
    renameSync(partial, path);
    writeFileSync(`${path}.sha256`, `${sha256}  ${archive}\n`);
    makeDurable(`${path}.sha256`);
    makeDurable(config.BACKUP_DIRECTORY);
    const removed = prune(config.BACKUP_DIRECTORY, config.BACKUP_RETAIN);
    log.info({ archive, sizeBytes, tables, removed }, 'the archive is complete');
    const times = { startedAt: startedAt.toISOString(), finishedAt: new Date().toISOString() };
    return { archive, sizeBytes, sha256, tables, ...times };
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

async function dump(config: BackupConfig, path: string): Promise<void> {
  const env = {
    PATH: process.env.PATH,
    PGHOST: config.DATABASE_HOST,
    PGPORT: String(config.DATABASE_PORT),
    PGDATABASE: config.DATABASE_NAME,
    PGUSER: config.DATABASE_USER,
    // In the child's environment alone: arguments can be read by anyone in the pod.
    PGPASSWORD: config.DATABASE_PASSWORD,
    PGCONNECT_TIMEOUT: '30',
    PGAPPNAME: 'heroes-backup',
  };
  const flags = ['--format=custom', '--no-password', '--lock-wait-timeout=60s', `--file=${path}`];
  await succeed('pg_dump', $({ env, quiet: true, nothrow: true })`pg_dump ${flags}`);
}

/** Reads the whole archive, which proves that it can be, and counts the tables whose rows it holds. */
async function tablesIn(path: string): Promise<number> {
  await succeed('pg_restore', $({ quiet: true, nothrow: true })`pg_restore --file=/dev/null ${path}`);
  const contents = await succeed('pg_restore', $({ quiet: true, nothrow: true })`pg_restore --list ${path}`);
  return contents.split('\n').filter((line) => line.includes(' TABLE DATA ')).length;
}

async function succeed(program: string, running: ProcessPromise): Promise<string> {
  const { exitCode, stdout, stderr } = await running;
  if (exitCode !== 0) throw new Error(`${program} ended with ${exitCode ?? 'a signal'}: ${stderr.trim()}`);
  return stdout;
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Waits until a file, or a folder's entries, are on the disk. */
function makeDurable(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

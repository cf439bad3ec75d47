/** The folder of archives: their names, and which of them may go. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const ARCHIVE = /^heroes-\d{8}T\d{6}Z\.dump$/;
/** What a backup that was cut off left behind. */
const UNFINISHED = /^heroes-\d{8}T\d{6}Z\.dump\.partial$/;

/** @returns the name of an archive begun at a time; names sort by it. */
export function archiveName(startedAt: Date): string {
  return `heroes-${startedAt.toISOString().replaceAll(/[-:]|\.\d+/g, '')}.dump`;
}

/**
 * Pure: which files to remove. An archive counts as good when its checksum stands beside it, which is written last.
 * @param retain - good archives to keep, at least one
 * @param current - an unfinished file that is being written now
 */
export function surplus(files: readonly string[], retain: number, current?: string): string[] {
  const good = files.filter((name) => ARCHIVE.test(name) && files.includes(`${name}.sha256`)).sort();
  const kept = new Set(good.slice(-Math.max(1, retain)));
  const old = good.filter((name) => !kept.has(name)).flatMap((name) => [name, `${name}.sha256`]);
  const unfinished = files.filter((name) => UNFINISHED.test(name) && name !== current);
  const unproven = files.filter((name) => ARCHIVE.test(name) && !files.includes(`${name}.sha256`));
  return [...old, ...unfinished, ...unproven];
}

/** Removes what is surplus. @returns the names. */
export function prune(directory: string, retain: number, current?: string): string[] {
  const removed = surplus(readdirSync(directory), retain, current);
  for (const name of removed) rmSync(join(directory, name), { force: true });
  return removed;
}

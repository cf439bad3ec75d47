/** Builds kept by the content of what they were built from. */
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { DIRECTORIES } from './layout.ts';

/** Folders that never are an input; nor are tests. */
const SKIPPED = new Set(['node_modules', '.git', 'testdata']);

/** @returns a digest of 12 hexadecimal digits over files, folders (by the files in them) and texts. */
export function digest(inputs: { readonly paths?: readonly string[]; readonly texts?: readonly string[] }): string {
  const hash = createHash('sha256');
  for (const path of inputs.paths ?? []) {
    for (const file of filesOf(path)) {
      hash.update(`${relative(dirname(path), file)}\0${statSync(file).mode & 0o111}\0`);
      hash.update(readFileSync(file));
      hash.update('\0');
    }
  }
  for (const text of inputs.texts ?? []) hash.update(`${text}\0`);
  return hash.digest('hex').slice(0, 12);
}

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => !SKIPPED.has(name) && !name.endsWith('.test.ts'))
    .sort()
    .flatMap((name) => filesOf(join(path, name)));
}

/**
 * @param key - names the build and what it was built from
 * @param build - fills the folder that it is given
 * @returns the folder with the build; an interrupted one leaves nothing behind
 */
export async function cached(key: string, build: (folder: string) => Promise<void>): Promise<string> {
  const kept = join(DIRECTORIES.cache, key);
  if (existsSync(kept)) return kept;
  mkdirSync(dirname(kept), { recursive: true });
  const folder = mkdtempSync(`${kept}.`);
  try {
    await build(folder);
    renameSync(folder, kept);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return kept;
}

/** Copies what a build needs, without its dependencies and tests. */
export function copySources(from: string, to: string): void {
  cpSync(from, to, {
    recursive: true,
    filter: (source) => !source.includes('/node_modules') && !source.endsWith('.test.ts'),
  });
}

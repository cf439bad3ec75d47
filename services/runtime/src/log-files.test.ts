import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openLogFiles } from './log-files.ts';

const BOUNDS = { maxBytes: 1_000, files: 3, waitingBytes: 1_000_000 };
const folders: string[] = [];

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'heroes-logs-'));
  folders.push(made);
  return made;
}

afterEach(() => {
  for (const each of folders.splice(0)) rmSync(each, { recursive: true, force: true });
});

const line = (number: number): string => `${JSON.stringify({ number, padding: 'x'.repeat(60) })}\n`;
const numbersOf = (directory: string): number[] =>
  readdirSync(directory)
    .sort()
    .flatMap((name) => readFileSync(join(directory, name), 'utf8').trim().split('\n'))
    .filter((each) => each !== '')
    .map((each) => (JSON.parse(each) as { readonly number: number }).number);

/** Writes lines, each when the one before is on the disk, as slowly as requests come. */
async function write(directory: string, from: number, to: number): Promise<void> {
  const files = openLogFiles(directory, 'heroes-test', BOUNDS);
  for (let number = from; number <= to; number++) {
    files.write(line(number));
    await vi.waitFor(() => {
      expect(numbersOf(directory)).toContain(number);
    });
  }
  files.end();
}

describe('log files', () => {
  it('are of bounded size and number, each line whole, in order, and the newest there', async () => {
    const directory = folder();
    await write(directory, 1, 100);
    const names = readdirSync(directory).sort();
    expect(names).toHaveLength(BOUNDS.files);
    for (const name of names) expect(statSync(join(directory, name)).size).toBeLessThan(BOUNDS.maxBytes + 100);
    const numbers = numbersOf(directory);
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_each, index) => 100 - numbers.length + 1 + index));
  }, 60_000);

  it('go on with a new one after a restart, and leave alone what is not theirs', async () => {
    const directory = folder();
    writeFileSync(join(directory, 'heroes-test-notes.log'), '');
    writeFileSync(join(directory, 'another-00000001.log'), '');
    await write(directory, 1, 2);
    await write(directory, 3, 4);
    expect(readdirSync(directory).sort()).toEqual([
      'another-00000001.log',
      'heroes-test-00000001.log',
      'heroes-test-00000002.log',
      'heroes-test-notes.log',
    ]);
    expect(numbersOf(directory)).toEqual([1, 2, 3, 4]);
  });

  it('lose what comes faster than a disk takes it, and nothing else', async () => {
    const directory = folder();
    const files = openLogFiles(directory, 'heroes-test', { ...BOUNDS, waitingBytes: 500, maxBytes: 1e9 });
    for (let number = 1; number <= 1_000; number++) files.write(line(number));
    await vi.waitFor(() => {
      expect(numbersOf(directory).length).toBeGreaterThan(0);
    });
    files.end();
    expect(numbersOf(directory).length).toBeLessThan(1_000);
  });
});

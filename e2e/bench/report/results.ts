/** The results of a bench, kept beside it: a part that is run alone replaces its own figures and leaves the others. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, release, totalmem, type } from 'node:os';
import { dirname } from 'node:path';
import type { Measure } from './measure.ts';

export interface Results {
  /** What it ran on, in words. */
  readonly machine: string;
  readonly measures: readonly Measure[];
}

const NOTHING: Results = { machine: '', measures: [] };

/** @returns what is kept in a file; nothing when there is none. */
export function readResults(file: string): Results {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Results;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return NOTHING;
    throw new Error(`${file} is not what a bench has written: remove it`, { cause: error });
  }
}

/** Writes measures to a file, in the place of those that have the same names. */
export function keepResults(file: string, measures: readonly Measure[]): void {
  const renewed = new Map(measures.map((measure) => [measure.name, measure]));
  const before = readResults(file).measures.map((measure) => take(renewed, measure.name) ?? measure);
  const results: Results = { machine: machine(), measures: [...before, ...renewed.values()] };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`);
}

function take(measures: Map<string, Measure>, name: string): Measure | undefined {
  const found = measures.get(name);
  measures.delete(name);
  return found;
}

function machine(): string {
  const cores = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cores.length} cores (${cores[0]?.model.trim() ?? 'unknown'}, ${arch()}), ${memory} GiB, ${type()} ${release()}, Node.js ${process.version}`;
}

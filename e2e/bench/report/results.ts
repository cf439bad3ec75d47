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
  const results = merged(readResults(file), { machine: machine(), measures });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`);
}

/** Pure. @returns results with others' in the place of those of the same names; what stays from another machine says from which. */
export function merged(before: Results, now: Results): Results {
  const renewed = new Map(now.measures.map((measure) => [measure.name, measure]));
  const kept = before.measures.map((measure) => {
    const { machine: origin = before.machine, ...here } = measure;
    return take(renewed, measure.name) ?? (origin === now.machine ? here : { ...here, machine: origin });
  });
  return { machine: now.machine, measures: [...kept, ...renewed.values()] };
}

/** @returns what was measured where, in words; of several machines each with the beginnings of its figures' names. */
export function machinesOf({ machine: here, measures }: Results): string {
  const machines = [...new Set(measures.map((measure) => measure.machine ?? here))];
  if (machines.length < 2) return here;
  return machines
    .map((each) => {
      const names = measures
        .filter((measure) => (measure.machine ?? here) === each)
        .map(({ name }) => name.split(':')[0]);
      return `${each} (${[...new Set(names)].join('; ')})`;
    })
    .join(', and ');
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

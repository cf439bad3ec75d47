/** `npm run bench -- NAME`: measures, shows a table, and keeps the figures in e2e/bench/results/NAME.json. */
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench } from './bench/report/bench.ts';
import { table, type Measure } from './bench/report/measure.ts';
import { keepResults } from './bench/report/results.ts';
import { Failure, showFailure } from './cluster/progress.ts';

const FOLDER = join(import.meta.dirname, 'bench');

async function load(name: string): Promise<Bench> {
  const names = readdirSync(FOLDER)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.replace('.ts', ''));
  if (names.includes(name)) return ((await import(join(FOLDER, `${name}.ts`))) as { bench: Bench }).bench;
  const wrong = name === '' ? 'It is not said what to measure.' : `There is no bench named ${name}.`;
  throw new Failure(wrong, { remedy: `npm run bench -- NAME [OPTIONS], NAME being one of: ${names.join(', ')}` });
}

async function main([name = '', ...argv]: readonly string[]): Promise<number> {
  const bench = await load(name);
  const run = bench.prepare(argv);
  // A run that was cut short proves that the bench works; its figures are no results.
  const file = run.short ? join(tmpdir(), `heroes-bench-${name}.json`) : join(FOLDER, `results/${name}.json`);
  const measured: Measure[] = [];
  try {
    await run.measure((measures) => {
      measured.push(...measures);
      // At once: what follows may fail.
      keepResults(file, measures);
    });
  } finally {
    if (measured.length > 0) console.log(`\n${table(measured)}\n\n${file}`);
  }
  run.publish?.(file);
  return measured.every(({ holds }) => holds) ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = showFailure(error);
}

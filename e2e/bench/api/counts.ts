/** How much is tested of all routes by what is generated from them, that it passes, and what is known of our dependencies. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { $ } from 'zx';
import { ROOT } from '../../cluster/layout.ts';
import { Failure, step } from '../../cluster/progress.ts';
import { exactly, told, type Measure } from '../report/measure.ts';

const SUITES = ['e2e/suites/api/matrix', 'e2e/suites/api/fuzz'];

/** @returns the counts. */
export async function measureCounts(): Promise<Measure[]> {
  return step('Counts: the generated suites, and npm audit', async (log) => {
    log('the access matrix and the fuzzing');
    const suites = await runSuites();
    log('npm audit');
    return [...suites, ...(await audit())];
  });
}

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numFailedTestSuites: number;
}

async function runSuites(): Promise<Measure[]> {
  const file = join(mkdtempSync(join(tmpdir(), 'heroes-bench-')), 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const argv = ['vitest', 'run', '--project', 'integration', ...reporters, ...SUITES];
  const { stdout } = await $({ cwd: ROOT, nothrow: true, quiet: true })`${argv}`;
  const said = countsIn(stdout);
  if (said === undefined) {
    const remedy = `npx ${argv.slice(0, 4).join(' ')} ${SUITES.join(' ')}, and read why`;
    throw new Failure(`The generated suites did not say how many cases they have: ${stdout.slice(-1_000)}`, { remedy });
  }
  const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(file, 'utf8')) as Report;
  return [
    told('counts: routes', said.routes, 'routes'),
    told('counts: cases of the access matrix', said.matrix, 'cases'),
    told('counts: cases of the fuzzing', said.fuzz, 'cases'),
    told('counts: tests of both that passed', numPassedTests, 'tests'),
    exactly(0, 'counts: tests of both that failed', Math.max(numFailedTests, numFailedTestSuites), 'tests'),
  ];
}

interface Counts {
  readonly routes: number;
  readonly matrix: number;
  readonly fuzz: number;
}

/** Pure. @returns what the suites say of themselves, or undefined where one does not. */
export function countsIn(output: string): Counts | undefined {
  const matrix = /access matrix: (\d+) routes, (\d+) cases/.exec(output);
  const fuzz = /fuzzing: \d+ routes, (\d+) cases/.exec(output);
  if (matrix === null || fuzz === null) return undefined;
  return { routes: Number(matrix[1]), matrix: Number(matrix[2]), fuzz: Number(fuzz[1]) };
}

async function audit(): Promise<Measure[]> {
  const { stdout } = await $({ cwd: ROOT, nothrow: true, quiet: true })`npm audit --json`;
  const known = vulnerabilitiesIn(stdout);
  if (known === undefined) return [told('npm audit: times that the registry could be asked', 0, 'times')];
  return [exactly(0, 'npm audit: known vulnerabilities', known, 'packages')];
}

interface Audited {
  readonly metadata?: { readonly vulnerabilities?: { readonly total?: number } };
}

/** Pure. @returns how many packages with known vulnerabilities an audit found; undefined where there was none. */
export function vulnerabilitiesIn(output: string): number | undefined {
  try {
    return (JSON.parse(output) as Audited).metadata?.vulnerabilities?.total;
  } catch {
    return undefined;
  }
}

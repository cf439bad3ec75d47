/** `npm test`: the checks, then every project of tests; its last line is `N passed, N failed`. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { $ } from 'zx';

const ROOT = join(import.meta.dirname, '..');

interface Tally {
  readonly passed: number;
  readonly failed: number;
}

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numFailedTestSuites: number;
}

async function run(name: string, argv: readonly string[]): Promise<boolean> {
  console.log(`\n== ${name}`);
  const { exitCode } = await $({
    cwd: ROOT,
    nothrow: true,
    stdio: ['ignore', 'inherit', 'inherit'],
    quiet: true,
  })`${argv}`;
  return exitCode === 0;
}

/** A file of tests that does not load counts as one failure, else it would be missed. */
async function project(name: string): Promise<Tally> {
  const report = join(mkdtempSync(join(tmpdir(), 'heroes-test-')), 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const ok = await run(`${name} tests`, ['vitest', 'run', '--project', name, '--passWithNoTests', ...reporters]);
  try {
    const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(report, 'utf8')) as Report;
    const failed = numFailedTests > 0 ? numFailedTests : numFailedTestSuites;
    return { passed: numPassedTests, failed: ok ? failed : Math.max(failed, 1) };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

const checked = await run('check', ['node', 'e2e/check.ts']);
const tallies: Tally[] = [{ passed: checked ? 1 : 0, failed: checked ? 0 : 1 }];
for (const name of ['unit', 'integration', 'control-plane', 'cluster']) tallies.push(await project(name));

const sum = (of: (tally: Tally) => number): number => tallies.reduce((total, tally) => total + of(tally), 0);
const failed = sum((tally) => tally.failed);
console.log(`\n${sum((tally) => tally.passed)} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

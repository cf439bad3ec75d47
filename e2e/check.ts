/** `npm run check`: types, lint, format, dead code and generated files; every check runs, then the failures are shown. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { $ } from 'zx';
import { manifestFaults } from './check/manifests.ts';
import { workflowFaults } from './check/workflows.ts';
import { messageOf } from './cluster/progress.ts';
import { GENERATED_FILES } from './generate/files.ts';

const ROOT = join(import.meta.dirname, '..');

interface Check {
  readonly name: string;
  /** @returns what is wrong, empty when nothing is. */
  readonly run: () => Promise<string>;
}

const command = (name: string, ...argv: readonly [string, ...string[]]): Check => ({
  name,
  run: async () => {
    const { exitCode, stdout, stderr } = await $({ cwd: ROOT, nothrow: true, quiet: true })`${argv}`;
    return exitCode === 0 ? '' : `${stdout}${stderr}`.trim() || `exit code ${exitCode ?? 'none'}`;
  },
});

function staleFiles(): string {
  const stale = GENERATED_FILES.filter(({ path, contents }) => {
    const target = join(ROOT, path);
    return !existsSync(target) || readFileSync(target, 'utf8') !== contents();
  });
  return stale.map(({ path }) => `${path} is stale: run npm run generate`).join('\n');
}

const CHECKS: readonly Check[] = [
  { name: 'generated files', run: () => Promise.resolve(staleFiles()) },
  command('types', 'tsc', '--noEmit', '-p', '.'),
  command('lint', 'eslint', '--max-warnings', '0', '.'),
  command('format', 'prettier', '--check', '--log-level', 'warn', '.'),
  command('dead code', 'knip'),
  { name: 'charts and rendered children', run: manifestFaults },
  { name: 'skaffold and workflows', run: workflowFaults },
];

const failures: string[] = [];
for (const { name, run } of CHECKS) {
  const startMs = performance.now();
  const wrong = await run().catch(messageOf);
  console.log(`${wrong === '' ? 'ok    ' : 'FAILED'} ${name} (${((performance.now() - startMs) / 1000).toFixed(1)} s)`);
  if (wrong !== '') failures.push(`--- ${name}\n${wrong}`);
}
if (failures.length > 0) {
  console.error(failures.join('\n'));
  process.exitCode = 1;
}

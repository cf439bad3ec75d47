#!/usr/bin/env node
/** `kubectl heroes`: the operator's pure parts on the command line. */
import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { runAuditVerify, type AuditOptions } from './audit-command.ts';
import { runPlan, type PlanCommandOptions, type Result } from './plan-command.ts';
import { render } from './render.ts';

type PlanOptions = PlanCommandOptions & { readonly filename?: string };

function instant(text: string): number {
  try {
    return Temporal.Instant.from(text).epochMilliseconds;
  } catch {
    throw new InvalidArgumentError('Give a time with its zone, as 2026-11-24T14:00:00Z.');
  }
}

/** Reads a file, or stdin for `-`; ends the process with one line when it cannot be read. */
function read(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    console.error(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}): name a file`);
    process.exit(1);
  }
}

function print({ exitCode, output, complaint }: Result): void {
  process.stdout.write(output);
  if (complaint !== '') console.error(complaint);
  process.exitCode = exitCode;
}

const program = new Command('kubectl-heroes')
  .description('Looks after HeroesPlatforms')
  .version(packageJson.version)
  .showHelpAfterError('Run kubectl heroes --help.');

program
  .command('render')
  .description('prints every child of a HeroesPlatform as YAML, offline')
  .requiredOption('-f, --filename <file>', 'file with the HeroesPlatform, - for stdin')
  .option('--at <time>', 'time for which the floor is rendered, ISO 8601 (default: now)', instant)
  .action(({ filename, at }: { filename: string; at?: number }) => {
    const rendered = render(read(filename), at ?? Date.now());
    if (rendered.ok) {
      process.stdout.write(rendered.yaml);
      return;
    }
    for (const { path, message } of rendered.faults) console.error(`${path}: ${message}`);
    process.exitCode = 1;
  });

program
  .command('plan')
  .description(
    'shows what the operator would change, by a server-side dry run of every child, and which pods would restart',
  )
  .argument('[name]', 'a HeroesPlatform of the cluster')
  .option('-f, --filename <file>', 'file with the HeroesPlatform as it is to be, - for stdin')
  .option('-n, --namespace <namespace>', "namespace (default: the file's, or the context's)")
  .option('--context <name>', 'context of the kubeconfig')
  .option('--kubeconfig <file>', 'kubeconfig (default: KUBECONFIG, or ~/.kube/config)')
  .addOption(new Option('-o, --output <format>', 'format').choices(['text', 'json']).default('text'))
  .action(async (name: string | undefined, { filename, ...options }: PlanOptions) => {
    if ((name === undefined) === (filename === undefined))
      program.error('Name a HeroesPlatform, or a file with -f: one of the two.');
    const source = filename === undefined ? { name: name ?? '' } : { text: read(filename) };
    print(await runPlan(source, options, Date.now()));
  });

program
  .command('audit')
  .description('looks at the audit of a district')
  .command('verify')
  .description('proves that no entry was changed, removed, added or moved, through the API server’s service proxy')
  .argument('<name>', 'a HeroesPlatform of the cluster')
  .requiredOption('--token-file <file>', 'token of a district administrator or platform operator, - for stdin')
  .option('-n, --namespace <namespace>', "namespace (default: the context's)")
  .option('--context <name>', 'context of the kubeconfig')
  .option('--kubeconfig <file>', 'kubeconfig (default: KUBECONFIG, or ~/.kube/config)')
  .addOption(new Option('-o, --output <format>', 'format').choices(['text', 'json']).default('text'))
  .action(async (name: string, { tokenFile, ...options }: Omit<AuditOptions, 'token'> & { tokenFile: string }) => {
    print(await runAuditVerify(name, { ...options, token: read(tokenFile).trim() }));
  });

await program.parseAsync();

#!/usr/bin/env node
/** `kubectl heroes`: the operator's pure parts on the command line. */
import { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { runAuditVerify, type AuditOptions } from './audit-command.ts';
import { runPlan, type PlanCommandOptions } from './plan-command.ts';
import { render } from './render.ts';
import { addScheduleCommands } from './schedule-program.ts';
import { instant, onCluster, outputOption, print, read } from './terminal.ts';

type PlanOptions = PlanCommandOptions & { readonly filename?: string };

const program = new Command('kubectl-heroes')
  .description('Looks after HeroesPlatforms')
  .version(packageJson.version)
  // After a subcommand, options are its own: `schedule --date` draws a date, `schedule close --date` closes it.
  .enablePositionalOptions()
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

onCluster(program.command('plan'), "namespace (default: the file's, or the context's)")
  .description(
    'shows what the operator would change, by a server-side dry run of every child, and which pods would restart',
  )
  .argument('[name]', 'a HeroesPlatform of the cluster')
  .option('-f, --filename <file>', 'file with the HeroesPlatform as it is to be, - for stdin')
  .addOption(outputOption())
  .action(async (name: string | undefined, { filename, ...options }: PlanOptions) => {
    if ((name === undefined) === (filename === undefined))
      program.error('Name a HeroesPlatform, or a file with -f: one of the two.');
    const source = filename === undefined ? { name: name ?? '' } : { text: read(filename) };
    print(await runPlan(source, options, Date.now()));
  });

addScheduleCommands(program);

onCluster(program.command('audit').description('looks at the audit of a district').command('verify'))
  .description('proves that no entry was changed, removed, added or moved, through the API server’s service proxy')
  .argument('<name>', 'a HeroesPlatform of the cluster')
  .requiredOption('--token-file <file>', 'token of a district administrator or platform operator, - for stdin')
  .addOption(outputOption())
  .action(async (name: string, { tokenFile, ...options }: Omit<AuditOptions, 'token'> & { tokenFile: string }) => {
    print(await runAuditVerify(name, { ...options, token: read(tokenFile).trim() }));
  });

await program.parseAsync();

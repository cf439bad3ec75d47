/** What the commands share: files to read, options of kubectl's own, results to print. */
import { readFileSync } from 'node:fs';
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Result } from './plan-command.ts';

/** @returns a time in epoch milliseconds. @throws InvalidArgumentError for what is none. */
export function instant(text: string): number {
  try {
    return Temporal.Instant.from(text).epochMilliseconds;
  } catch {
    throw new InvalidArgumentError('Give a time with its zone, as 2026-11-24T14:00:00Z.');
  }
}

/** Reads a file, or stdin for `-`; ends the process with one line when it cannot be read. */
export function read(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    console.error(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}): name a file`);
    process.exit(1);
  }
}

export function print({ exitCode, output, complaint }: Result): void {
  process.stdout.write(output);
  if (complaint !== '') console.error(complaint);
  process.exitCode = exitCode;
}

/** @returns the option by which a command prints for machines. */
export const outputOption = (): Option =>
  new Option('-o, --output <format>', 'format').choices(['text', 'json']).default('text');

/** Adds the options by which kubectl's own commands find a cluster. */
export const onCluster = (command: Command, namespace = "namespace (default: the context's)"): Command =>
  command
    .option('-n, --namespace <namespace>', namespace)
    .option('--context <name>', 'context of the kubeconfig')
    .option('--kubeconfig <file>', 'kubeconfig (default: KUBECONFIG, or ~/.kube/config)');

/** What a person sees of long work: each step with its time, what it waits for, and, when it fails, why and what to do. */
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { DIRECTORIES } from './layout.ts';

/** How often a step that takes long says what it waits for. */
const HEARTBEAT_MS = 10_000;
const TAIL_LINES = 20;

/** Says what a step is at; shown with the next heartbeat. */
export type Log = (line: string) => void;

/** A failure that a person can mend: shown without a stack trace. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly remedy: string;
  readonly logFile: string | undefined;

  constructor(message: string, { remedy, logFile }: { remedy: string; logFile?: string }) {
    super(message);
    this.remedy = remedy;
    this.logFile = logFile;
  }
}

const startedMs = performance.now();

const seconds = (sinceMs: number): string => `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;

function write(line: string): void {
  console.error(`${((performance.now() - startedMs) / 1000).toFixed(0).padStart(5)} s  ${line}`);
}

/** Runs a step and shows its progress. @throws what the step throws, after it was shown which step failed. */
export async function step<T>(title: string, work: (log: Log) => Promise<T>): Promise<T> {
  const stepMs = performance.now();
  let said = '';
  write(`…  ${title}`);
  const heartbeat = setInterval(() => {
    write(`…  ${title}: ${said === '' ? 'at work' : said} (${seconds(stepMs)})`);
  }, HEARTBEAT_MS);
  try {
    const result = await work((line) => (said = line));
    write(`✔  ${title} (${seconds(stepMs)})${said === '' ? '' : `: ${said}`}`);
    return result;
  } catch (error) {
    write(`✘  ${title} (${seconds(stepMs)})`);
    throw error;
  } finally {
    clearInterval(heartbeat);
  }
}

/** Shows a failure: what, the last lines of its log, what to do. @returns the exit code. */
export function showFailure(error: unknown): number {
  if (!(error instanceof Failure)) {
    console.error(error);
    return 1;
  }
  console.error(`\n${error.message}`);
  if (error.logFile !== undefined) console.error(`\nLast lines of ${error.logFile}:\n${tail(error.logFile)}`);
  console.error(`\nWhat to do: ${error.remedy}`);
  return 1;
}

/** @returns the last lines of a file, or nothing when it cannot be read. */
export function tail(file: string): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
  } catch {
    return '';
  }
}

/** @returns the path of a log file. */
export function logFile(name: string): string {
  mkdirSync(DIRECTORIES.logs, { recursive: true });
  return join(DIRECTORIES.logs, `${name}.log`);
}

export interface Command {
  readonly argv: readonly [string, ...string[]];
  /** Name of the log file that takes its output; appended to. */
  readonly log: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input. */
  readonly input?: string;
  readonly remedy?: string;
}

/** Runs a program to its end, its output in a log file. @throws Failure when it does not end with 0. */
export async function run({ argv, log, cwd, env = {}, input, remedy }: Command): Promise<void> {
  const file = logFile(log);
  const output = openSync(file, 'a');
  const [program, ...rest] = argv;
  const child = spawn(program, rest, { cwd, env: { ...process.env, ...env }, stdio: ['pipe', output, output] });
  closeSync(output);
  child.stdin?.on('error', () => undefined).end(input);
  const code = await ended(child);
  if (code === 0) return;
  const message = `${program} ${rest.slice(0, 3).join(' ')} … ended with ${code}.`;
  throw new Failure(message, {
    remedy: remedy ?? `read ${file}, mend the cause, and run the command again`,
    logFile: file,
  });
}

/** Runs a program. @returns its standard output. @throws Failure when it does not end with 0. */
export async function capture(argv: readonly [string, ...string[]], options: Partial<Command> = {}): Promise<string> {
  const [program, ...rest] = argv;
  const env = { ...process.env, ...options.env };
  const child = spawn(program, rest, { cwd: options.cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  child.stdin.on('error', () => undefined).end(options.input);
  const code = await ended(child);
  if (code === 0) return Buffer.concat(out).toString();
  const message = `${program} ${rest.slice(0, 4).join(' ')} ended with ${code}: ${Buffer.concat(err).toString().trim()}`;
  throw new Failure(message, { remedy: options.remedy ?? 'mend the cause and run the command again' });
}

async function ended(child: ReturnType<typeof spawn>): Promise<number | string> {
  const { promise, resolve } = Promise.withResolvers<number | string>();
  child.once('error', (error: NodeJS.ErrnoException) => {
    resolve(error.code === 'ENOENT' ? 'not found on this machine' : error.message);
  });
  child.once('close', (code, signal) => {
    resolve(code ?? signal ?? 'no exit code');
  });
  return promise;
}

/** @returns what is wrong when it is tried, in words; undefined when nothing is. */
export async function faultOf(attempt: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await attempt();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** @returns an error in words. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const START_ANEW = 'read the log; `npm run down`, then `npm run up`, starts the node anew';

export interface Patience {
  readonly timeoutMs: number;
  readonly everyMs?: number;
  /** Shown when it took too long. */
  readonly logFile?: string;
  readonly remedy?: string;
}

/** Asks until it holds. @throws Failure with the last answer when it does not in time. */
export async function until(
  what: string,
  { timeoutMs, everyMs = 500, logFile: file, remedy = START_ANEW }: Patience,
  ask: () => Promise<string | undefined>,
): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    const wanting = await ask();
    if (wanting === undefined) return;
    if (performance.now() > endMs) {
      const log = file === undefined ? {} : { logFile: file };
      throw new Failure(`${what}: ${wanting}`, { remedy, ...log });
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

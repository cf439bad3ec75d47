/** Long-running processes: started detached, found again by pid file, and stopped by id, never by name. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RUN } from './layout.ts';
import { logFile } from './progress.ts';

const PIDS = join(RUN, 'pids');
const GRACE_MS = 20_000;
/** Stands for whoever changes the cluster. */
const LOCK = 'at-work';

interface Recorded {
  readonly pid: number;
  /** Clock ticks from boot to its start: with the pid it names one process for good. */
  readonly startTime: string;
  readonly argv: readonly string[];
}

export interface ProcessSpec {
  readonly name: string;
  readonly argv: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
}

/** @returns the start time of a process (field 22 of proc_pid_stat(5)), or undefined when there is none. */
function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie runs no more; it only waits for its parent.
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function recorded(name: string): Recorded | undefined {
  try {
    return JSON.parse(readFileSync(join(PIDS, name), 'utf8')) as Recorded;
  } catch {
    return undefined;
  }
}

/** @returns the pid of a process that we started and that still runs. */
export function runningPid(name: string): number | undefined {
  const record = recorded(name);
  return record !== undefined && startTimeOf(record.pid) === record.startTime ? record.pid : undefined;
}

/** Starts a process unless it runs with the very same arguments. @returns whether it was started. */
export async function ensureProcess({ name, argv, env = {} }: ProcessSpec): Promise<boolean> {
  if (runningPid(name) !== undefined) {
    if (JSON.stringify(recorded(name)?.argv) === JSON.stringify(argv)) return false;
    await stopProcess(name);
  }
  mkdirSync(PIDS, { recursive: true });
  const output = openSync(logFile(name), 'w');
  const [program, ...rest] = argv;
  const child = spawn(program, rest, {
    detached: true,
    cwd: '/',
    env: { ...process.env, ...env },
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  child.on('error', () => undefined);
  child.unref();
  const pid = child.pid;
  if (pid === undefined) return true;
  writeFileSync(join(PIDS, name), JSON.stringify({ pid, startTime: startTimeOf(pid) ?? '', argv }));
  return true;
}

/** Stops a process that we started, and waits until it is gone. */
export async function stopProcess(name: string): Promise<void> {
  const pid = runningPid(name);
  if (pid !== undefined) await stopPid(pid);
  rmSync(join(PIDS, name), { force: true });
}

/** Stops the process that has this id now, with SIGTERM, after a while with SIGKILL, and waits until it is gone. */
export async function stopPid(pid: number): Promise<void> {
  const startTime = startTimeOf(pid);
  const endMs = performance.now() + GRACE_MS;
  let sent: NodeJS.Signals | undefined;
  while (startTime !== undefined && startTimeOf(pid) === startTime) {
    const wanted: NodeJS.Signals = performance.now() > endMs ? 'SIGKILL' : 'SIGTERM';
    if (sent !== wanted) {
      try {
        process.kill(pid, wanted);
      } catch {
        return;
      }
      sent = wanted;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** @returns the names of the processes that were started. */
export function startedProcesses(): string[] {
  try {
    return readdirSync(PIDS).filter((name) => name !== LOCK);
  } catch {
    return [];
  }
}

/** @returns the ids of the processes whose arguments hold a text. */
export function pidsWithArgument(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return pid !== process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(text);
      } catch {
        return false;
      }
    });
}

/**
 * Lets one process at a time change the cluster. @returns the id of the one that does, or undefined when it is us now, until
 * we end.
 */
export function busyWith(): number | undefined {
  const holder = runningPid(LOCK);
  if (holder !== undefined && holder !== process.pid) return holder;
  mkdirSync(PIDS, { recursive: true });
  const { pid } = process;
  writeFileSync(join(PIDS, LOCK), JSON.stringify({ pid, startTime: startTimeOf(pid) ?? '', argv: process.argv }));
  return undefined;
}

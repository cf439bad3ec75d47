/** Long-running processes: started detached, found again by pid file, and stopped by id, never by name. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RUN } from './layout.ts';
import { logFile } from './progress.ts';

/** Where the processes of one cluster are recorded, and where their output goes. */
export interface ProcessHome {
  /** Folder of their pid files. */
  readonly pids: string;
  /** Path of the file that takes a process's output. */
  readonly logFile: (name: string) => string;
}

const EMBEDDED: ProcessHome = { pids: join(RUN, 'pids'), logFile };
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

function recorded(name: string, { pids }: ProcessHome): Recorded | undefined {
  try {
    return JSON.parse(readFileSync(join(pids, name), 'utf8')) as Recorded;
  } catch {
    return undefined;
  }
}

/** @returns the pid of a process that we started and that still runs. */
export function runningPid(name: string, home = EMBEDDED): number | undefined {
  const record = recorded(name, home);
  return record !== undefined && startTimeOf(record.pid) === record.startTime ? record.pid : undefined;
}

/** Writes down a process, so that whoever comes next finds it, and no other that has got its id meanwhile. */
export function record(name: string, { pid, argv }: { pid: number; argv: readonly string[] }, home = EMBEDDED): void {
  mkdirSync(home.pids, { recursive: true });
  writeFileSync(join(home.pids, name), JSON.stringify({ pid, startTime: startTimeOf(pid) ?? '', argv }));
}

/** Starts a process unless it runs with the very same arguments. @returns whether it was started. */
export async function ensureProcess({ name, argv, env = {} }: ProcessSpec, home = EMBEDDED): Promise<boolean> {
  if (runningPid(name, home) !== undefined) {
    if (JSON.stringify(recorded(name, home)?.argv) === JSON.stringify(argv)) return false;
    await stopProcess(name, home);
  }
  const output = openSync(home.logFile(name), 'w');
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
  if (child.pid !== undefined) record(name, { pid: child.pid, argv }, home);
  return true;
}

/** @returns the arguments that run a program so that it is killed when the process that starts it ends, however that is. */
export const mortal = (...argv: readonly [string, ...string[]]): [string, ...string[]] => [
  'setpriv',
  '--pdeathsig',
  'KILL',
  ...argv,
];

/** Stops a process that we started, and waits until it is gone. */
export async function stopProcess(name: string, home = EMBEDDED, signal?: StopSignal): Promise<void> {
  const pid = runningPid(name, home);
  if (pid !== undefined) await stopPid(pid, signal);
  rmSync(join(home.pids, name), { force: true });
}

/** SIGKILL gives no time to put things in order. */
export type StopSignal = 'SIGTERM' | 'SIGKILL';

/** Stops the process that has this id now, after a while with SIGKILL in any case, and waits until it is gone. */
export async function stopPid(pid: number, signal: StopSignal = 'SIGTERM'): Promise<void> {
  const startTime = startTimeOf(pid);
  const endMs = performance.now() + GRACE_MS;
  let sent: StopSignal | undefined;
  while (startTime !== undefined && startTimeOf(pid) === startTime) {
    const wanted = performance.now() > endMs ? 'SIGKILL' : signal;
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
export function startedProcesses(home = EMBEDDED): string[] {
  try {
    return readdirSync(home.pids).filter((name) => name !== LOCK);
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
export function busyWith(home = EMBEDDED): number | undefined {
  const holder = holderOf(home);
  if (holder !== undefined && holder !== process.pid) return holder;
  record(LOCK, { pid: process.pid, argv: process.argv }, home);
  return undefined;
}

/** @returns the id of the process that changes the cluster, if one does. */
export const holderOf = (home: ProcessHome): number | undefined => runningPid(LOCK, home);

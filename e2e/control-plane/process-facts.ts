/** What Linux knows of a process (proc_pid_status(5), proc_pid_stat(5)). */
import { readFileSync } from 'node:fs';

/** Of USER_HZ, which is 100 on every architecture that Node.js runs on. */
const TICK_MS = 10;

/** @returns bytes of memory that are resident. @throws Error when there is no such process. */
export function rssBytes(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  if (kilobytes === undefined) throw new Error(`process ${pid} has ended`);
  return Number(kilobytes) * 1024;
}

/** @returns how long its threads have run, milliseconds. @throws Error when there is no such process. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name, in parentheses, may hold spaces: counted from its end, utime is field 14 and stime field 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

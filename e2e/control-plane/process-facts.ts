/** What Linux knows of a process (proc_pid_status(5), proc_pid_stat(5)). */
import { readFileSync } from 'node:fs';

/** Of USER_HZ, which is 100 on every architecture that Node.js runs on. */
const TICK_MS = 10;

/** @returns bytes of memory that are resident. @throws Error when there is no such process. */
export function rssBytes(pid: number): number {
  const bytes = rssBytesIn(readFileSync(`/proc/${pid}/status`, 'utf8'));
  if (bytes === undefined) throw new Error(`process ${pid} has ended`);
  return bytes;
}

/** @returns how long its threads have run, milliseconds. @throws Error when there is no such process. */
export const cpuMs = (pid: number): number => cpuMsIn(readFileSync(`/proc/${pid}/stat`, 'utf8'));

/** Pure. @param status - of /proc/PID/status. @returns undefined of a process that has ended, which holds none. */
export function rssBytesIn(status: string): number | undefined {
  const [, kilobytes] = /^VmRSS:\s*(\d+) kB$/m.exec(status) ?? [];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

/** Pure. @param stat - of /proc/PID/stat */
export function cpuMsIn(stat: string): number {
  // The name, in parentheses, may hold anything: counted from its end, utime is field 14 and stime field 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** What the kernel knows of a process of this machine (proc(5)). */
import { readFileSync } from 'node:fs';

/** USER_HZ, which is the same on every architecture that we run on. */
const TICKS_PER_SECOND = 100;

/** Places of utime and stime among the fields that follow the name. */
const [UTIME, STIME] = [11, 12];

/** @returns the CPU time that a process has used, seconds, to the hundredth. */
export const cpuSecondsOf = (pid: number): number => cpuSecondsIn(readFileSync(`/proc/${pid}/stat`, 'utf8'));

/** @returns the memory of a process that is in RAM, MiB. */
export const residentMibOf = (pid: number): number => residentMibIn(readFileSync(`/proc/${pid}/status`, 'utf8'));

/** Pure. @param stat - what /proc/PID/stat says; the name in it may hold anything, also blanks and brackets */
export function cpuSecondsIn(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[UTIME]) + Number(fields[STIME])) / TICKS_PER_SECOND;
}

/** Pure. @param status - what /proc/PID/status says */
export const residentMibIn = (status: string): number => Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;

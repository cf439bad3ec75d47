/** Memory of a process while something goes on. */
import { setTimeout as sleep } from 'node:timers/promises';
import { residentMibOf } from './proc.ts';

const EVERY_MS = 1_000;

/** @returns what the work gave, and the memory each second meanwhile. */
export async function residentWhile<T>(
  pid: number,
  work: Promise<T>,
): Promise<{ readonly value: T; readonly mib: readonly number[] }> {
  const mib: number[] = [];
  const over = new AbortController();
  const watch = async (): Promise<void> => {
    while (!over.signal.aborted) {
      mib.push(residentMibOf(pid));
      await sleep(EVERY_MS, undefined, { signal: over.signal }).catch(() => undefined);
    }
  };
  const watched = watch();
  try {
    return { value: await work, mib };
  } finally {
    over.abort();
    await watched;
  }
}

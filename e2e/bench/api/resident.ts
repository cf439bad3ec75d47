/** Memory of a process while something goes on. */
import { setTimeout as sleep } from 'node:timers/promises';
import { rssBytes } from '../../control-plane/process-facts.ts';

const EVERY_MS = 1_000;

/** @returns the memory of a process that is in RAM, MiB. */
export const residentMib = (pid: number): number => rssBytes(pid) / 2 ** 20;

/** @returns what the work gave, and the memory each second meanwhile. */
export async function residentWhile<T>(
  pid: number,
  work: Promise<T>,
): Promise<{ readonly value: T; readonly mib: readonly number[] }> {
  const mib: number[] = [];
  const over = new AbortController();
  const watch = async (): Promise<void> => {
    while (!over.signal.aborted) {
      mib.push(residentMib(pid));
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

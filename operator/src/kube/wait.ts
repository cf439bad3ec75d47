/** Waiting that can be cut short. */

/** Waits, or returns early when the signal is given; never throws, and leaves no listener behind. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const stop = (): void => {
    resolve(undefined);
  };
  const timer = setTimeout(stop, ms);
  signal.addEventListener('abort', stop, { once: true });
  await promise;
  clearTimeout(timer);
  signal.removeEventListener('abort', stop);
}

/** @returns `ms` lengthened by up to a `fraction` of itself, so that many clients do not come back at once. */
export function jittered(ms: number, fraction: number, random: () => number = Math.random): number {
  return ms * (1 + fraction * random());
}

/** @returns the delay before try `attempt` (from 0): doubled each time, up to a maximum, milliseconds. */
export function exponential(attempt: number, { baseMs, maxMs }: { baseMs: number; maxMs: number }): number {
  return Math.min(maxMs, baseMs * 2 ** Math.min(attempt, 40));
}

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

/**
 * @returns a signal that is given with another, or after a time; clear it afterwards. AbortSignal.any would keep a listener on
 *   the other for as long as that lives (nodejs/node #54614).
 */
export function deadlineWithin(outer: AbortSignal, ms: number): { signal: AbortSignal; clear: () => void } {
  const inner = new AbortController();
  const end = (): void => {
    inner.abort(outer.reason);
  };
  const timer = setTimeout(() => {
    inner.abort(new Error(`no whole answer came within ${ms / 1000} s`));
  }, ms);
  outer.addEventListener('abort', end, { once: true });
  const clear = (): void => {
    clearTimeout(timer);
    outer.removeEventListener('abort', end);
  };
  return { signal: inner.signal, clear };
}

/** @returns `ms` lengthened by up to a `fraction` of itself, so that many clients do not come back at once. */
export function jittered(ms: number, fraction: number, random: () => number = Math.random): number {
  return ms * (1 + fraction * random());
}

/** @returns the delay before try `attempt` (from 0): doubled each time, up to a maximum, milliseconds. */
export function exponential(attempt: number, { baseMs, maxMs }: { baseMs: number; maxMs: number }): number {
  return Math.min(maxMs, baseMs * 2 ** Math.min(attempt, 40));
}

/** Work that is done again and again beside the requests, until the process stops. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@heroes/runtime/logger.ts';

export interface Repeated {
  /** In logs and metrics. */
  readonly name: string;
  readonly everyMs: number;
  /** @returns whether there is more to do at once. */
  readonly work: () => Promise<boolean>;
}

export interface RepeatOptions {
  readonly log: Pick<Logger, 'error' | 'info'>;
  readonly failed: (name: string) => void;
}

/**
 * Begins at a moment of its own, so that pods that start together do not work together. What fails is tried again at its
 * next turn; the log has the first failure of a row, and its end.
 * @returns what stops it, once what is under way is done
 */
export function repeat(repeated: Repeated, options: RepeatOptions): () => Promise<void> {
  const stopping = new AbortController();
  const ended = run(repeated, options, stopping.signal);
  return async () => {
    stopping.abort();
    await ended;
  };
}

async function run(
  { name, everyMs, work }: Repeated,
  { log, failed }: RepeatOptions,
  signal: AbortSignal,
): Promise<void> {
  let failing = false;
  await pause(everyMs * Math.random(), signal);
  while (!signal.aborted) {
    let more = false;
    try {
      more = await work();
      if (failing) log.info({ job: name }, 'work beside the requests is done again');
      failing = false;
    } catch (error) {
      failed(name);
      if (!failing) log.error({ err: error, job: name }, 'work beside the requests failed; it is tried again');
      failing = true;
    }
    if (!more) await pause(everyMs, signal);
  }
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal, ref: false }).catch(() => undefined);
}

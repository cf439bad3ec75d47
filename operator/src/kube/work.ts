/** What belongs to one piece of work and follows it through every call, as Go's context.Context does. */
import { AsyncLocalStorage } from 'node:async_hooks';

export interface Work {
  /** Names it in the logs. */
  readonly id: string;
  /** Given when its time is over: requests that are under way are broken off. */
  readonly signal: AbortSignal;
  /** Requests that it sent to the API server. */
  requests: number;
  /** What the log's line of its end says besides. */
  readonly fields: Record<string, unknown>;
}

const storage = new AsyncLocalStorage<Work>();

/** Runs a function as part of a piece of work. */
export const withinWork = <T>(work: Work, run: () => T): T => storage.run(work, run);

/** @returns the work that the caller is part of. */
export const currentWork = (): Work | undefined => storage.getStore();

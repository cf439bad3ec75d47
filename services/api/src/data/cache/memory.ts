/** What was loaded, remembered in two places: on the pod for a moment, in the cache for all pods. */
import type { Cache } from '../cache.ts';
import { jittered } from '../../domain/expiry.ts';
import { createFlights } from './flights.ts';
import type { Near } from './near.ts';
import type { Store } from './store.ts';

export interface MemoryParts {
  readonly near: Near;
  readonly store: Store;
  /** From 0 to below 1. */
  readonly random: () => number;
}

export function createMemory({ near, store, random }: MemoryParts): Cache['remember'] {
  const flights = createFlights<string | undefined>();
  return async (key, seconds, load) =>
    near.get(key) ??
    flights.join(key, async () => {
      const kept = await store.find(key);
      const value = kept ?? (await load());
      if (value === undefined) return undefined;
      near.set(key, value);
      // Nobody waits for it to be kept.
      if (kept === null) void store.keep(key, value, jittered(seconds, random()));
      return value;
    });
}

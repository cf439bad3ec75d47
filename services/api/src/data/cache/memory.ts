/** What was loaded, remembered in two places: on the pod for a moment, in the cache for all pods. */
import type { Cache } from '../cache.ts';
import { jittered } from '../../domain/expiry.ts';
import { createFlights } from './flights.ts';
import type { Near } from './near.ts';
import { LOAD_MS, type Store } from './store.ts';

export interface MemoryParts {
  readonly near: Near;
  readonly store: Store;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly tellOthers: (keys: readonly string[]) => Promise<void>;
}

export interface Memory extends Pick<Cache, 'remember' | 'forget'> {
  /** Forgets what another pod says. */
  readonly forgetHere: (keys: readonly string[]) => void;
  /** Forgets in the cache what could not be while it was away. */
  readonly forgetLate: () => void;
}

export function createMemory({ near, store, random, tellOthers }: MemoryParts): Memory {
  const flights = createFlights<string | undefined>();
  const late = new Set<string>();
  const forgetHere = (keys: readonly string[]): void => {
    for (const key of keys) {
      near.delete(key);
      flights.cancel(key);
    }
  };
  const forgetThere = async (keys: readonly string[]): Promise<void> => {
    for (const key of keys) late.add(key);
    if (!(await store.forget(keys))) return;
    for (const key of keys) late.delete(key);
  };
  return {
    remember: async (key, seconds, load) =>
      near.get(key) ??
      flights.join(key, async (mayKeep) => {
        const found = late.has(key) ? 'unknown' : await store.find(key);
        if (typeof found === 'object') {
          if (mayKeep()) near.set(key, found.value);
          return found.value;
        }
        const startedMs = performance.now();
        const value = await load();
        if (value === undefined || !mayKeep()) return value;
        near.set(key, value);
        // Nobody waits for it to be kept.
        if (found === 'empty' && performance.now() - startedMs < LOAD_MS)
          void store.fill(key, value, jittered(seconds, random()));
        return value;
      }),
    forget: async (...keys) => {
      forgetHere(keys);
      await forgetThere(keys);
      await tellOthers(keys);
    },
    forgetHere,
    forgetLate: () => {
      if (late.size > 0) void forgetThere([...late]);
    },
  };
}

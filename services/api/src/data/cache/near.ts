/** What a pod remembers by itself, for a moment: at the bell everybody asks for the same. */
import { LRUCache } from 'lru-cache';

/** How long a pod answers from its own memory before it asks again. */
export const NEAR_MS = 2_000;
const MOST = 1_000;
const MOST_CHARACTERS = 16 * 1024 * 1024;

export interface Near {
  readonly get: (key: string) => string | undefined;
  readonly set: (key: string, value: string) => void;
}

/** @param clock - milliseconds */
export function createNear(clock: () => number = () => performance.now()): Near {
  const near = new LRUCache<string, string>({
    max: MOST,
    maxSize: MOST_CHARACTERS,
    sizeCalculation: (value, key) => value.length + key.length,
    ttl: NEAR_MS,
    // The time is looked at each time: a timer for it would cost more.
    ttlResolution: 0,
    perf: { now: clock },
  });
  return {
    get: (key) => near.get(key),
    set: (key, value) => {
      near.set(key, value);
    },
  };
}

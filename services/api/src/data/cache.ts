/** The cache: answers faster while it is there, and is never missed when it is not. */
import { Redis } from 'ioredis';
import type { Logger } from '@heroes/runtime/logger.ts';
import type { ApiConfig } from './config.ts';

/** A cache that takes longer than this is slower than asking the database. */
const TIMEOUT_MS = 250;

export interface Cache {
  /** @returns what `load` gives, or what it gave within the last seconds; loads when the cache does not answer. */
  readonly remember: (
    key: string,
    seconds: number,
    load: () => Promise<string | undefined>,
  ) => Promise<string | undefined>;
  /** Counts an event in a window of time. @returns how many there were, this one included; 0 when the cache is away. */
  readonly count: (key: string, windowSeconds: number) => Promise<number>;
  /** @returns how many there were, without counting. */
  readonly counted: (key: string) => Promise<number>;
  readonly close: () => void;
}

/** @returns the cache; it connects in the background and again after each fault. */
export function openCache(config: ApiConfig, log: Logger): Cache {
  const redis = new Redis({
    host: config.CACHE_HOST,
    port: config.CACHE_PORT,
    password: config.CACHE_PASSWORD,
    commandTimeout: TIMEOUT_MS,
    connectTimeout: 2_000,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    retryStrategy: (tries) => Math.min(tries * 100, 2_000),
  });
  let told = false;
  redis.on('error', (error: Error) => {
    if (!told) log.warn({ reason: error.message }, 'the cache is away; the database answers meanwhile');
    told = true;
  });
  redis.on('ready', () => {
    told = false;
  });
  const orNothing = async <T>(command: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await command();
    } catch {
      return undefined;
    }
  };
  return {
    remember: async (key, seconds, load) => {
      const kept = await orNothing(() => redis.get(key));
      if (typeof kept === 'string') return kept;
      const loaded = await load();
      if (loaded !== undefined) await orNothing(() => redis.set(key, loaded, 'EX', seconds));
      return loaded;
    },
    count: async (key, windowSeconds) => {
      const replies = await orNothing(() => redis.multi().incr(key).expire(key, windowSeconds, 'NX').exec());
      return Number(replies?.[0]?.[1] ?? 0);
    },
    counted: async (key) => Number((await orNothing(() => redis.get(key))) ?? 0),
    close: () => {
      redis.disconnect();
    },
  };
}

/**
 * The cache: answers faster while it is there, and is never missed when it is not. Nothing is in it that is not elsewhere.
 * Before it, each pod remembers for a moment what everybody asks for at the bell.
 */
import { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import type { Logger } from '@heroes/runtime/logger.ts';
import type { ApiConfig } from '../config.ts';
import type { Bucket } from '../domain/bucket.ts';

/** A cache that takes longer than this is slower than asking the database. */
const TIMEOUT_MS = 250;
/** How long a pod answers from its own memory before it asks again; what is published is seen by all after this long. */
const NEAR_MS = 2_000;
const NEAR_MOST = 1_000;
const NEAR_BYTES = 32 * 1024 * 1024;
/** Expiries spread over this share of their time, so that what was loaded together does not expire together. */
const JITTER = 0.1;

export interface Cache {
  /**
   * @returns what `load` gives, or gave within the last seconds. However many ask at once, one loads; what is not there
   * (undefined) is remembered by nobody. Loads when the cache does not answer.
   */
  readonly remember: (
    key: string,
    seconds: number,
    load: () => Promise<string | undefined>,
  ) => Promise<string | undefined>;
  /** Forgets keys: in the cache at once, in the pods' memories within two seconds. */
  readonly forget: (...keys: readonly string[]) => Promise<void>;
  /** Takes one from a bucket. @returns how long to wait, milliseconds, 0 when one was taken; undefined while it is away. */
  readonly takeToken: (key: string, bucket: Bucket) => Promise<number | undefined>;
  /** Counts an event in a window of time. @returns how many there were, this one included; undefined while it is away. */
  readonly count: (key: string, windowSeconds: number) => Promise<number | undefined>;
  /** @returns how many there were, without counting; undefined while it is away. */
  readonly counted: (key: string) => Promise<number | undefined>;
  /** Tells the other pods. Nobody may rely on it: it is lost when the cache is away. */
  readonly publish: (channel: string, message: string) => Promise<void>;
  /** Hears what pods tell, this one included. @returns what stops it. */
  readonly subscribe: (channel: string, listener: (message: string) => void) => () => void;
  readonly close: () => void;
}

/** domain/bucket.ts in the cache's own tongue, by the cache's own clock, so that pods need not agree on the time. */
const TAKE = `
local each, burst = 1000 / tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
local after = full + each
local wait = after - now - burst * each
if wait > 0 then return math.ceil(wait) end
redis.call('SET', KEYS[1], after, 'PX', math.ceil(after - now) + 1000)
return 0`;

/** @returns the cache; it connects in the background and again after each fault. */
export function openCache(config: ApiConfig, log: Logger): Cache {
  const redis = connect(config, log);
  const listeners = new Listeners(() => connect(config, log));
  const orNothing = async <T>(command: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await command();
    } catch {
      return undefined;
    }
  };
  const near = new LRUCache<string, string>({
    max: NEAR_MOST,
    maxSize: NEAR_BYTES,
    sizeCalculation: (value, key) => value.length + key.length,
    ttl: NEAR_MS,
  });
  const loading = new Map<string, Promise<string | undefined>>();
  const fetch = async (key: string, seconds: number, load: () => Promise<string | undefined>) => {
    const kept = await orNothing(async () => redis.get(key));
    const value = typeof kept === 'string' ? kept : await load();
    if (value === undefined) return undefined;
    near.set(key, value);
    if (typeof kept !== 'string') {
      const jittered = Math.ceil(seconds * (1 - JITTER * Math.random()));
      await orNothing(async () => redis.set(key, value, 'EX', jittered));
    }
    return value;
  };
  return {
    remember: async (key, seconds, load) => {
      const remembered = near.get(key);
      if (remembered !== undefined) return remembered;
      const under = loading.get(key);
      if (under !== undefined) return under;
      const fetched = fetch(key, seconds, load).finally(() => loading.delete(key));
      loading.set(key, fetched);
      return fetched;
    },
    forget: async (...keys) => {
      for (const key of keys) near.delete(key);
      if (keys.length > 0) await orNothing(async () => redis.del(...keys));
    },
    takeToken: async (key, { perSecond, burst }) => {
      const wait = await orNothing(async () => redis.eval(TAKE, 1, key, perSecond, burst));
      return wait === undefined ? undefined : Number(wait);
    },
    count: async (key, windowSeconds) => {
      const replies = await orNothing(async () => redis.multi().incr(key).expire(key, windowSeconds, 'NX').exec());
      return replies?.[0] === undefined ? undefined : Number(replies[0][1]);
    },
    counted: async (key) => {
      const kept = await orNothing(async () => redis.get(key));
      return kept === undefined ? undefined : Number(kept ?? 0);
    },
    publish: async (channel, message) => {
      await orNothing(async () => redis.publish(channel, message));
    },
    subscribe: (channel, listener) => listeners.add(channel, listener),
    close: () => {
      redis.disconnect();
      listeners.close();
    },
  };
}

function connect(config: ApiConfig, log: Logger): Redis {
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
  return redis;
}

/** Who listens to which channel, over one connection that is opened with the first. */
class Listeners {
  readonly #open: () => Redis;
  readonly #byChannel = new Map<string, Set<(message: string) => void>>();
  #redis: Redis | undefined;

  constructor(open: () => Redis) {
    this.#open = open;
  }

  add(channel: string, listener: (message: string) => void): () => void {
    const known = this.#byChannel.get(channel);
    const listeners = known ?? new Set();
    this.#byChannel.set(channel, listeners.add(listener));
    if (known === undefined) this.#subscribe(channel);
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      this.#byChannel.delete(channel);
      this.#redis?.unsubscribe(channel).catch(() => undefined);
    };
  }

  close(): void {
    this.#redis?.disconnect();
  }

  #subscribe(channel: string): void {
    if (this.#redis === undefined) {
      const redis = this.#open();
      // After each fault, and the first time: whatever is listened to by then.
      redis.on('ready', () => {
        for (const each of this.#byChannel.keys()) redis.subscribe(each).catch(() => undefined);
      });
      redis.on('message', (name: string, message: string) => {
        for (const listener of this.#byChannel.get(name) ?? []) listener(message);
      });
      this.#redis = redis;
    }
    this.#redis.subscribe(channel).catch(() => undefined);
  }
}

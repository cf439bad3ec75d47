/** Counts that all pods share. */
import type { Result } from 'ioredis';
import type { Bucket } from '../../domain/bucket.ts';
import type { Cache } from '../cache.ts';
import type { Link } from './link.ts';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    takeToken(key: string, perSecond: number, burst: number, how: 'take' | 'look'): Result<number, Context>;
  }
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
if ARGV[3] == 'look' then return 0 end
redis.call('SET', KEYS[1], after, 'PX', math.ceil(after - now) + 1000)
return 0`;

/** Sent by their digests: each itself once. */
export const SCRIPTS = { takeToken: { lua: TAKE, numberOfKeys: 1 } };

export function createCounters({ ask }: Pick<Link, 'ask'>): Pick<Cache, 'takeToken' | 'lookForToken'> {
  const counted =
    (how: 'take' | 'look') =>
    async (key: string, { perSecond, burst }: Bucket): Promise<number | undefined> =>
      ask(async (redis) => redis.takeToken(key, perSecond, burst, how));
  return { takeToken: counted('take'), lookForToken: counted('look') };
}

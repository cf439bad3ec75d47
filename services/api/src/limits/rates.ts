/**
 * How often one may call. The buckets are in the cache, so that all pods count together; while that is away each pod counts
 * alone, which admits more, and never refuses a class because of us.
 */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { subjectOf, type Actor } from '../access/roles.ts';
import type { Cache } from '../data/cache.ts';
import { take, type Bucket } from '../domain/bucket.ts';
import type { RateClass } from '../http/classes.ts';
import { Problem } from '../http/problems.ts';
import type { Route } from '../http/route.ts';

/** A class of 30 and a school of 1,500 behind one address join within a minute of the bell: 25 a second, in bursts. */
const BUCKETS: Readonly<Record<Exclude<RateClass, 'open'>, Bucket>> = {
  subject: { perSecond: 10, burst: 20 },
  join: { perSecond: 100, burst: 2000 },
  signIn: { perSecond: 2, burst: 60 },
};

/** Buckets that a pod keeps by itself. */
const MOST = 10_000;

export interface Rates {
  /** Counts a call. @throws Problem 429 with when to come again. */
  readonly admit: (route: Route, actor: Actor, address: string) => Promise<void>;
}

/** @param clock - milliseconds, the same in all pods as far as clocks go */
export function createRates(cache: Pick<Cache, 'takeToken'>, clock: () => number = Date.now): Rates {
  const alone = new LRUCache<string, number>({ max: MOST });
  const takeAlone = (key: string, bucket: Bucket): number => {
    const { fullAtMs, waitMs } = take(bucket, alone.get(key) ?? 0, clock());
    alone.set(key, fullAtMs);
    return waitMs;
  };
  return {
    admit: async ({ rate }, actor, address) => {
      if (rate === 'open') return;
      const key = `rate:${rate}:${subjectOf(actor) ?? digestOf(address)}`;
      const bucket = BUCKETS[rate];
      const waitMs = (await cache.takeToken(key, bucket)) ?? takeAlone(key, bucket);
      if (waitMs === 0) return;
      const retryAfterSeconds = Math.ceil(waitMs / 1000);
      const detail = `That is more than ${bucket.perSecond} requests a second. Wait ${retryAfterSeconds} s.`;
      throw new Problem({ status: 429, detail, retryAfterSeconds });
    },
  };
}

/** An address is personal data: nothing but its digest is kept, and that until its bucket is full again. */
const digestOf = (address: string): string => createHash('sha256').update(address).digest('base64url').slice(0, 22);

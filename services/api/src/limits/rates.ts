/**
 * How often one may call. The buckets are in the cache, so that all pods count together; while that is away each pod counts
 * alone, which admits more, and never refuses a class because of us.
 */
import { LRUCache } from 'lru-cache';
import { subjectOf, type Actor } from '../access/roles.ts';
import type { Cache } from '../data/cache.ts';
import { callerOf } from '../domain/address.ts';
import { take, type Bucket } from '../domain/bucket.ts';
import type { RateClass } from '../http/classes.ts';
import { Problem } from '../http/problems.ts';
import type { Route } from '../http/route.ts';

/** A class of 30 and a school of 1,500 behind one address join within a minute of the bell: 25 a second, in bursts. */
export const ROUTE_BUCKETS: Readonly<Record<Exclude<RateClass, 'open'>, Bucket>> = {
  subject: { perSecond: 10, burst: 20 },
  join: { perSecond: 100, burst: 2000 },
  // Its teachers and offices sign in within the same minutes.
  signIn: { perSecond: 10, burst: 300 },
};

/**
 * What a route counts beside its class, by a key of its own: joins with one class code, codes that were wrong by address (a
 * typing error each for a fifth of the school), and sign-ins to one account.
 */
const BUDGETS = {
  codeJoins: { perSecond: 10, burst: 400 },
  wrongCodes: { perSecond: 1, burst: 300 },
  // By class code: of 2^30 return codes a class has given some 30.
  wrongReturnCodes: { perSecond: 0.1, burst: 60 },
  accountSignIns: { perSecond: 0.2, burst: 20 },
  // By address, of whichever accounts: a school's mistyped passwords on a Monday, and no list of passwords.
  failedSignIns: { perSecond: 1 / 36, burst: 100 },
} as const satisfies Readonly<Record<string, Bucket>>;
export type Budget = keyof typeof BUDGETS;

/** Buckets that a pod keeps by itself. */
const MOST = 10_000;

export interface Rates {
  /** Counts a call. @throws Problem 429 with when to come again. */
  readonly admit: (route: Pick<Route, 'rate'>, actor: Actor, address: string) => Promise<void>;
  /**
   * Counts against a budget.
   * @param key - whose budget: an id, or the digest of what must not be kept
   * @throws Problem 429 with when to come again
   */
  readonly charge: (budget: Budget, key: string) => Promise<void>;
  /** Looks at a budget that is charged only for what fails, before it is tried. @throws Problem 429 when it is used up. */
  readonly check: (budget: Budget, key: string) => Promise<void>;
  /** @returns a key for an address: it changes every day and cannot be turned back. */
  readonly caller: (address: string) => string;
}

export interface RatesParts {
  readonly cache: Pick<Cache, 'takeToken' | 'lookForToken'>;
  /** Names addresses: of a secret that the pods share. */
  readonly digest: (text: string) => Buffer;
  /** Milliseconds, the same in all pods as far as clocks go. */
  readonly clock?: () => number;
  /** Told of each refusal. */
  readonly refused?: (what: RateClass | Budget) => void;
}

interface Counted {
  readonly bucket: Bucket;
  /** Whether it is looked at only. */
  readonly look?: boolean;
}

export function createRates({ cache, digest, clock = Date.now, refused }: RatesParts): Rates {
  const alone = new LRUCache<string, number>({ max: MOST });
  const countAlone = (key: string, { bucket, look }: Counted): number => {
    const { fullAtMs, waitMs } = take(bucket, alone.get(key) ?? 0, clock());
    if (look !== true) alone.set(key, fullAtMs);
    return waitMs;
  };
  const count = async (what: Exclude<RateClass, 'open'> | Budget, who: string, counted: Counted): Promise<void> => {
    const { bucket, look } = counted;
    const key = `rate:${what}:${who}`;
    const ask = look === true ? cache.lookForToken : cache.takeToken;
    const waitMs = (await ask(key, bucket)) ?? countAlone(key, counted);
    if (waitMs === 0) return;
    refused?.(what);
    const retryAfterSeconds = Math.ceil(waitMs / 1000);
    const often = bucket.perSecond < 1 ? `one in ${1 / bucket.perSecond} seconds` : `${bucket.perSecond} a second`;
    const detail = `That is more than ${often}. Wait ${retryAfterSeconds} s.`;
    throw new Problem({ status: 429, detail, retryAfterSeconds });
  };
  const caller = (address: string): string => callerOf(address, digest, clock());
  return {
    admit: async ({ rate }, actor, address) => {
      if (rate !== 'open') await count(rate, subjectOf(actor) ?? caller(address), { bucket: ROUTE_BUCKETS[rate] });
    },
    charge: async (budget, key) => count(budget, key, { bucket: BUDGETS[budget] }),
    check: async (budget, key) => count(budget, key, { bucket: BUDGETS[budget], look: true }),
    caller,
  };
}

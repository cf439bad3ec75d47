/**
 * The cache: answers faster while it is there, and is never missed when it is not. Nothing is in it that is not elsewhere.
 * Before it, each pod remembers for a moment what everybody asks for at the bell.
 */
import type { Logger } from '@heroes/runtime/logger.ts';
import type { ApiConfig } from '../config.ts';
import type { Bucket } from '../domain/bucket.ts';
import { createChannels } from './cache/channels.ts';
import { connect } from './cache/connect.ts';
import { createCounters } from './cache/counters.ts';
import { createMemory } from './cache/memory.ts';
import { createNear } from './cache/near.ts';
import { createStore } from './cache/store.ts';

export interface Cache {
  /**
   * @returns what `load` gives, or gave within the time. However many of a pod ask at once, one loads; what is not there
   * (undefined) is remembered by nobody. Loads when the cache does not answer. Nothing is ever forgotten before its time: what
   * can change has in its key what it changes with.
   * @param seconds - for how long; a tenth less for some, so that what was loaded together does not expire together
   */
  readonly remember: (
    key: string,
    seconds: number,
    load: () => Promise<string | undefined>,
  ) => Promise<string | undefined>;
  /** Takes one from a bucket. @returns how long to wait, milliseconds, 0 when one was taken; undefined while it is away. */
  readonly takeToken: (key: string, bucket: Bucket) => Promise<number | undefined>;
  /** As `takeToken`, and takes none. */
  readonly lookForToken: (key: string, bucket: Bucket) => Promise<number | undefined>;
  /** Tells the other pods. Nobody may rely on it: it is lost when the cache is away. */
  readonly publish: (channel: string, message: string) => Promise<void>;
  /** Hears what pods tell, this one included. @returns what stops it. */
  readonly subscribe: (channel: string, listener: (message: string) => void) => () => void;
  /** @returns whether it answers, or begins to within a time, milliseconds: for who can wait until it is connected. */
  readonly answering: (withinMs: number) => Promise<boolean>;
  readonly close: () => void;
}

/** @returns the cache; it connects in the background and again after each fault. */
export function openCache(config: ApiConfig, log: Logger): Cache {
  const link = connect(config, log);
  const channels = createChannels(link, () => connect(config, log));
  return {
    remember: createMemory({ near: createNear(), store: createStore(link), random: Math.random }),
    ...createCounters(link),
    publish: channels.publish,
    subscribe: channels.subscribe,
    answering: link.answering,
    close: () => {
      channels.close();
      link.close();
    },
  };
}

/** What the cache holds for all pods. */
import type { Link } from './link.ts';

export interface Store {
  /** @returns what is kept, null where nothing is; undefined while the cache does not answer. */
  readonly find: (key: string) => Promise<string | null | undefined>;
  readonly keep: (key: string, value: string, seconds: number) => Promise<void>;
}

export const createStore = ({ ask }: Pick<Link, 'ask'>): Store => ({
  find: async (key) => ask(async (redis) => redis.get(key)),
  keep: async (key, value, seconds) => {
    await ask(async (redis) => redis.set(key, value, 'EX', seconds));
  },
});

/** What the cache holds for all pods. */
import type { Link } from './link.ts';

/** What is kept of a key that was just forgotten: nobody may put anything there that was loaded before. */
const FORGOTTEN = '';
/** Longer than what is loaded is on its way to the cache; see {@link LOAD_MS}. */
const FORGOTTEN_SECONDS = 10;
/** What took longer than this to load is not kept: it might be from before something was forgotten. */
export const LOAD_MS = 5_000;

/** `unknown` while the cache does not answer; `empty` may be filled; `closed` was forgotten a moment ago. */
export type Found = 'unknown' | 'empty' | 'closed' | { readonly value: string };

export interface Store {
  readonly find: (key: string) => Promise<Found>;
  /** Fills what is empty, and nothing else. */
  readonly fill: (key: string, value: string, seconds: number) => Promise<void>;
  /** @returns whether they are forgotten; false while the cache does not answer. */
  readonly forget: (keys: readonly string[]) => Promise<boolean>;
}

export function createStore({ ask }: Pick<Link, 'ask'>): Store {
  return {
    find: async (key) => {
      const kept = await ask(async (redis) => redis.get(key));
      if (kept === undefined) return 'unknown';
      if (kept === null) return 'empty';
      return kept === FORGOTTEN ? 'closed' : { value: kept };
    },
    fill: async (key, value, seconds) => {
      await ask(async (redis) => redis.set(key, value, 'EX', seconds, 'NX'));
    },
    forget: async (keys) => {
      const done = await ask(async (redis) => {
        const commands = redis.multi();
        for (const key of keys) commands.set(key, FORGOTTEN, 'EX', FORGOTTEN_SECONDS);
        return commands.exec();
      });
      return done !== undefined;
    },
  };
}

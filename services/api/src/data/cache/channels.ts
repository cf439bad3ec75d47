/** What pods tell each other. Those who listen share a connection of their own, which is opened with the first. */
import type { Cache } from '../cache.ts';
import type { Link } from './link.ts';

export interface Channels extends Pick<Cache, 'publish' | 'subscribe'> {
  readonly close: () => void;
}

/**
 * @param link - by which is told
 * @param open - opens the connection of those who listen
 */
export function createChannels({ ask }: Pick<Link, 'ask'>, open: () => Link): Channels {
  const byChannel = new Map<string, Set<(message: string) => void>>();
  let ear: Link | undefined;
  const listen = (): Link => {
    const opened = open();
    opened.onMessage((channel, message) => {
      for (const listener of byChannel.get(channel) ?? []) listener(message);
    });
    opened.onBack(() => {
      if (byChannel.size > 0) void opened.ask(async (redis) => redis.subscribe(...byChannel.keys()));
    });
    return opened;
  };
  return {
    publish: async (channel, message) => {
      await ask(async (redis) => redis.publish(channel, message));
    },
    subscribe: (channel, listener) => {
      const known = byChannel.get(channel);
      const listeners = known ?? new Set();
      byChannel.set(channel, listeners.add(listener));
      ear ??= listen();
      if (known === undefined) void ear.ask(async (redis) => redis.subscribe(channel));
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        byChannel.delete(channel);
        void ear?.ask(async (redis) => redis.unsubscribe(channel));
      };
    },
    close: () => ear?.close(),
  };
}

/**
 * Which peers are pods of the edge: those that the DNS names as such. They are believed when they say on whose behalf they ask, and
 * nobody else of the cluster is. What was last known holds while the DNS does not answer: a pod that is new meanwhile is taken for a
 * client, which is the safe side.
 */
import { lookup } from 'node:dns/promises';
import type { Logger } from '@heroes/runtime/logger.ts';
import { plainAddress } from './proxies.ts';

/** A new edge pod waits for ten seconds before it takes requests (operator/src/features/edge/render.ts): time for five looks. */
const EVERY_MS = 2_000;

export interface EdgePeers {
  readonly includes: (address: string) => boolean;
  readonly stop: () => void;
}

export interface EdgePeersParts {
  /** Name of the headless Service of the edge; empty: there is none, and nobody is believed. */
  readonly host: string;
  readonly log: Pick<Logger, 'warn'>;
  /** @returns the addresses of a name; the resolver's of this system unless given. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  readonly everyMs?: number;
}

const bySystem = async (host: string): Promise<readonly string[]> =>
  (await lookup(host, { all: true })).map(({ address }) => address);

/** Begins to look, and goes on until it is stopped. */
export function watchEdgePeers({ host, log, resolve = bySystem, everyMs = EVERY_MS }: EdgePeersParts): EdgePeers {
  if (host === '') return { includes: () => false, stop: () => undefined };
  let known: ReadonlySet<string> = new Set();
  let isLooking = false;
  let toldOfFault = false;
  const look = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    try {
      known = new Set(await resolve(host));
      toldOfFault = false;
    } catch (error) {
      if (!toldOfFault)
        log.warn({ reason: (error as NodeJS.ErrnoException).code }, 'the pods of the edge cannot be looked up');
      toldOfFault = true;
    } finally {
      isLooking = false;
    }
  };
  void look();
  const timer = setInterval(() => void look(), everyMs);
  timer.unref();
  return {
    includes: (address) => known.has(plainAddress(address)),
    stop: () => {
      clearInterval(timer);
    },
  };
}

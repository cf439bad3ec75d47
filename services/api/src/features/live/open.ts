/** The hub of this pod, over the database and the cache. */
import type { Kysely } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Logger } from '@heroes/runtime/logger.ts';
import { areCurrent } from '../../access/epochs.ts';
import type { Cache } from '../../data/cache.ts';
import { asActor } from '../../data/transaction.ts';
import { LiveHub, type LiveHubParts } from './hub.ts';
import { readLive } from './state.ts';

export interface OpenLiveHub extends Omit<LiveHubParts, 'read' | 'areCurrent'> {
  readonly db: Kysely<DB>;
  readonly cache: Pick<Cache, 'publish' | 'subscribe'>;
  readonly log: Pick<Logger, 'warn'>;
}

/** @returns a hub that reads as no person: whoever listens has been asked for a token before. Drain it before the server closes. */
export const openLiveHub = ({ db, ...parts }: OpenLiveHub): LiveHub =>
  new LiveHub({
    ...parts,
    read: async (classroomIds) => asActor(db, { kind: 'worker' }, async (worker) => readLive(worker, classroomIds)),
    areCurrent: async (tokens) => areCurrent(db, tokens),
  });

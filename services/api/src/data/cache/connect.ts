/** How the cache is reached. */
import { Redis } from 'ioredis';
import type { Logger } from '@heroes/runtime/logger.ts';
import type { ApiConfig } from '../../config.ts';
import { TIMES_MS } from '../../limits/times.ts';
import { SCRIPTS } from './counters.ts';
import { createLink, type Link } from './link.ts';

const CONNECT_MS = 2_000;
/** Longer than several heartbeats: a connection as silent as this leads nowhere, and another is opened. */
const SILENCE_MS = 5_000;

/** @returns a connection of its own; it is opened in the background, and again after each fault. */
export function connect(config: ApiConfig, log: Logger): Link {
  const redis = new Redis({
    host: config.CACHE_HOST,
    port: config.CACHE_PORT,
    password: config.CACHE_PASSWORD,
    commandTimeout: TIMES_MS.cache,
    connectTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    scripts: SCRIPTS,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    // Whoever listens says so again each time.
    autoResubscribe: false,
    retryStrategy: (tries) => Math.min(tries * 100, 2_000),
  });
  return createLink(redis, log);
}

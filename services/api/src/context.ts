/** What routes are given. */
import type { Kysely } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Cache } from './cache.ts';
import type { Metrics } from './metrics.ts';
import type { Tokens } from './tokens.ts';

export interface Context {
  readonly db: Kysely<DB>;
  readonly cache: Cache;
  readonly metrics: Metrics;
  readonly tokens: Tokens;
  /** Set once the process is told to stop. */
  readonly isDraining: () => boolean;
}

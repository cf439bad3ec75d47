/** What routes and the parts of the server are given. */
import type { Kysely } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Logger } from '@heroes/runtime/logger.ts';
import type { KeyRing } from './access/keys.ts';
import type { Walls } from './access/reach.ts';
import type { Sealer } from './access/sealing.ts';
import type { Tokens } from './access/tokens.ts';
import type { ApiConfig } from './config.ts';
import type { Cache } from './data/cache.ts';
import type { Rates } from './limits/rates.ts';
import type { Shedding } from './limits/shedding.ts';
import type { Metrics } from './metrics.ts';

export interface Context {
  readonly config: ApiConfig;
  readonly db: Kysely<DB>;
  readonly cache: Cache;
  readonly metrics: Metrics;
  readonly keys: KeyRing;
  readonly tokens: Tokens;
  readonly walls: Walls;
  readonly rates: Rates;
  readonly shedding: Shedding;
  /** A sealer of its own key for a purpose. */
  readonly sealerFor: (purpose: string) => Sealer;
  readonly log: Logger;
  /** Set once the process is told to stop. */
  readonly isDraining: () => boolean;
}

/** What routes and the parts of the server are given. */
import type { Kysely } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Logger } from '@heroes/runtime/logger.ts';
import type { RetentionPolicy } from '@heroes/runtime/retention-policy.ts';
import type { IdentityProvider } from './access/identity-provider.ts';
import type { KeyRing } from './access/keys.ts';
import type { Passwords } from './access/password-hashing.ts';
import type { Walls } from './access/reach.ts';
import type { Sealer } from './access/sealing.ts';
import type { Tokens } from './access/tokens.ts';
import type { ApiConfig } from './config.ts';
import type { Cache } from './data/cache.ts';
import type { Library } from './features/curriculum/library.ts';
import type { LiveHub } from './features/live/hub.ts';
import type { JoinGuard } from './limits/join-guard.ts';
import type { Rates } from './limits/rates.ts';
import type { Shedding } from './limits/shedding.ts';
import type { ReadyAnswers } from './http/ready-answers.ts';
import type { Life } from './life.ts';
import type { Metrics } from './metrics.ts';

export interface Context {
  readonly config: ApiConfig;
  /** How long what is kept. */
  readonly retention: RetentionPolicy;
  readonly db: Kysely<DB>;
  readonly cache: Cache;
  /** What everybody gets alike, as it was sent. */
  readonly ready: ReadyAnswers;
  /** The published lessons. */
  readonly library: Library;
  readonly metrics: Metrics;
  readonly keys: KeyRing;
  readonly tokens: Tokens;
  readonly walls: Walls;
  readonly passwords: Passwords;
  /** Undefined where nobody signs in by one. */
  readonly identityProvider: IdentityProvider | undefined;
  readonly rates: Rates;
  /** Whether a peer is believed when it says on whose behalf it asks. */
  readonly isProxy: (address: string) => boolean;
  readonly joinGuard: JoinGuard;
  readonly shedding: Shedding;
  /** The streams of what is being taught. */
  readonly live: LiveHub;
  /** A sealer of its own key for a purpose. */
  readonly sealerFor: (purpose: string) => Sealer;
  readonly log: Logger;
  /** Of the process: whether it is warm yet, and whether it was told to stop. */
  readonly life: Life;
}

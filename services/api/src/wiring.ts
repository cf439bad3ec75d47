/** The parts of a process, made of its settings: for main.ts, and for tests that run the API in their own process. */
import type { Logger } from '@heroes/runtime/logger.ts';
import { parseRetentionPolicy } from '@heroes/runtime/retention-policy.ts';
import { createEpochs } from './access/epochs.ts';
import { createIdentityProvider } from './access/identity-provider.ts';
import { KeyRing } from './access/keys.ts';
import { createPasswords } from './access/password-hashing.ts';
import { WALLS } from './access/reach.ts';
import { sealer } from './access/sealing.ts';
import { createTokens } from './access/tokens.ts';
import type { ApiConfig } from './config.ts';
import type { Context } from './context.ts';
import { openCache } from './data/cache.ts';
import { openDatabase, type Database } from './data/database.ts';
import { Library } from './features/curriculum/library.ts';
import { openLiveHub } from './features/live/open.ts';
import { Life } from './life.ts';
import { watchEdgePeers } from './limits/edge-peers.ts';
import { createJoinGuard } from './limits/join-guard.ts';
import { ReadyAnswers } from './http/ready-answers.ts';
import { proxiesOf } from './limits/proxies.ts';
import { createRates } from './limits/rates.ts';
import { createShedding } from './limits/shedding.ts';
import { createMetrics } from './metrics.ts';
import { watchCircuits } from './observability/circuits.ts';
import { traceQuery } from './observability/tracing.ts';
import { outgoing } from './resilience/outgoing.ts';

export interface Wired {
  readonly context: Context;
  readonly database: Database;
  /** Ends what the parts keep open, once no request is under way. */
  readonly close: () => Promise<void>;
}

/** @param life - of the process; one that serves at once unless given */
export function wire(config: ApiConfig, log: Logger, life: Life = new Life()): Wired {
  const retention = parseRetentionPolicy(config.RETENTION_POLICY);
  const database = openDatabase(config, log, config.OTEL_EXPORTER_OTLP_ENDPOINT === '' ? undefined : traceQuery);
  const cache = openCache(config, log);
  const library = new Library({ db: database.db, cache, release: config.SERVICE_VERSION });
  const metrics = createMetrics(database);
  const sealerFor = (purpose: string) => sealer(config.TOKEN_SECRET, purpose);
  const keys = new KeyRing(database.db, sealerFor('signing keys'));
  const stopWatchingKeys = keys.watch(log);
  const stopWatchingCircuits = watchCircuits(metrics, log);
  const shedding = createShedding({
    databaseWaitMs: database.waitMs,
    refused: (priority, bottleneck) => {
      metrics.shed.inc({ priority, bottleneck });
    },
  });
  const proxies = watchProxies(config, log);
  const rates = createRates({
    cache,
    digest: sealerFor('addresses of callers').digest,
    refused: (limit) => {
      metrics.rateLimited.inc({ limit });
    },
  });
  const context: Context = {
    config,
    retention,
    db: database.db,
    cache,
    library,
    ready: new ReadyAnswers(),
    metrics,
    keys,
    tokens: createTokens(keys, createEpochs(database.db)),
    walls: WALLS,
    passwords: createPasswords(),
    identityProvider: createIdentityProvider(config, { outgoing, log }),
    rates,
    isProxy: proxies.includes,
    joinGuard: createJoinGuard(rates, sealerFor('class codes').digest),
    shedding,
    live: openLiveHub({ db: database.db, cache, log }),
    sealerFor,
    log,
    life,
  };
  return {
    context,
    database,
    close: async () => {
      stopWatchingKeys();
      stopWatchingCircuits();
      shedding.stop();
      proxies.stop();
      library.close();
      cache.close();
      await database.close();
    },
  };
}

/** Whose word about a client's address is taken: those that the spec trusts, and the edge's pods as they come and go. */
function watchProxies(
  config: ApiConfig,
  log: Logger,
): { readonly includes: (address: string) => boolean; stop: () => void } {
  const isTrusted = proxiesOf(config.TRUSTED_PROXIES);
  const edge = watchEdgePeers({ host: config.EDGE_HOST, log });
  return {
    includes: (address) => isTrusted(address) || edge.includes(address),
    stop: () => {
      edge.stop();
    },
  };
}

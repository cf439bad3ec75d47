/** The API's process: wiring only. */
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig } from '@heroes/runtime/config.ts';
import { createLogger } from '@heroes/runtime/logger.ts';
import { onShutdown } from '@heroes/runtime/shutdown.ts';
import { createEpochs } from './access/epochs.ts';
import { KeyRing } from './access/keys.ts';
import { WALLS } from './access/reach.ts';
import { sealer } from './access/sealing.ts';
import { createTokens } from './access/tokens.ts';
import { buildApp } from './app.ts';
import { ApiConfig } from './config.ts';
import { openCache } from './data/cache.ts';
import { openDatabase } from './data/database.ts';
import { createRates } from './limits/rates.ts';
import { createShedding } from './limits/shedding.ts';
import { createMetrics } from './metrics.ts';

/** Requests under way may take this long after the drain; the pod is killed 45 s after it was told to stop. */
const FINISH_MS = 30_000;

async function main(config: ApiConfig): Promise<void> {
  const log = createLogger({ service: 'heroes-api', version: config.SERVICE_VERSION, level: config.LOG_LEVEL });
  const database = openDatabase(config, log);
  const cache = openCache(config, log);
  const metrics = createMetrics(database.poolState);
  const sealerFor = (purpose: string) => sealer(config.TOKEN_SECRET, purpose);
  const keys = new KeyRing(database.db, sealerFor('signing keys'));
  const shedding = createShedding();
  const stopWatchingKeys = keys.watch(log);
  let draining = false;
  const context = {
    config,
    db: database.db,
    cache,
    metrics,
    keys,
    tokens: createTokens(keys, createEpochs(database.db)),
    walls: WALLS,
    rates: createRates(cache),
    shedding,
    sealerFor,
    log,
    isDraining: () => draining,
  };
  const app = await buildApp(context, log);

  onShutdown(log, config.DRAIN_SECONDS * 1000 + FINISH_MS, async () => {
    draining = true;
    // Load balancers still send requests until they have seen that the pod is not ready.
    await sleep(config.DRAIN_SECONDS * 1000);
    await app.close();
    stopWatchingKeys();
    shedding.stop();
    cache.close();
    await database.close();
  });
  await app.listen({ host: config.HOST, port: config.PORT });
}

try {
  await main(readConfig(ApiConfig, process.env));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** The API's process: wiring only. */
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig } from '@heroes/runtime/config.ts';
import { createLogger } from '@heroes/runtime/logger.ts';
import { onShutdown } from '@heroes/runtime/shutdown.ts';
import { buildApp } from './app.ts';
import { openCache } from './cache.ts';
import { ApiConfig } from './config.ts';
import { openDatabase } from './database.ts';
import { createMetrics } from './metrics.ts';
import { createTokens } from './tokens.ts';

/** Requests under way may take this long after the drain; the pod is killed 45 s after it was told to stop. */
const FINISH_MS = 30_000;

async function main(config: ApiConfig): Promise<void> {
  const log = createLogger({ service: 'heroes-api', version: config.SERVICE_VERSION, level: config.LOG_LEVEL });
  const database = openDatabase(config, log);
  const cache = openCache(config, log);
  const metrics = createMetrics(database.poolState);
  let draining = false;
  const tokens = createTokens(config.TOKEN_SECRET);
  const app = await buildApp({ db: database.db, cache, metrics, tokens, isDraining: () => draining }, log);

  onShutdown(log, config.DRAIN_SECONDS * 1000 + FINISH_MS, async () => {
    draining = true;
    // Load balancers still send requests until they have seen that the pod is not ready.
    await sleep(config.DRAIN_SECONDS * 1000);
    await app.close();
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

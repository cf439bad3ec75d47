/** The API's process: wiring only. */
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig } from '@heroes/runtime/config.ts';
import { createLogger } from '@heroes/runtime/logger.ts';
import { onShutdown } from '@heroes/runtime/shutdown.ts';
import { buildApp } from './app.ts';
import { ApiConfig } from './config.ts';
import { TIMES_MS } from './limits/times.ts';
import { startTracing } from './observability/tracing.ts';
import { wire } from './wiring.ts';
import { startWorkers } from './workers/start.ts';

async function main(config: ApiConfig): Promise<void> {
  const stopTracing = await startTracing(config);
  const log = createLogger({
    service: 'heroes-api',
    version: config.SERVICE_VERSION,
    level: config.LOG_LEVEL,
    directory: config.LOG_DIRECTORY,
  });
  let draining = false;
  const { context, close } = wire(config, log, () => draining);
  const app = buildApp(context, log);
  const stopWorkers = startWorkers(context);

  onShutdown(log, config.DRAIN_SECONDS * 1000 + TIMES_MS.finish, async () => {
    draining = true;
    // Load balancers still send requests until they have seen that the pod is not ready.
    await sleep(config.DRAIN_SECONDS * 1000);
    await Promise.all([app.close(), stopWorkers()]);
    await close();
    await stopTracing();
  });
  await app.listen({ host: config.HOST, port: config.PORT });
}

try {
  await main(readConfig(ApiConfig, process.env));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

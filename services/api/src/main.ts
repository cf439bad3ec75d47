/** The API's process: wiring only. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig } from '@heroes/runtime/config.ts';
import { createLogger } from '@heroes/runtime/logger.ts';
import { onShutdown } from '@heroes/runtime/shutdown.ts';
import { buildApp } from './app.ts';
import { ApiConfig } from './config.ts';
import { Life } from './life.ts';
import { TIMES_MS } from './limits/times.ts';
import { startTracing } from './observability/tracing.ts';
import { warmUp, type Warmed } from './warming/warm-up.ts';
import { wire } from './wiring.ts';
import { prepareWorkers, type Stop } from './workers/start.ts';

async function main(config: ApiConfig): Promise<void> {
  const stopTracing = await startTracing(config);
  const log = createLogger({
    service: 'heroes-api',
    version: config.SERVICE_VERSION,
    level: config.LOG_LEVEL,
    directory: config.LOG_DIRECTORY,
  });
  const life = new Life('waiting for the database');
  const wired = wire(config, log, life);
  const { context, close } = wired;
  const app = buildApp(context, log);
  const startWorkers = prepareWorkers(context);
  const stop = new AbortController();
  const listening = app.listen({ host: config.HOST, port: config.PORT });
  const begin = async (): Promise<void> => work({ ...wired, server: app.server }, startWorkers, stop.signal);
  // That it does not listen is said below.
  const working = listening.then(begin, () => undefined);

  onShutdown(log, config.DRAIN_SECONDS * 1000 + TIMES_MS.finish, async () => {
    const hasServed = life.stage === 'serving';
    life.enter('stopping');
    // Load balancers still send requests until they have seen that the pod is not ready.
    if (hasServed) await sleep(config.DRAIN_SECONDS * 1000);
    stop.abort();
    await Promise.all([app.close(), working]);
    await close();
    await stopTracing();
  });
  await listening;
}

/** What goes on beside the requests until the process is to stop: work that needs the database, once that is there. */
async function work(warmed: Warmed, startWorkers: () => Stop, signal: AbortSignal): Promise<void> {
  await warmUp(warmed, signal);
  if (signal.aborted) return;
  const stopWorkers = startWorkers();
  await once(signal, 'abort');
  await stopWorkers();
}

try {
  await main(readConfig(ApiConfig, process.env));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

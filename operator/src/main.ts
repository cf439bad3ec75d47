/** The operator's process: wiring only. */
import { setTimeout as sleep } from 'node:timers/promises';
import { KubeConfig } from './kube/kubeconfig.ts';
import { pino, type Logger } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import packageJson from '../package.json' with { type: 'json' };
import { flags, readConfig, watchedNamespaces, type Config } from './config.ts';
import { Client } from './kube/client.ts';
import { watchClock } from './kube/clock.ts';
import { Controller, type Outcome } from './kube/controller.ts';
import { CredentialSource } from './kube/credentials.ts';
import { EventRecorder } from './kube/events.ts';
import { Elector, leaseTimes } from './kube/lease.ts';
import { runManager } from './kube/manager.ts';
import { createKubeMetrics } from './kube/metrics.ts';
import { WorkQueue } from './kube/queue.ts';
import { probe, type Pages } from './kube/server.ts';
import { Transport } from './kube/transport.ts';
import { createPlatformMetrics } from './metrics.ts';
import { Applier } from './platform/apply.ts';
import { ClusterCache } from './platform/cache.ts';
import { Floors } from './platform/floors.ts';
import { FIELD_MANAGER } from './platform/names.ts';
import { createReconcile } from './platform/reconcile.ts';
import { ClusterWriter } from './platform/writer.ts';

const NAME = FIELD_MANAGER;
const CONTROLLER = 'heroesplatform';
const LAST_WORDS_MS = 2_000;

function kubeConfig(): KubeConfig {
  const config = new KubeConfig();
  if (process.env.KUBECONFIG === undefined && process.env.KUBERNETES_SERVICE_HOST !== undefined)
    config.loadFromCluster();
  else config.loadFromDefault();
  return config;
}

function pages(config: Config, registry: Registry, cache: ClusterCache): { port: number; pages: Pages }[] {
  const metrics = async () => ({ status: 200, contentType: registry.contentType, body: await registry.metrics() });
  return [
    { port: config.METRICS_PORT, pages: { '/metrics': metrics } },
    {
      port: config.HEALTH_PORT,
      pages: {
        '/healthz': () => probe({ ping: true }),
        '/readyz': () => probe({ caches: cache.filled, ...cache.health() }),
      },
    },
  ];
}

/** Wires the parts together and runs them. @returns the exit code. */
async function run(config: Config, log: Logger, signal: AbortSignal): Promise<number> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const metrics = createKubeMetrics(registry);
  const transport = new Transport(new CredentialSource(kubeConfig()), metrics, `${NAME}/${packageJson.version}`);
  const client = new Client(transport, NAME);
  const queue = new WorkQueue({ name: CONTROLLER, groupOf: (key) => keyParts(key).namespace, metrics });
  const namespaces = watchedNamespaces(config);
  const enqueue = queue.add.bind(queue);
  const cache = new ClusterCache({ client, namespaces, enqueue, metrics, log });
  const events = new EventRecorder(client, NAME, log);
  void watchClock((byMs) => {
    log.warn({ byMs }, 'the clock was set; every floor is looked at again');
    cache.enqueueAll('normal');
  }, signal);
  const controller = new Controller({
    name: CONTROLLER,
    queue,
    workers: config.WORKERS,
    timeoutMs: config.RECONCILE_TIMEOUT_SECONDS * 1000,
    reconcile: createHeroesReconcile({ client, events, cache, registry }),
    metrics,
    log,
  });
  const identity = `${config.POD_NAME}_${crypto.randomUUID()}`;
  const { LEASE_NAME: name, LEASE_NAMESPACE: namespace } = config;
  const times = leaseTimes(config.LEASE_DURATION_SECONDS * 1000);
  const elector = new Elector({ client, name, namespace, identity, times, metrics, log });
  try {
    const startCaches = async (stop: AbortSignal): Promise<void> => cache.start(stop);
    const parts = { name, pages: pages(config, registry, cache), startCaches };
    return await runManager({ ...parts, elector, controller, metrics, log }, signal);
  } finally {
    // What was said last is still on its way.
    await Promise.race([events.idle(), sleep(LAST_WORDS_MS, undefined, { ref: false })]);
    await transport.close();
  }
}

interface Cluster {
  readonly client: Client;
  readonly events: EventRecorder;
  readonly cache: ClusterCache;
  readonly registry: Registry;
}

function createHeroesReconcile({ client, events, cache, registry }: Cluster): (key: string) => Promise<Outcome> {
  const writer = new ClusterWriter(client, cache);
  const reconcile = createReconcile({
    reader: cache,
    writer,
    applier: new Applier(writer),
    floors: new Floors(),
    recorder: { record: async (platform, event) => events.record({ ...platform }, event) },
    metrics: createPlatformMetrics(registry),
    now: () => Date.now(),
  });
  return async (key) => reconcile(keyParts(key));
}

function keyParts(key: string): { namespace: string; name: string } {
  const [namespace = '', name = ''] = key.split('/');
  return { namespace, name };
}

async function main(): Promise<number> {
  const argv = process.argv.slice(2);
  if (argv.includes('--version')) {
    console.log(packageJson.version);
    return 0;
  }
  let config: Config;
  try {
    config = readConfig({ ...process.env, ...flags(argv) });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }
  const log = pino({ base: { service: NAME, version: packageJson.version }, level: config.LOG_LEVEL });
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.once(name, () => {
      stop.abort();
    });
  }
  return run(config, log, stop.signal);
}

process.exit(await main());

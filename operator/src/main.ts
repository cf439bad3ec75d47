/** The operator's process: wiring only. */
import { KubeConfig } from '@kubernetes/client-node';
import { pino, type Logger } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import packageJson from '../package.json' with { type: 'json' };
import { readConfig, watchedNamespaces, type Config } from './config.ts';
import { Client } from './kube/client.ts';
import { Controller } from './kube/controller.ts';
import { CredentialSource } from './kube/credentials.ts';
import { EventRecorder } from './kube/events.ts';
import { Elector } from './kube/lease.ts';
import { runManager } from './kube/manager.ts';
import { createKubeMetrics } from './kube/metrics.ts';
import { WorkQueue } from './kube/queue.ts';
import { probe, type Pages } from './kube/server.ts';
import { Transport } from './kube/transport.ts';
import { createPlatformMetrics } from './metrics.ts';
import { Applier } from './platform/apply.ts';
import { ClusterCache } from './platform/cache.ts';
import { createReconcile } from './platform/reconcile.ts';
import { ClusterWriter } from './platform/writer.ts';

const NAME = 'heroes-operator';
const CONTROLLER = 'heroesplatform';

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
      pages: { '/healthz': () => probe({ ping: true }), '/readyz': () => probe({ caches: cache.ready }) },
    },
  ];
}

async function run(config: Config, log: Logger, signal: AbortSignal): Promise<number> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const metrics = createKubeMetrics(registry);
  const transport = new Transport(new CredentialSource(kubeConfig()), metrics, `${NAME}/${packageJson.version}`);
  const client = new Client(transport, NAME);
  const queue = new WorkQueue(CONTROLLER, metrics);
  const cache = new ClusterCache({
    client,
    namespaces: watchedNamespaces(config),
    log,
    enqueue: (key) => {
      queue.add(key);
    },
  });
  const writer = new ClusterWriter(client, cache);
  const events = new EventRecorder(client, NAME, log);
  const reconcile = createReconcile({
    reader: cache,
    writer,
    applier: new Applier(writer),
    recorder: {
      record: (platform, event) => {
        events.record({ ...platform }, event);
      },
    },
    metrics: createPlatformMetrics(registry),
    now: () => Date.now(),
  });
  const controller = new Controller({
    name: CONTROLLER,
    queue,
    workers: config.WORKERS,
    metrics,
    log,
    reconcile: async (key) => {
      const [namespace = '', name = ''] = key.split('/');
      return reconcile({ namespace, name });
    },
  });
  const elector = new Elector({
    client,
    name: config.LEASE_NAME,
    namespace: config.LEASE_NAMESPACE,
    identity: `${config.POD_NAME}_${crypto.randomUUID()}`,
    log,
  });
  try {
    const startCaches = async (stop: AbortSignal): Promise<void> => cache.start(stop);
    const parts = { name: config.LEASE_NAME, pages: pages(config, registry, cache), startCaches };
    return await runManager({ ...parts, elector, controller, metrics, log }, signal);
  } finally {
    await transport.close();
  }
}

async function main(): Promise<number> {
  let config: Config;
  try {
    config = readConfig(process.env);
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

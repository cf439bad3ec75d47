/** The runtime's metrics, under controller-runtime's and client-go's own names, so that existing dashboards work. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** workqueue buckets of controller-runtime (pkg/metrics/workqueue.go): 10 ns to 1000 s, by tens. */
const QUEUE_BUCKETS = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 100, 1000];
const RECONCILE_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const REQUEST_BUCKETS = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60];

export type ReconcileResult = 'success' | 'error' | 'requeue_after';

/** @returns the runtime's metrics, registered. */
export function createKubeMetrics(registry: Registry) {
  const registers = [registry];
  return { ...requestMetrics(registers), ...queueMetrics(registers), ...controllerMetrics(registers) };
}

function requestMetrics(registers: Registry[]) {
  return {
    requests: new Counter({
      name: 'rest_client_requests_total',
      help: 'Requests to the API server, by status code ("<error>" when none came), method and host.',
      labelNames: ['code', 'method', 'host'] as const,
      registers,
    }),
    requestSeconds: new Histogram({
      name: 'rest_client_request_duration_seconds',
      help: 'Time until the API server had answered, watches excepted, seconds.',
      labelNames: ['verb', 'host'] as const,
      buckets: REQUEST_BUCKETS,
      registers,
    }),
    requestRetries: new Counter({
      name: 'rest_client_request_retries_total',
      help: 'Requests that were sent again, by the status code that made it so.',
      labelNames: ['code', 'verb', 'host'] as const,
      registers,
    }),
  };
}

function queueMetrics(registers: Registry[]) {
  return {
    queueDepth: new Gauge({
      name: 'workqueue_depth',
      help: 'Keys that wait for a worker.',
      labelNames: ['name'] as const,
      registers,
    }),
    queueAdds: new Counter({
      name: 'workqueue_adds_total',
      help: 'Keys added, those already queued excepted.',
      labelNames: ['name'] as const,
      registers,
    }),
    queueRetries: new Counter({
      name: 'workqueue_retries_total',
      help: 'Keys added again after a failure.',
      labelNames: ['name'] as const,
      registers,
    }),
    queueSeconds: new Histogram({
      name: 'workqueue_queue_duration_seconds',
      help: 'How long a key waited for a worker, seconds.',
      labelNames: ['name'] as const,
      buckets: QUEUE_BUCKETS,
      registers,
    }),
    workSeconds: new Histogram({
      name: 'workqueue_work_duration_seconds',
      help: 'How long a worker took over a key, seconds.',
      labelNames: ['name'] as const,
      buckets: QUEUE_BUCKETS,
      registers,
    }),
  };
}

function controllerMetrics(registers: Registry[]) {
  return {
    reconciles: new Counter({
      name: 'controller_runtime_reconcile_total',
      help: 'Reconciles, by outcome.',
      labelNames: ['controller', 'result'] as const,
      registers,
    }),
    reconcileErrors: new Counter({
      name: 'controller_runtime_reconcile_errors_total',
      help: 'Reconciles that failed.',
      labelNames: ['controller'] as const,
      registers,
    }),
    reconcileSeconds: new Histogram({
      name: 'controller_runtime_reconcile_time_seconds',
      help: 'How long a reconcile took, seconds.',
      labelNames: ['controller'] as const,
      buckets: RECONCILE_BUCKETS,
      registers,
    }),
    maxWorkers: new Gauge({
      name: 'controller_runtime_max_concurrent_reconciles',
      help: 'Workers.',
      labelNames: ['controller'] as const,
      registers,
    }),
    activeWorkers: new Gauge({
      name: 'controller_runtime_active_workers',
      help: 'Workers that are at work.',
      labelNames: ['controller'] as const,
      registers,
    }),
    leading: new Gauge({
      name: 'leader_election_master_status',
      help: '1 when this process holds the lease, else 0.',
      labelNames: ['name'] as const,
      registers,
    }),
  };
}

export type KubeMetrics = ReturnType<typeof createKubeMetrics>;

/** The runtime's metrics, under controller-runtime's and client-go's own names, so that existing dashboards work. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** workqueue buckets of controller-runtime (pkg/metrics/workqueue.go): by tens, from 10 ns; ours from 1 µs. */
const QUEUE_BUCKETS = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 100, 1000];
const RECONCILE_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const REQUEST_BUCKETS = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60];
/** A converged object costs no request, one that is made costs a few dozen. */
const REQUEST_COUNT_BUCKETS = [0, 1, 2, 5, 10, 20, 30, 50, 100];

/** @returns the runtime's metrics, registered. */
export function createKubeMetrics(registry: Registry) {
  const registers = [registry];
  const counter = <T extends string>(name: string, help: string, labelNames: readonly T[]) =>
    new Counter({ name, help, labelNames, registers });
  const gauge = <T extends string>(name: string, help: string, labelNames: readonly T[]) =>
    new Gauge({ name, help, labelNames, registers });
  const histogram = <T extends string>(
    name: string,
    help: string,
    { labelNames, buckets }: { labelNames: readonly T[]; buckets: number[] },
  ) => new Histogram({ name, help, labelNames, buckets, registers });
  const make = { counter, gauge, histogram };
  return {
    ...requestMetrics(make),
    ...cacheMetrics(make),
    ...queueMetrics(make),
    ...activeQueueMetrics(registers),
    ...controllerMetrics(make),
  };
}

interface Make {
  readonly counter: <T extends string>(name: string, help: string, labelNames: readonly T[]) => Counter<T>;
  readonly gauge: <T extends string>(name: string, help: string, labelNames: readonly T[]) => Gauge<T>;
  readonly histogram: <T extends string>(
    name: string,
    help: string,
    options: { labelNames: readonly T[]; buckets: number[] },
  ) => Histogram<T>;
}

function requestMetrics({ counter, histogram }: Make) {
  return {
    requests: counter(
      'rest_client_requests_total',
      'Requests to the API server, by status code ("<error>" when none came), method and host.',
      ['code', 'method', 'host'],
    ),
    requestSeconds: histogram(
      'rest_client_request_duration_seconds',
      'Time until the API server had answered, watches excepted, seconds.',
      { labelNames: ['verb', 'host'], buckets: REQUEST_BUCKETS },
    ),
    requestRetries: counter(
      'rest_client_request_retries_total',
      'Requests that were sent again, by the status code that made it so.',
      ['code', 'verb', 'host'],
    ),
  };
}

function cacheMetrics({ counter, gauge }: Make) {
  return {
    lists: counter('reflector_lists_total', 'Lists of a kind, all pages counted as one.', ['kind']),
    watches: counter('reflector_watches_total', 'Watches of a kind that were opened.', ['kind']),
    watchFailures: counter('reflector_failures_total', 'Lists and watches of a kind that failed.', ['kind']),
    missedEvents: counter(
      'reflector_missed_events_total',
      'Changes that a watch had not told of and a later list found. Each stands for a time in which the cache was wrong.',
      ['kind'],
    ),
    cached: gauge('reflector_objects', 'Objects of a kind that are held in memory.', ['kind']),
  };
}

function queueMetrics({ counter, gauge, histogram }: Make) {
  const labelNames = ['name', 'controller'] as const;
  return {
    queueDepth: gauge('workqueue_depth', 'Keys that wait for a worker, by priority.', [...labelNames, 'priority']),
    queueAdds: counter('workqueue_adds_total', 'Keys added, those already queued excepted.', labelNames),
    queueRetries: counter('workqueue_retries_total', 'Keys added again after a failure.', labelNames),
    queueSeconds: histogram('workqueue_queue_duration_seconds', 'How long a key waited for a worker, seconds.', {
      labelNames,
      buckets: QUEUE_BUCKETS,
    }),
    workSeconds: histogram('workqueue_work_duration_seconds', 'How long a worker took over a key, seconds.', {
      labelNames,
      buckets: QUEUE_BUCKETS,
    }),
  };
}

/** Gauges of what is at work at the moment they are read. */
function activeQueueMetrics(registers: Registry[]) {
  const queues = new Map<string, () => readonly number[]>();
  const labelNames = ['name', 'controller'] as const;
  const measured = (name: string, help: string, of: (seconds: readonly number[]) => number) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      collect() {
        for (const [queue, running] of queues) this.set({ name: queue, controller: queue }, of(running()));
      },
    });
  measured('workqueue_unfinished_work_seconds', 'Seconds of work on keys that are not done, added up.', (seconds) =>
    seconds.reduce((sum, each) => sum + each, 0),
  );
  measured('workqueue_longest_running_processor_seconds', 'Seconds since the eldest work began.', (seconds) =>
    Math.max(0, ...seconds),
  );
  return {
    /** Reads from a queue for how many seconds each of its keys has been worked on. */
    observeQueue(name: string, running: () => readonly number[]): void {
      queues.set(name, running);
    },
  };
}

function controllerMetrics({ counter, gauge, histogram }: Make) {
  const labelNames = ['controller'] as const;
  const total = (name: string, help: string) => counter(`controller_runtime_${name}_total`, help, labelNames);
  return {
    reconciles: counter('controller_runtime_reconcile_total', 'Reconciles, by outcome.', ['controller', 'result']),
    reconcileErrors: total('reconcile_errors', 'Reconciles that failed.'),
    terminalErrors: total('terminal_reconcile_errors', 'Reconciles that failed and are not retried before a change.'),
    reconcilePanics: total('reconcile_panics', 'Reconciles that ran into a mistake of the program.'),
    reconcileTimeouts: total('reconcile_timeouts', 'Reconciles that were broken off because their time was over.'),
    reconcileSeconds: histogram('controller_runtime_reconcile_time_seconds', 'How long a reconcile took, seconds.', {
      labelNames,
      buckets: RECONCILE_BUCKETS,
    }),
    reconcileRequests: histogram(
      'controller_runtime_reconcile_requests',
      'Requests that a reconcile sent to the API server; none when all is as it should be.',
      { labelNames, buckets: REQUEST_COUNT_BUCKETS },
    ),
    maxWorkers: gauge('controller_runtime_max_concurrent_reconciles', 'Workers.', labelNames),
    activeWorkers: gauge('controller_runtime_active_workers', 'Workers that are at work.', labelNames),
    leading: gauge('leader_election_master_status', '1 when this process holds the lease, else 0.', ['name']),
    slowLease: counter(
      'leader_election_slowpath_total',
      'Renewals of the lease that had to read it first, since it was not as it was last seen.',
      ['name'],
    ),
  };
}

export type KubeMetrics = ReturnType<typeof createKubeMetrics>;

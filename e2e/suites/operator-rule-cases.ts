/** Pure: cases of the operator's own alerts, made of their thresholds, over two pods of which the second one leads. */
import { OPERATOR_SLO } from '../generate/operator-slo.ts';
import type { OperatorRelease } from '../generate/operator-alerts.ts';
import { casesOf, constant, growing, stairs, stepped, type Case, type Threshold } from './rule-tests.ts';

const MEMORY_BYTES = 512 * 1024 ** 2;
export const RELEASE: OperatorRelease = {
  namespace: 'heroes-system',
  name: 'heroes-operator',
  memoryLimit: '(512 * 1024^2)',
};

const LEADER = 'b';

const series = (metric: string, pod: string, labels = ''): string =>
  `${metric}{namespace="heroes-system",job="heroes-system/heroes-operator",pod="${pod}"${labels === '' ? '' : `,${labels}`}}`;

const labels = (severity: 'critical' | 'warning', more: Case['labels'] = {}): Case['labels'] => ({
  severity,
  namespace: RELEASE.namespace,
  operator: RELEASE.name,
  ...more,
});

const leaders = (a: number, b: number): Case['series'] => ({
  [series('leader_election_master_status', 'a')]: constant(a),
  [series('leader_election_master_status', LEADER)]: constant(b),
});

/** A thousand reconciles a step over both pods, of which this many fail. */
const reconciles = (failing: number): Case['series'] => ({
  [series('controller_runtime_reconcile_total', 'a', 'result="success"')]: growing(600),
  [series('controller_runtime_reconcile_total', LEADER, 'result="requeue_after"')]: growing(400 - failing),
  [series('controller_runtime_reconcile_total', LEADER, 'result="error"')]: growing(failing),
  [series('controller_runtime_reconcile_errors_total', LEADER)]: growing(failing),
});

/** A counter that goes up, or that once has. */
const counted = (metric: string, more = ''): Pick<Threshold, 'above' | 'below'> => ({
  above: { [series(metric, LEADER, more)]: growing(0.1) },
  below: { [series(metric, LEADER, more)]: constant(3) },
});

/** A thousand observations a step over both pods, of which this many are above an edge of the histogram. */
function observations(
  metric: string,
  { edge, slow }: { readonly edge: number; readonly slow: number },
): Case['series'] {
  const buckets = (pod: string, quick: number) => ({
    [series(`${metric}_bucket`, pod, `le="${edge}"`)]: growing(quick),
    [series(`${metric}_bucket`, pod, `le="${edge * 10}"`)]: growing(500),
    [series(`${metric}_bucket`, pod, 'le="+Inf"')]: growing(500),
  });
  return { ...buckets('a', 500), ...buckets(LEADER, 500 - slow) };
}

const requests = (throttled: number): Case['series'] => ({
  [series('rest_client_requests_total', LEADER, 'method="PATCH",code="200"')]: growing(1000 - throttled),
  [series('rest_client_requests_total', LEADER, 'method="PATCH",code="429"')]: growing(throttled),
});

const { leaderless, errorRatio, queueP99, reconcileP99, longestWork } = OPERATOR_SLO;
const { throttledRatio, watchFailures, memoryRatio, restarts, never } = OPERATOR_SLO;

const work = (seconds: number): Case['series'] => ({
  [series('workqueue_longest_running_processor_seconds', 'a')]: constant(0),
  [series('workqueue_longest_running_processor_seconds', LEADER)]: constant(seconds),
});

/** Watches of Jobs fail on both pods, on the leader so many times within the window; 30 s a step. */
const failures = (times: number): Case['series'] => ({
  [series('reflector_failures_total', 'a', 'kind="Job"')]: growing(0.1),
  [series('reflector_failures_total', LEADER, 'kind="Job"')]: growing(times / (watchFailures.windowMinutes * 2)),
  [series('reflector_failures_total', LEADER, 'kind="Pod"')]: constant(0),
});

const memory = (ratio: number): Case['series'] => ({
  [series('process_resident_memory_bytes', 'a')]: constant(MEMORY_BYTES / 4),
  [series('process_resident_memory_bytes', LEADER)]: constant(MEMORY_BYTES * ratio),
});

const starts = (times: number): Case['series'] => ({
  [series('process_start_time_seconds', 'a')]: constant(1_000),
  [series('process_start_time_seconds', LEADER)]: stairs(times, { everyMinutes: 5 }),
});

const THRESHOLDS: readonly Threshold[] = [
  {
    alert: 'HeroesOperatorDown',
    labels: labels('critical'),
    forMinutes: leaderless.forMinutes,
    above: leaders(0, 0),
    below: leaders(0, 1),
  },
  {
    alert: 'HeroesOperatorReconcileErrors',
    labels: labels('warning'),
    forMinutes: errorRatio.forMinutes,
    above: reconciles(errorRatio.threshold * 1000 + 1),
    below: reconciles(errorRatio.threshold * 1000 - 1),
  },
  {
    alert: 'HeroesOperatorPanics',
    labels: labels('warning'),
    forMinutes: never.forMinutes,
    ...counted('controller_runtime_reconcile_panics_total'),
  },
  {
    alert: 'HeroesOperatorTerminalErrors',
    labels: labels('warning'),
    forMinutes: never.forMinutes,
    ...counted('controller_runtime_terminal_reconcile_errors_total'),
  },
  {
    alert: 'HeroesOperatorReconcileSlow',
    labels: labels('warning'),
    forMinutes: reconcileP99.forMinutes,
    above: observations('controller_runtime_reconcile_time_seconds', { edge: reconcileP99.thresholdSeconds, slow: 11 }),
    below: observations('controller_runtime_reconcile_time_seconds', { edge: reconcileP99.thresholdSeconds, slow: 9 }),
  },
  {
    alert: 'HeroesOperatorQueueStuck',
    labels: labels('critical', { pod: LEADER }),
    forMinutes: longestWork.forMinutes,
    above: work(longestWork.thresholdSeconds + 1),
    below: work(longestWork.thresholdSeconds),
  },
  {
    alert: 'HeroesOperatorQueueSlow',
    labels: labels('warning'),
    forMinutes: queueP99.forMinutes,
    above: observations('workqueue_queue_duration_seconds', { edge: queueP99.thresholdSeconds, slow: 11 }),
    below: observations('workqueue_queue_duration_seconds', { edge: queueP99.thresholdSeconds, slow: 9 }),
  },
  {
    alert: 'HeroesOperatorApiThrottled',
    labels: labels('warning'),
    forMinutes: throttledRatio.forMinutes,
    above: requests(throttledRatio.threshold * 1000 + 1),
    below: requests(throttledRatio.threshold * 1000 - 1),
  },
  {
    alert: 'HeroesOperatorWatchFailures',
    labels: labels('warning', { kind: 'Job' }),
    forMinutes: watchFailures.forMinutes,
    settledMinutes: watchFailures.windowMinutes,
    above: failures(watchFailures.threshold + 1),
    below: failures(watchFailures.threshold),
  },
  {
    alert: 'HeroesOperatorMissedEvents',
    labels: labels('warning', { kind: 'Job' }),
    forMinutes: never.forMinutes,
    ...counted('reflector_missed_events_total', 'kind="Job"'),
  },
  {
    alert: 'HeroesOperatorNearMemoryLimit',
    labels: labels('warning', { pod: LEADER }),
    forMinutes: memoryRatio.forMinutes,
    above: memory(memoryRatio.threshold + 0.01),
    below: memory(memoryRatio.threshold - 0.01),
  },
  {
    alert: 'HeroesOperatorRestarts',
    labels: labels('warning', { pod: LEADER }),
    forMinutes: restarts.forMinutes,
    settledMinutes: 20,
    above: starts(restarts.threshold + 1),
    below: starts(restarts.threshold),
  },
];

/** A fleet at rest: somebody leads, and no counter moves. */
const REST: Case['series'] = {
  ...leaders(0, 1),
  ...work(0),
  ...memory(0.5),
  ...starts(0),
  ...Object.fromEntries(
    [...Object.keys({ ...reconciles(1), ...requests(1), ...failures(1) })].map((name) => [name, constant(7)]),
  ),
};

const stuck = { alert: 'HeroesOperatorQueueStuck', labels: labels('critical', { pod: LEADER }), atMinutes: 20 };
const erring = { alert: 'HeroesOperatorReconcileErrors', labels: labels('warning') };

const depth = (a: number, b: number): Case['series'] => ({
  [series('workqueue_depth', 'a', 'priority="0"')]: constant(a),
  [series('workqueue_depth', LEADER, 'priority="0"')]: constant(b),
});

const finished = (perStep: number): Case['series'] => ({
  [series('workqueue_work_duration_seconds_count', LEADER)]: growing(perStep),
});

/** Failures of one platform alone, while the others are at rest. */
const failing = (values: string): Case['series'] => ({
  ...REST,
  [series('controller_runtime_reconcile_total', LEADER, 'result="error"')]: values,
  [series('controller_runtime_reconcile_errors_total', LEADER)]: values,
});

const SPECIAL: readonly Case[] = [
  {
    title: 'HeroesOperatorDown fires when nothing can be scraped',
    alert: 'HeroesOperatorDown',
    labels: labels('critical'),
    series: {},
    atMinutes: leaderless.forMinutes + 1,
    fires: true,
  },
  {
    ...erring,
    title: 'HeroesOperatorReconcileErrors forgets a stray failure',
    series: failing(stepped(0, 10, 1)),
    atMinutes: 10 + errorRatio.windowMinutes,
    fires: false,
  },
  {
    ...erring,
    title: 'HeroesOperatorReconcileErrors sees a platform that is tried every 1000 s',
    series: failing(stairs(12, { everyMinutes: 17 })),
    atMinutes: 17 + errorRatio.forMinutes + errorRatio.windowMinutes,
    fires: true,
  },
  {
    ...stuck,
    title: 'HeroesOperatorQueueStuck fires when platforms wait for a leader that finishes none',
    series: { ...REST, ...depth(1000, 5), ...finished(0) },
    fires: true,
  },
  {
    ...stuck,
    title: 'HeroesOperatorQueueStuck lets the keys of a standby wait',
    series: { ...REST, ...depth(1000, 0), ...finished(0) },
    fires: false,
  },
  {
    ...stuck,
    title: 'HeroesOperatorQueueStuck is silent while the leader works',
    series: { ...REST, ...depth(1000, 5), ...finished(1) },
    fires: false,
  },
];

const AT_REST: readonly Case[] = THRESHOLDS.map((each) => ({
  title: `${each.alert} is silent while nothing happens`,
  alert: each.alert,
  labels: each.labels,
  series: REST,
  atMinutes: 120,
  fires: false,
}));

export const OPERATOR_CASES: readonly Case[] = [...casesOf(THRESHOLDS), ...SPECIAL, ...AT_REST];

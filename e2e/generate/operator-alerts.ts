/**
 * The operator's own alerts, of its own metrics only. Silence is never an alert, since a converged fleet is silent; the lack of
 * a leader is. Each has a page in docs/runbooks and cases in e2e/suites/operator-rule-cases.ts.
 */
import { RUNBOOK_BASE_URL, type Alert, type RulesSpec } from '@heroes/operator/features/rules/alert.ts';
import { OPERATOR_SLO } from './operator-slo.ts';
import { increase, max, quantile, rate, seriesWith, sum, type Series } from './promql.ts';

/** A release of the operator's chart. */
export interface OperatorRelease {
  readonly namespace: string;
  readonly name: string;
  /** The memory limit of a pod in bytes, as PromQL; `Inf` when there is none. */
  readonly memoryLimit: string;
}

/** What the chart puts the release's own values in place of. */
export const PLACEHOLDERS: OperatorRelease = {
  namespace: '%NAMESPACE%',
  name: '%NAME%',
  memoryLimit: '%MEMORY_LIMIT%',
};

interface AlertParts {
  readonly alert: string;
  readonly expr: string;
  readonly forMinutes: number;
  readonly severity: 'critical' | 'warning';
  readonly summary: string;
  readonly description: string;
}

/** @returns `spec` of the PrometheusRule of a release. */
export function operatorRules(release: OperatorRelease): RulesSpec {
  // The job that Prometheus gives the pods of the chart's PodMonitor.
  const series = seriesWith(`job="${release.namespace}/${release.name}"`);
  const parts = [...leading(series), ...reconciling(series), ...queueing(series), ...talking(series)];
  const all = [...parts, ...living(series, release)];
  return { groups: [{ name: 'heroes-operator', interval: '30s', rules: all.map((each) => alert(release, each)) }] };
}

function leading(series: Series): AlertParts[] {
  return [
    {
      alert: 'HeroesOperatorDown',
      expr: `absent(${series('leader_election_master_status')} == 1)`,
      forMinutes: OPERATOR_SLO.leaderless.forMinutes,
      severity: 'critical',
      summary: 'No pod of the operator leads',
      description: 'Platforms run on as they are, but nothing is changed or put right, and no floor follows the bells.',
    },
  ];
}

function reconciling(series: Series): AlertParts[] {
  const { errorRatio, reconcileP99, never } = OPERATOR_SLO;
  const grown = (metric: string, minutes: number): string => sum(increase(series(metric), `${minutes}m`));
  const failed = grown('controller_runtime_reconcile_errors_total', errorRatio.windowMinutes);
  const all = grown('controller_runtime_reconcile_total', errorRatio.windowMinutes);
  return [
    {
      alert: 'HeroesOperatorReconcileErrors',
      expr: `${failed} / ${all} > ${errorRatio.threshold}`,
      forMinutes: errorRatio.forMinutes,
      severity: 'warning',
      summary: 'Reconciles keep failing',
      description: `{{ $value | humanizePercentage }} of the reconciles of the last ${errorRatio.windowMinutes} minutes failed.`,
    },
    {
      alert: 'HeroesOperatorPanics',
      expr: `${grown('controller_runtime_reconcile_panics_total', never.windowMinutes)} > 0`,
      forMinutes: never.forMinutes,
      severity: 'warning',
      summary: 'The operator ran into a mistake of its own program',
      description: 'A reconcile threw what only a bug throws. It is retried; the platform stays as it is.',
    },
    {
      alert: 'HeroesOperatorTerminalErrors',
      expr: `${grown('controller_runtime_terminal_reconcile_errors_total', never.windowMinutes)} > 0`,
      forMinutes: never.forMinutes,
      severity: 'warning',
      summary: 'A reconcile failed and is not tried again',
      description: 'A platform stays as it is until it, or something of its, is changed.',
    },
    {
      alert: 'HeroesOperatorReconcileSlow',
      expr: `${p99(series('controller_runtime_reconcile_time_seconds_bucket'))} > ${reconcileP99.thresholdSeconds}`,
      forMinutes: reconcileP99.forMinutes,
      severity: 'warning',
      summary: `One reconcile in a hundred takes more than ${reconcileP99.thresholdSeconds} s`,
      description: 'The 99th percentile of the duration of a reconcile is {{ $value | humanizeDuration }}.',
    },
  ];
}

const p99 = (buckets: string): string => quantile(0.99, buckets, { window: '5m' });

function queueing(series: Series): AlertParts[] {
  const { longestWork, queueP99 } = OPERATOR_SLO;
  const overdue = `${max(series('workqueue_longest_running_processor_seconds'), 'pod')} > ${longestWork.thresholdSeconds}`;
  // A standby's keys wait for it to lead, and nothing is wrong.
  const leads = `on (pod) ${series('leader_election_master_status')} == 1`;
  const done = increase(series('workqueue_work_duration_seconds_count'), '5m');
  const idle = `(${sum(series('workqueue_depth'), 'pod')} > 0 and ${leads}) unless on (pod) ${sum(done, 'pod')} > 0`;
  return [
    {
      alert: 'HeroesOperatorQueueStuck',
      expr: `${overdue} or (${idle})`,
      forMinutes: longestWork.forMinutes,
      severity: 'critical',
      summary: 'The operator works on nothing, or on one thing without end',
      description: 'On {{ $labels.pod }} a reconcile does not end, or platforms wait and none is worked on.',
    },
    {
      alert: 'HeroesOperatorQueueSlow',
      expr: `${p99(series('workqueue_queue_duration_seconds_bucket'))} > ${queueP99.thresholdSeconds}`,
      forMinutes: queueP99.forMinutes,
      severity: 'warning',
      summary: `One change in a hundred waits for more than ${queueP99.thresholdSeconds} s`,
      description: 'The 99th percentile of the wait for a worker is {{ $value | humanizeDuration }}.',
    },
  ];
}

function talking(series: Series): AlertParts[] {
  const { throttledRatio, watchFailures, never } = OPERATOR_SLO;
  const requests = (...matchers: readonly string[]): string =>
    sum(rate(series('rest_client_requests_total', ...matchers), '5m'));
  const failures = increase(series('reflector_failures_total'), `${watchFailures.windowMinutes}m`);
  const missed = increase(series('reflector_missed_events_total'), `${never.windowMinutes}m`);
  return [
    {
      alert: 'HeroesOperatorApiThrottled',
      expr: `${requests('code="429"')} / ${requests()} > ${throttledRatio.threshold}`,
      forMinutes: throttledRatio.forMinutes,
      severity: 'warning',
      summary: 'The API server turns the operator away',
      description: '{{ $value | humanizePercentage }} of the requests are answered 429; they are sent again later.',
    },
    {
      alert: 'HeroesOperatorWatchFailures',
      expr: `${max(failures, 'kind')} > ${watchFailures.threshold}`,
      forMinutes: watchFailures.forMinutes,
      severity: 'warning',
      summary: 'The operator cannot watch a kind',
      description: `Lists and watches of {{ $labels.kind }} failed {{ $value | humanize }} times in ${watchFailures.windowMinutes} minutes.`,
    },
    {
      alert: 'HeroesOperatorMissedEvents',
      expr: `${sum(missed, 'kind')} > 0`,
      forMinutes: never.forMinutes,
      severity: 'warning',
      summary: 'A watch did not tell of every change',
      description: 'A list of {{ $labels.kind }} found {{ $value | humanize }} changes that no watch had told of.',
    },
  ];
}

function living(series: Series, { memoryLimit }: OperatorRelease): AlertParts[] {
  const { memoryRatio, restarts } = OPERATOR_SLO;
  const starts = `changes(${series('process_start_time_seconds')}[${restarts.windowMinutes}m])`;
  return [
    {
      alert: 'HeroesOperatorNearMemoryLimit',
      expr: `${max(series('process_resident_memory_bytes'), 'pod')} / ${memoryLimit} > ${memoryRatio.threshold}`,
      forMinutes: memoryRatio.forMinutes,
      severity: 'warning',
      summary: 'The operator is about to be killed for its memory',
      description: '{{ $labels.pod }} uses {{ $value | humanizePercentage }} of its memory limit.',
    },
    {
      alert: 'HeroesOperatorRestarts',
      expr: `${max(starts, 'pod')} > ${restarts.threshold}`,
      forMinutes: restarts.forMinutes,
      severity: 'warning',
      summary: 'The operator keeps starting anew',
      description: `{{ $labels.pod }} started {{ $value | humanize }} times in ${restarts.windowMinutes} minutes.`,
    },
  ];
}

function alert({ namespace, name }: OperatorRelease, parts: AlertParts): Alert {
  const { forMinutes, severity, summary, description, ...rule } = parts;
  return {
    ...rule,
    for: `${forMinutes}m`,
    labels: { severity, namespace, operator: name },
    annotations: { summary, description, runbook_url: `${RUNBOOK_BASE_URL}/${rule.alert}.md` },
  };
}

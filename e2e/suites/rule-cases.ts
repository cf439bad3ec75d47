/** Pure: cases for `promtool test rules`, made of the thresholds themselves: just above and just below, over several pods. */
import { SLO } from '@heroes/crds/slo.ts';

export const DISTRICT = { name: 'grand-bend', namespace: 'district' } as const;
/** Length of every series, in steps of the rules' interval. */
const STEPS = 400;
const SECONDS = 30;

export interface Case {
  readonly title: string;
  readonly alert: string;
  readonly series: Readonly<Record<string, string>>;
  /** When the alert is looked at, minutes after the series began. */
  readonly atMinutes: number;
  readonly fires: boolean;
}

const pod = (name: string, metric: string, labels = ''): string =>
  `${metric}{namespace="district",job="district/grand-bend-api",pod="${name}"${labels === '' ? '' : `,${labels}`}}`;
const growing = (perStep: number): string => `0+${perStep}x${STEPS}`;
const constant = (value: number): string => `${value}+0x${STEPS}`;

/** A thousand requests a step over two pods and two routes, of which this many fail. */
const requests = (failing: number): Case['series'] => ({
  [pod('a', 'http_requests_total', 'route="/v1/lessons",status_code="200"')]: growing(600),
  [pod('b', 'http_requests_total', 'route="/v1/lessons",status_code="200"')]: growing(400 - failing),
  [pod('b', 'http_requests_total', 'route="/v1/sessions",status_code="503"')]: growing(failing),
});

/** A thousand requests a step over two pods, of which this many take longer than the objective. */
function durations(slow: number): Case['series'] {
  const edge = SLO.latencyP95.thresholdSeconds;
  const bucket = (name: string, le: string, perStep: number) => ({
    [pod(name, 'http_request_duration_seconds_bucket', `le="${le}"`)]: growing(perStep),
  });
  return {
    ...bucket('a', String(edge), 500),
    ...bucket('a', '1', 500),
    ...bucket('a', '+Inf', 500),
    ...bucket('b', String(edge), 500 - slow),
    ...bucket('b', '1', 500),
    ...bucket('b', '+Inf', 500),
  };
}

/** Two pods of a hundred connections each, with this many in use together. */
const connections = (active: number): Case['series'] => ({
  [pod('a', 'db_connection_pool_size', 'state="active"')]: constant(Math.min(100, active)),
  [pod('b', 'db_connection_pool_size', 'state="active"')]: constant(active - Math.min(100, active)),
  [pod('a', 'db_connection_pool_size', 'state="total"')]: constant(100),
  [pod('b', 'db_connection_pool_size', 'state="total"')]: constant(100),
});

const backups = (rate: number): Case['series'] => ({
  'backup_success_rate{namespace="district",heroesplatform="grand-bend",pod="operator-1"}': constant(1),
  'backup_success_rate{namespace="district",heroesplatform="grand-bend",pod="operator-2"}': constant(rate),
  'backup_success_rate{namespace="other",heroesplatform="other",pod="operator-2"}': constant(0),
});

interface Threshold {
  readonly alert: string;
  readonly forMinutes: number;
  readonly above: Case['series'];
  readonly below: Case['series'];
}

const THRESHOLDS: readonly Threshold[] = [
  {
    alert: 'HighErrorRate',
    forMinutes: SLO.errorRatio.forMinutes,
    above: requests(SLO.errorRatio.threshold * 1000 + 1),
    below: requests(SLO.errorRatio.threshold * 1000 - 1),
  },
  { alert: 'HighLatency', forMinutes: SLO.latencyP95.forMinutes, above: durations(51), below: durations(49) },
  {
    alert: 'DatabasePoolExhausted',
    forMinutes: SLO.poolUtilization.forMinutes,
    above: connections(SLO.poolUtilization.threshold * 200 + 1),
    // One pod is full: the platform is not.
    below: connections(SLO.poolUtilization.threshold * 200 - 1),
  },
  {
    alert: 'BackupFailure',
    forMinutes: SLO.backupSuccess.forMinutes,
    above: backups(SLO.backupSuccess.threshold - 0.001),
    below: backups(SLO.backupSuccess.threshold),
  },
];

/** Room for the windows of `rate` and for the evaluation. */
const SETTLED_MINUTES = 7;

export const CASES: readonly Case[] = THRESHOLDS.flatMap(({ alert, forMinutes, above, below }) => [
  {
    title: `${alert} fires above its threshold`,
    alert,
    series: above,
    atMinutes: forMinutes + SETTLED_MINUTES,
    fires: true,
  },
  { title: `${alert} waits for its time`, alert, series: above, atMinutes: forMinutes * 0.5, fires: false },
  { title: `${alert} is silent below its threshold`, alert, series: below, atMinutes: forMinutes + 60, fires: false },
]);

const SEVERITY: Readonly<Record<string, string>> = { HighLatency: 'warning' };

/** @returns the file that promtool reads. */
export function promtoolTests(cases: readonly Case[], ruleFile: string): object {
  return {
    rule_files: [ruleFile],
    evaluation_interval: `${SECONDS}s`,
    tests: cases.map(({ title, alert, series, atMinutes, fires }) => ({
      name: title,
      interval: `${SECONDS}s`,
      input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
      promql_expr_test: [
        {
          expr: `ALERTS{alertname="${alert}",alertstate="firing"}`,
          eval_time: `${atMinutes * 60}s`,
          exp_samples: fires ? [{ labels: firing(alert), value: 1 }] : [],
        },
      ],
    })),
  };
}

const firing = (alert: string): string =>
  `ALERTS{alertname="${alert}",alertstate="firing",severity="${SEVERITY[alert] ?? 'critical'}",namespace="district",heroesplatform="grand-bend"}`;

/**
 * The alerts of the service's review, corrected so that they are right for several pods. The review's expressions were
 * per series: each pod, route and status code was compared by itself.
 */
import { SLO } from '@heroes/crds/slo.ts';
import { alert, ofApi, ofPlatform, type Alert, type RulesInput, type RulesSpec } from './alert.ts';
import { bellRules } from './bells.ts';
import { edgeRules } from './edge.ts';
import { workRules } from './work.ts';

/** @returns `spec` of the PrometheusRule of a platform, with the alerts of the edge where it has one. */
export function renderRules(platform: RulesInput, { hasEdge }: { readonly hasEdge: boolean }): RulesSpec {
  const rules = [
    highErrorRate(platform),
    highLatency(platform),
    databasePoolExhausted(platform),
    backupFailure(platform),
    ...bellRules(platform),
    ...workRules(platform),
    ...(hasEdge ? edgeRules(platform) : []),
  ];
  return { groups: [{ name: `heroes-${platform.name}`, interval: '30s', rules }] };
}

const percent = (ratio: number): string => `${Math.round(ratio * 1000) / 10} %`;

// Corrected: rate(5xx series) > 0.05 compared errors a second of one route of one pod. A ratio needs both sides summed;
// without traffic it is 0/0, which is no alert, and `or vector` is not needed.
function highErrorRate(platform: RulesInput): Alert {
  const { threshold, forMinutes } = SLO.errorRatio;
  const errors = `sum(rate(http_requests_total${ofApi(platform, 'status_code=~"5.."')}[5m]))`;
  const all = `sum(rate(http_requests_total${ofApi(platform)}[5m]))`;
  return alert(platform, {
    alert: 'HighErrorRate',
    expr: `${errors} / ${all} > ${threshold}`,
    for: `${forMinutes}m`,
    severity: 'critical',
    summary: `More than ${percent(threshold)} of requests fail`,
    description: `{{ $value | humanizePercentage }} of the API's requests ended in a server error over the last 5 minutes.`,
  });
}

// Corrected: histogram_quantile over unsummed buckets gives a quantile a pod and route, and the slowest rarely used route
// of one pod raised it. Summed by `le` it is the platform's.
function highLatency(platform: RulesInput): Alert {
  const { thresholdSeconds, forMinutes } = SLO.latencyP95;
  const buckets = `sum by (le) (rate(http_request_duration_seconds_bucket${ofApi(platform)}[5m]))`;
  return alert(platform, {
    alert: 'HighLatency',
    expr: `histogram_quantile(0.95, ${buckets}) > ${thresholdSeconds}`,
    for: `${forMinutes}m`,
    severity: 'warning',
    summary: `One request in twenty takes more than ${thresholdSeconds * 1000} ms`,
    description: `The 95th percentile of the API's request duration is {{ $value | humanizeDuration }}.`,
  });
}

// Corrected: active / total matched no series, since the two differ in the label `state`; and a pod that has just started
// holds few connections, so that its own ratio says nothing. Both sides are summed over the pods.
function databasePoolExhausted(platform: RulesInput): Alert {
  const { threshold, forMinutes } = SLO.poolUtilization;
  const connections = (state: string) => `sum(db_connection_pool_size${ofApi(platform, `state="${state}"`)})`;
  return alert(platform, {
    alert: 'DatabasePoolExhausted',
    expr: `${connections('active')} / ${connections('total')} > ${threshold}`,
    for: `${forMinutes}m`,
    severity: 'critical',
    summary: `More than ${percent(threshold)} of the database connections are in use`,
    description: `{{ $value | humanizePercentage }} of the API's database connections are in use.`,
  });
}

// Corrected: one series for each operator pod that ever reported; during a hand-over two pods do. The worst one counts.
function backupFailure(platform: RulesInput): Alert {
  const { threshold, forMinutes } = SLO.backupSuccess;
  const rate = `backup_success_rate${ofPlatform(platform)}`;
  return alert(platform, {
    alert: 'BackupFailure',
    expr: `min(${rate}) < ${threshold}`,
    for: `${forMinutes / 60}h`,
    severity: 'critical',
    summary: 'Backups fail',
    description: `{{ $value | humanizePercentage }} of the last day's backups succeeded.`,
  });
}

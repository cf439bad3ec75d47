/** Pure: cases for `promtool test rules`, made of the thresholds themselves: just above and just below, over several pods. */
import { SLO } from '@heroes/crds/slo.ts';
import { casesOf, constant, growing, type Case, type Threshold } from './rule-tests.ts';

export const DISTRICT = { name: 'grand-bend', namespace: 'district' } as const;

const pod = (name: string, metric: string, labels = ''): string =>
  `${metric}{namespace="district",job="district/grand-bend-api",pod="${name}"${labels === '' ? '' : `,${labels}`}}`;

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

/** The alert's labels when it fires. */
const labels = (severity: string) => ({ severity, namespace: 'district', heroesplatform: 'grand-bend' });

const THRESHOLDS: readonly Threshold[] = [
  {
    alert: 'HighErrorRate',
    labels: labels('critical'),
    forMinutes: SLO.errorRatio.forMinutes,
    above: requests(SLO.errorRatio.threshold * 1000 + 1),
    below: requests(SLO.errorRatio.threshold * 1000 - 1),
  },
  {
    alert: 'HighLatency',
    labels: labels('warning'),
    forMinutes: SLO.latencyP95.forMinutes,
    above: durations(51),
    below: durations(49),
  },
  {
    alert: 'DatabasePoolExhausted',
    labels: labels('critical'),
    forMinutes: SLO.poolUtilization.forMinutes,
    above: connections(SLO.poolUtilization.threshold * 200 + 1),
    // One pod is full: the platform is not.
    below: connections(SLO.poolUtilization.threshold * 200 - 1),
  },
  {
    alert: 'BackupFailure',
    labels: labels('critical'),
    forMinutes: SLO.backupSuccess.forMinutes,
    above: backups(SLO.backupSuccess.threshold - 0.001),
    below: backups(SLO.backupSuccess.threshold),
  },
];

export const CASES: readonly Case[] = casesOf(THRESHOLDS);

/** Pure: cases for `promtool test rules`, made of the thresholds themselves: just above and just below, over several pods. */
import { SLO } from '@heroes/crds/slo.ts';
import { EDGE_CASES } from './edge-rule-cases.ts';
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

/** A gauge of two pods, of which the second one knows the worse. */
const gauge = (metric: string, value: number, labels = ''): Case['series'] => ({
  [pod('a', metric, labels)]: constant(0),
  [pod('b', metric, labels)]: constant(value),
});

const ofPlatform = (metric: string, value: number): Case['series'] => ({
  [`${metric}{namespace="district",heroesplatform="grand-bend",pod="operator-2"}`]: constant(value),
  [`${metric}{namespace="other",heroesplatform="other",pod="operator-2"}`]: constant(
    metric.endsWith('_seconds') ? -1e9 : 1,
  ),
});

/** Something that was last done so many hours before the cases begin, which is at 0. */
const doneBefore = (metric: string, hours: number): Case['series'] => ofPlatform(metric, -3600 * hours);

/** One destination's circuit; tests of another are in half of the scrapes, as each try of it is. */
const circuit = (values: string): Case['series'] => ({
  [pod('a', 'outgoing_circuit_state', 'destination="help-webhook",state="open"')]: values,
  [pod('b', 'outgoing_circuit_state', 'destination="identity_provider",state="open"')]: constant(0),
});

/** The alert's labels when it fires. */
const labels = (severity: string) => ({ severity, namespace: 'district', heroesplatform: 'grand-bend' });
const [critical, warning] = [labels('critical'), labels('warning')];
const { auditConflict, auditFault, anchorAge, circuitOpen, helpOverdue, outboxAge, outboxDead } = SLO;
const { retentionAge, retentionFailed } = SLO;

/** Of two operators, of which the second one has seen the worse: how long before the bell the pods were ready, and who is in class. */
const bells = (readyBeforeSeconds: number, students: number): Case['series'] => ({
  ...ofPlatform('heroes_schedule_ready_before_bell_seconds', readyBeforeSeconds),
  'heroes_schedule_ready_before_bell_seconds{namespace="district",heroesplatform="grand-bend",pod="operator-1"}':
    constant(600),
  ...ofPlatform('heroes_schedule_students_in_class', students),
});

const BELLS: readonly Threshold[] = [
  {
    alert: 'ClassUnderFloor',
    labels: critical,
    forMinutes: SLO.classUnderFloor.forMinutes,
    above: bells(-1, 1_500),
    below: bells(0, 1_500),
  },
];

/** The pods of the day's last class were late, and nobody is in class any more. */
const AFTER_CLASS: Case = {
  title: 'ClassUnderFloor ends with the class',
  alert: 'ClassUnderFloor',
  labels: critical,
  series: bells(-40, 0),
  atMinutes: 30,
  fires: false,
};

const WORK: readonly Threshold[] = [
  {
    alert: 'HelpEscalationOverdue',
    labels: critical,
    forMinutes: helpOverdue.forMinutes,
    above: gauge('help_escalation_overdue_seconds', helpOverdue.thresholdSeconds + 1),
    below: gauge('help_escalation_overdue_seconds', helpOverdue.thresholdSeconds),
  },
  {
    alert: 'OutboxMessagesDead',
    labels: critical,
    forMinutes: outboxDead.forMinutes,
    above: gauge('outbox_messages', 1, 'state="dead"'),
    // Those that wait are not given up.
    below: { ...gauge('outbox_messages', 0, 'state="dead"'), ...gauge('outbox_messages', 9, 'state="waiting"') },
  },
  {
    alert: 'OutboxStuck',
    labels: warning,
    forMinutes: outboxAge.forMinutes,
    above: gauge('outbox_oldest_seconds', outboxAge.thresholdSeconds + 1),
    below: gauge('outbox_oldest_seconds', outboxAge.thresholdSeconds),
  },
  {
    alert: 'RetentionOverdue',
    labels: critical,
    forMinutes: retentionAge.forMinutes,
    above: doneBefore('retention_last_success_timestamp_seconds', retentionAge.thresholdHours),
    // It is looked at later than it began.
    below: doneBefore('retention_last_success_timestamp_seconds', retentionAge.thresholdHours - 2),
  },
  {
    alert: 'RetentionFailed',
    labels: warning,
    forMinutes: retentionFailed.forMinutes,
    above: ofPlatform('retention_failed', 1),
    below: ofPlatform('retention_failed', 0),
  },
  {
    alert: 'AuditConflict',
    labels: critical,
    forMinutes: auditConflict.forMinutes,
    above: ofPlatform('audit_conflict', 1),
    below: ofPlatform('audit_conflict', 0),
  },
  {
    alert: 'AuditFault',
    labels: critical,
    forMinutes: auditFault.forMinutes,
    settledMinutes: 10,
    above: { [pod('b', 'audit_faults_total')]: growing(0.1) },
    below: { [pod('b', 'audit_faults_total')]: constant(3) },
  },
  {
    alert: 'AuditAnchorOverdue',
    labels: critical,
    forMinutes: anchorAge.forMinutes,
    above: doneBefore('audit_anchored_timestamp_seconds', anchorAge.thresholdHours),
    below: doneBefore('audit_anchored_timestamp_seconds', anchorAge.thresholdHours - 2),
  },
  {
    alert: 'CircuitOpen',
    labels: { ...warning, destination: 'help-webhook' },
    forMinutes: circuitOpen.forMinutes,
    // Every other time it is being tried.
    above: circuit(Array.from({ length: 200 }, () => '1 0').join(' ')),
    below: circuit(constant(0)),
  },
];

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

export const CASES: readonly Case[] = [...casesOf([...THRESHOLDS, ...BELLS, ...WORK]), AFTER_CLASS, ...EDGE_CASES];

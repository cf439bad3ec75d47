/** Alerts of what is done beside the requests, and what nobody would notice for weeks if it were not: help that does not arrive, data that is not deleted, an audit that does not hold. */
import { SLO } from '@heroes/crds/slo.ts';
import { alert, ofApi, ofPlatform, type Alert, type RulesInput } from './alert.ts';

const HOUR_SECONDS = 3600;

/** @returns the alerts of a platform. */
export const workRules = (platform: RulesInput): readonly Alert[] => [
  ...helpRules(platform),
  ...retentionRules(platform),
  ...auditRules(platform),
  circuitOpen(platform),
];

function helpRules(platform: RulesInput): Alert[] {
  const { helpOverdue, outboxAge, outboxDead } = SLO;
  // All pods see the same rows, and one whose worker hangs sees them no more: the largest of their values holds.
  return [
    alert(platform, {
      alert: 'HelpEscalationOverdue',
      expr: `max(help_escalation_overdue_seconds${ofApi(platform)}) > ${helpOverdue.thresholdSeconds}`,
      for: `${helpOverdue.forMinutes}m`,
      severity: 'critical',
      summary: "A child's call for help has not escalated",
      description: 'A help signal that nobody answered should have escalated {{ $value | humanizeDuration }} ago.',
    }),
    alert(platform, {
      alert: 'OutboxMessagesDead',
      expr: `max(outbox_messages${ofApi(platform, 'state="dead"')}) > 0`,
      for: `${outboxDead.forMinutes}m`,
      severity: 'critical',
      summary: 'Messages were given up',
      description: '{{ $value }} messages of help signals or incidents could not be delivered and are tried no more.',
    }),
    alert(platform, {
      alert: 'OutboxStuck',
      expr: `max(outbox_oldest_seconds${ofApi(platform)}) > ${outboxAge.thresholdSeconds}`,
      for: `${outboxAge.forMinutes}m`,
      severity: 'warning',
      summary: 'Messages are not delivered',
      description: 'The oldest message of the outbox has waited for {{ $value | humanizeDuration }}.',
    }),
  ];
}

function retentionRules(platform: RulesInput): Alert[] {
  const { retentionAge, retentionFailed } = SLO;
  return [
    alert(platform, {
      alert: 'RetentionOverdue',
      expr: `time() - max(retention_last_success_timestamp_seconds${ofPlatform(platform)}) > ${retentionAge.thresholdHours * HOUR_SECONDS}`,
      for: `${retentionAge.forMinutes}m`,
      severity: 'critical',
      summary: 'What is past its time is not deleted',
      description: 'Data that is past its time was last deleted {{ $value | humanizeDuration }} ago.',
    }),
    alert(platform, {
      alert: 'RetentionFailed',
      expr: `max(retention_failed${ofPlatform(platform)}) > 0`,
      for: `${retentionFailed.forMinutes}m`,
      severity: 'warning',
      summary: 'The deletion of what is past its time failed',
      description: 'The last run failed. The platform says why, in status.retention.lastError.',
    }),
  ];
}

function auditRules(platform: RulesInput): Alert[] {
  const { anchorAge, auditConflict, auditFault } = SLO;
  return [
    alert(platform, {
      alert: 'AuditConflict',
      expr: `max(audit_conflict${ofPlatform(platform)}) > 0`,
      for: `${auditConflict.forMinutes}m`,
      severity: 'critical',
      summary: 'The audit does not follow from what was kept of it',
      description: 'The database was set back, or its audit was written anew. status.audit.conflict has the entries.',
    }),
    alert(platform, {
      alert: 'AuditFault',
      expr: `sum(increase(audit_faults_total${ofApi(platform)}[${auditFault.windowMinutes}m])) > 0`,
      for: `${auditFault.forMinutes}m`,
      severity: 'critical',
      summary: 'The audit does not verify',
      description: 'A verification of the audit has found an entry that was changed, removed or moved.',
    }),
    // A run that finds a broken chain fails and keeps nothing: that it stops is how it is told.
    alert(platform, {
      alert: 'AuditAnchorOverdue',
      expr: `time() - max(audit_anchored_timestamp_seconds${ofPlatform(platform)}) > ${anchorAge.thresholdHours * HOUR_SECONDS}`,
      for: `${anchorAge.forMinutes}m`,
      severity: 'critical',
      summary: 'The end of the audit is not kept any more',
      description: 'It was last kept {{ $value | humanizeDuration }} ago. The runs fail, or the audit does not hold.',
    }),
  ];
}

// An open circuit is tried again each 30 s and is half open meanwhile, so it is looked for in a window.
function circuitOpen(platform: RulesInput): Alert {
  const { windowMinutes, forMinutes } = SLO.circuitOpen;
  const open = `outgoing_circuit_state${ofApi(platform, 'state="open"')}[${windowMinutes}m]`;
  return alert(platform, {
    alert: 'CircuitOpen',
    expr: `max by (destination) (max_over_time(${open})) > 0`,
    for: `${forMinutes}m`,
    severity: 'warning',
    summary: 'Another service does not answer',
    description: 'Calls to {{ $labels.destination }} fail, and are not tried but now and then.',
  });
}

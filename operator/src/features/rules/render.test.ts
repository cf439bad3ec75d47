import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderRules } from './render.ts';

const RUNBOOKS = join(import.meta.dirname, '../../../../docs/runbooks');
const rules = renderRules({ name: 'grand-bend', namespace: 'district' }, { hasEdge: true }).groups.flatMap(
  (group) => group.rules,
);

describe('renderRules', () => {
  it('holds the four alerts of the review, and those of what nobody would see, each for as long as it says', () => {
    expect(rules.map((rule) => [rule.alert, rule.for, rule.labels.severity])).toEqual([
      ['HighErrorRate', '2m', 'critical'],
      ['HighLatency', '5m', 'warning'],
      ['DatabasePoolExhausted', '2m', 'critical'],
      ['BackupFailure', '1h', 'critical'],
      ['ClassUnderFloor', '1m', 'critical'],
      ['HelpEscalationOverdue', '2m', 'critical'],
      ['OutboxMessagesDead', '1m', 'critical'],
      ['OutboxStuck', '5m', 'warning'],
      ['RetentionOverdue', '30m', 'critical'],
      ['RetentionFailed', '15m', 'warning'],
      ['AuditConflict', '1m', 'critical'],
      ['AuditFault', '1m', 'critical'],
      ['AuditAnchorOverdue', '30m', 'critical'],
      ['CircuitOpen', '5m', 'warning'],
      ['EdgeDown', '1m', 'critical'],
      ['EdgeNoServers', '1m', 'critical'],
      ['EdgeErrors', '2m', 'critical'],
      ['EdgeConnectionsNearLimit', '2m', 'warning'],
      ['EdgeRefusals', '10m', 'warning'],
    ]);
  });

  it('leaves those of the edge out where there is none', () => {
    const without = renderRules({ name: 'grand-bend', namespace: 'district' }, { hasEdge: false });
    expect(JSON.stringify(without)).not.toMatch(/haproxy|Edge/);
  });

  it.each(rules)('sends the reader of $alert to a page that says what it means and what to do', (rule) => {
    const page = readFileSync(join(RUNBOOKS, rule.annotations.runbook_url?.split('/').at(-1) ?? ''), 'utf8');
    for (const heading of ['# ' + rule.alert, '## Meaning', '## Impact', '## Diagnosis', '## Mitigation'])
      expect(page).toContain(heading);
  });

  it.each(rules)('speaks of one platform only: $alert', (rule) => {
    expect(rule.expr.match(/\{[^}]*\}/g)?.every((selector) => selector.includes('namespace="district"'))).toBe(true);
  });
});

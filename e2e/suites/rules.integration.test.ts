import { mkdtempSync, chmodSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { renderRules } from '@heroes/operator/features/rules/render.ts';
import { messageOf } from '../cluster/progress.ts';
import { promtool } from '../cluster/tools.ts';
import { BELL_DASHBOARD } from '../generate/bell-dashboard.ts';
import { EDGE_DASHBOARD } from '../generate/edge-dashboard.ts';
import { operatorRules } from '../generate/operator-alerts.ts';
import { queriesOf } from '../generate/grafana.ts';
import { OPERATOR_DASHBOARD } from '../generate/operator-dashboard.ts';
import { OPERATOR_CASES, RELEASE } from './operator-rule-cases.ts';
import { CASES, DISTRICT } from './rule-cases.ts';
import { promtoolTests, type Case } from './rule-tests.ts';

const folder = mkdtempSync(join(tmpdir(), 'heroes-rules-'));
chmodSync(folder, 0o755);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const write = (name: string, content: object): void => {
  writeFileSync(join(folder, name), stringify(content, { aliasDuplicateObjects: false }));
};

const SUITES = [
  { of: 'a platform', file: 'platform.yaml', rules: renderRules(DISTRICT, { hasEdge: true }), cases: CASES },
  { of: 'the operator', file: 'operator.yaml', rules: operatorRules(RELEASE), cases: OPERATOR_CASES },
] as const;
for (const { file, rules } of SUITES) write(file, rules);

/** Runs all cases at once. @returns what promtool says: SUCCESS, or the cases that fail. */
async function outcome(file: string, rules: string, cases: readonly Case[]): Promise<string> {
  write(file, promtoolTests(cases, rules));
  return promtool(folder, ['test', 'rules', file]).catch(messageOf);
}

describe.each(SUITES)('the alerts of $of, by promtool', ({ file, rules, cases }) => {
  let said = '';
  beforeAll(async () => {
    said = await outcome(`cases-${file}`, file, cases);
  });

  it('are valid', async () => {
    const count = rules.groups.flatMap((group) => group.rules).length;
    expect(await promtool(folder, ['check', 'rules', file])).toContain(`${count} rules found`);
  });

  it('are what all cases expect', () => {
    expect(said).toContain('SUCCESS');
  });

  it.each(cases)('$title', ({ title }) => {
    expect(said).not.toContain(`# ${title}`);
  });

  it('would fail a case that expects the contrary', async () => {
    const [first, ...others] = cases;
    if (first === undefined) throw new Error('there are no cases');
    const wrong = await outcome(`wrong-${file}`, file, [{ ...first, fires: !first.fires }, ...others.slice(0, 2)]);
    expect(wrong).toContain(`# ${first.title}`);
    for (const { title } of others) expect(wrong).not.toContain(`# ${title}`);
  });
});

describe.each([OPERATOR_DASHBOARD, BELL_DASHBOARD, EDGE_DASHBOARD])('the dashboard $uid, by promtool', (dashboard) => {
  it('asks in PromQL that can be read', async () => {
    // A recording rule for each query, with what Grafana puts in place of its variables.
    const queries = queriesOf(dashboard).map((expr) => expr.replaceAll('$__rate_interval', '5m'));
    const rules = queries.map((expr, index) => ({ record: `query:${index}`, expr }));
    write('queries.yaml', { groups: [{ name: 'queries', rules }] });
    expect(await promtool(folder, ['check', 'rules', 'queries.yaml'])).toContain(`${queries.length} rules found`);
  });
});

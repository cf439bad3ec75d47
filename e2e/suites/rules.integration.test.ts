import { mkdtempSync, chmodSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { renderRules } from '@heroes/operator/features/rules/render.ts';
import { promtool } from '../cluster/tools.ts';
import { CASES, DISTRICT, promtoolTests } from './rule-cases.ts';

const folder = mkdtempSync(join(tmpdir(), 'heroes-rules-'));
chmodSync(folder, 0o755);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const write = (name: string, content: object): void => {
  writeFileSync(join(folder, name), stringify(content, { aliasDuplicateObjects: false }));
};
write('rules.yaml', renderRules(DISTRICT));

describe('the alerts, by promtool', () => {
  it('are valid', async () => {
    expect(await promtool(folder, ['check', 'rules', 'rules.yaml'])).toContain('4 rules found');
  });

  it.each(CASES)('$title', async (each) => {
    write('case.yaml', promtoolTests([each], 'rules.yaml'));
    expect(await promtool(folder, ['test', 'rules', 'case.yaml'])).toContain('SUCCESS');
  });

  it('would fail a case that expects the contrary', async () => {
    const [first] = CASES;
    write('wrong.yaml', promtoolTests(first === undefined ? [] : [{ ...first, fires: !first.fires }], 'rules.yaml'));
    await expect(promtool(folder, ['test', 'rules', 'wrong.yaml'])).rejects.toThrow();
  });
});

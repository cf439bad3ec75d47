import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

it('the adapter of the embedded cluster has the rule that the documentation gives', () => {
  const [, written = ''] =
    /```yaml\n([^]*?)```/.exec(readFileSync(join(ROOT, 'docs/reference/autoscaling.md'), 'utf8')) ?? [];
  const text = readFileSync(join(import.meta.dirname, 'addons/prometheus-adapter.yaml'), 'utf8');
  const objects = parseAllDocuments(text).map(
    (document) => document.toJS() as { kind: string; data?: Record<string, string> },
  );
  const config = objects.find(({ kind }) => kind === 'ConfigMap')?.data?.['config.yaml'] ?? '';
  expect(parse(config)).toEqual(parse(written));
  expect(parse(written)).toHaveProperty('rules');
});

/** skaffold.yaml and the CI workflow, against what their own tools accept. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { moduleSource } from '../cluster/go-build.ts';
import { ROOT } from '../cluster/layout.ts';
import { capture, faultOf } from '../cluster/progress.ts';
import { toolPath } from '../cluster/tools.ts';

const SKAFFOLD = 'github.com/GoogleContainerTools/skaffold/v2@v2.16.1';

/** @returns what is wrong; empty when nothing is. */
export async function workflowFaults(): Promise<string> {
  return [await skaffoldFaults(), await actionFaults()].filter((fault) => fault !== '').join('\n');
}

/** skaffold publishes a JSON Schema with its source; the source comes from the Go module proxy. */
async function skaffoldFaults(): Promise<string> {
  const config = parse(readFileSync(join(ROOT, 'skaffold.yaml'), 'utf8')) as { readonly apiVersion: string };
  const version = config.apiVersion.replace('skaffold/', '');
  const file = join(await moduleSource(SKAFFOLD, '/'), 'docs-v2/content/en/schemas', `${version}.json`);
  const schema = JSON.parse(readFileSync(file, 'utf8')) as object;
  const validate = new Ajv({ strict: false, allErrors: true, logger: false }).compile(schema);
  if (validate(config)) return '';
  return (validate.errors ?? [])
    .map(({ instancePath, message }) => `skaffold.yaml${instancePath}: ${message ?? ''}`)
    .join('\n');
}

async function actionFaults(): Promise<string> {
  const argv = [await toolPath('actionlint'), '-no-color', '-shellcheck=', '-pyflakes='] as const;
  return (await faultOf(async () => capture(argv, { cwd: ROOT }))) ?? '';
}

/** `npm run generate`: writes every generated file. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GENERATED_FILES } from './generate/files.ts';

const ROOT = join(import.meta.dirname, '..');

for (const { path, contents } of GENERATED_FILES) {
  const target = join(ROOT, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, contents());
  console.log(`wrote ${path}`);
}

/** Every generated file and what it is generated from: `npm run generate` writes them, `npm run check` compares them. */
import { stringify } from 'yaml';
import { customResourceDefinition } from '@heroes/crds/crd.ts';
import { reference } from '@heroes/crds/reference.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { grandBend } from './grand-bend.ts';
import { rbacRules } from './rbac.ts';
import { districtValuesSchema } from './values-schema.ts';

export interface GeneratedFile {
  /** Path from the root of the repository. */
  readonly path: string;
  readonly contents: () => string;
}

const NOTICE = 'Generated from crds/src by `npm run generate`. Do not edit.';

const crd = (): string =>
  `# ${NOTICE}\n${stringify(customResourceDefinition(), { lineWidth: 0, aliasDuplicateObjects: false, version: '1.1' })}`;

export const GENERATED_FILES: readonly GeneratedFile[] = [
  { path: 'crds/heroesplatforms.yaml', contents: crd },
  { path: 'crds/REFERENCE.md', contents: () => `<!-- ${NOTICE} -->\n\n${reference()}` },
  { path: 'charts/heroes-operator/files/crds/heroesplatforms.yaml', contents: crd },
  {
    path: 'charts/heroes-operator/files/rbac/rules.yaml',
    contents: () =>
      `# Generated from operator/src/platform/kinds.ts by \`npm run generate\`. Do not edit.\n${rbacRules()}`,
  },
  { path: 'charts/heroes-district/values.schema.json', contents: districtValuesSchema },
  { path: 'charts/heroes-district/examples/grand-bend.yaml', contents: () => grandBend(packageJson.version) },
];

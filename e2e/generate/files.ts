/** Every generated file and what it is generated from: `npm run generate` writes them, `npm run check` compares them. */
import { stringify } from 'yaml';
import { customResourceDefinition } from '@heroes/crds/crd.ts';
import { reference } from '@heroes/crds/reference.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { API_FILES } from './api-files.ts';
import { bellDashboard } from './bell-dashboard.ts';
import { edgeDashboard } from './edge-dashboard.ts';
import { notice, type GeneratedFile } from './generated-file.ts';
import { grandBend } from './grand-bend.ts';
import { hamilton } from './hamilton.ts';
import { operatorRules, PLACEHOLDERS } from './operator-alerts.ts';
import { operatorDashboard } from './operator-dashboard.ts';
import { rbacRules } from './rbac.ts';
import { districtValuesSchema } from './values-schema.ts';

const yaml = (source: string, content: object): string =>
  `# ${notice(source)}\n${stringify(content, { lineWidth: 0, aliasDuplicateObjects: false, version: '1.1' })}`;

const crd = (): string => yaml('crds/src', customResourceDefinition());

export const GENERATED_FILES: readonly GeneratedFile[] = [
  { path: 'crds/heroesplatforms.yaml', contents: crd },
  { path: 'crds/REFERENCE.md', contents: () => `<!-- ${notice('crds/src')} -->\n\n${reference()}` },
  { path: 'charts/heroes-operator/files/crds/heroesplatforms.yaml', contents: crd },
  {
    path: 'charts/heroes-operator/files/rbac/rules.yaml',
    contents: () => yaml('operator/src/platform/kinds.ts', { rules: rbacRules() }),
  },
  {
    path: 'charts/heroes-operator/files/rules/operator.yaml',
    contents: () => yaml('e2e/generate/operator-alerts.ts', operatorRules(PLACEHOLDERS)),
  },
  { path: 'charts/heroes-operator/files/dashboards/operator.json', contents: operatorDashboard },
  { path: 'charts/heroes-operator/files/dashboards/bell.json', contents: bellDashboard },
  { path: 'charts/heroes-operator/files/dashboards/edge.json', contents: edgeDashboard },
  ...API_FILES,
  { path: 'charts/heroes-district/values.schema.json', contents: districtValuesSchema },
  { path: 'charts/heroes-district/examples/grand-bend.yaml', contents: () => grandBend(packageJson.version) },
  { path: 'e2e/cases/hamilton/platform.yaml', contents: () => hamilton(packageJson.version) },
];

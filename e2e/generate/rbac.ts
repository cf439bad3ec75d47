/** The operator's rights, from the list of kinds that it touches. */
import { stringify } from 'yaml';
import { CHILD_KINDS, PLATFORM, POD, type Kind } from '@heroes/operator/platform/kinds.ts';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const READ = ['get', 'list', 'watch'] as const;
/** Server-side apply creates what is missing, for which it needs both. */
const WRITE = ['create', 'patch'] as const;

const groupOf = ({ apiVersion }: Kind): string => (apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '');

const rule = (kind: Kind, verbs: readonly string[], subresource = ''): Rule => ({
  apiGroups: [groupOf(kind)],
  resources: [`${kind.plural}${subresource}`],
  verbs,
});

/** @returns the rules, as a YAML document of one field, `rules`. */
export function rbacRules(): string {
  const children = CHILD_KINDS.map((kind) => rule(kind, [...READ, ...WRITE, ...(kind.prune ? ['delete'] : [])]));
  const rules = [
    rule(PLATFORM, READ),
    rule(PLATFORM, ['patch'], '/status'),
    rule(POD, READ),
    { apiGroups: [''], resources: ['events'], verbs: [...WRITE] },
    ...children,
  ];
  return stringify({ rules }, { lineWidth: 0, aliasDuplicateObjects: false });
}

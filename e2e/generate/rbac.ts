/** The operator's rights, from the list of kinds that it touches: nothing is read by name, and Secrets are not read at all. */
import { CHILD_KINDS, PLATFORM, POD, SECRET, type Kind } from '@heroes/operator/platform/kinds.ts';

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** The caches: all reads come from them. */
const WATCH = ['list', 'watch'] as const;
/** Server-side apply of what may not be there yet needs both (k8s.io/apiserver pkg/endpoints/handlers/patch.go). */
const APPLY = ['create', 'patch'] as const;

const groupOf = ({ apiVersion }: Kind): string => (apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '');

const rule = (kind: Kind, verbs: readonly string[], subresource = ''): Rule => ({
  apiGroups: [groupOf(kind)],
  resources: [`${kind.plural}${subresource}`],
  verbs,
});

/** @returns the rules of the operator's Role in each namespace that it serves, or of its ClusterRole. */
export function rbacRules(): readonly Rule[] {
  return [
    // The finalizer is a field of the object itself.
    rule(PLATFORM, [...WATCH, 'patch']),
    rule(PLATFORM, ['patch'], '/status'),
    rule(POD, WATCH),
    rule(SECRET, ['create']),
    { apiGroups: [''], resources: ['events'], verbs: APPLY },
    ...CHILD_KINDS.map((kind) => rule(kind, [...WATCH, ...APPLY, ...(kind.removed === 'never' ? [] : ['delete'])])),
  ];
}

/** The kinds that the bench looks at. */
import type { KubeObject, Resource } from '@heroes/operator/kube/resource.ts';
import { CHILD_KINDS } from '@heroes/operator/platform/kinds.ts';

export const PLATFORM: Resource = {
  apiVersion: 'heroesinwaiting.com/v1alpha1',
  kind: 'HeroesPlatform',
  plural: 'heroesplatforms',
};
export const NAMESPACE: Resource = { apiVersion: 'v1', kind: 'Namespace', plural: 'namespaces' };
export const JOB: Resource = { apiVersion: 'batch/v1', kind: 'Job', plural: 'jobs' };
export const DEPLOYMENT: Resource = { apiVersion: 'apps/v1', kind: 'Deployment', plural: 'deployments' };

const SECRET: Resource = { apiVersion: 'v1', kind: 'Secret', plural: 'secrets' };

/** Kinds that the operator makes, whether it reads them or not. */
export const CHILDREN: readonly Resource[] = [
  // The control plane of the bench does not know the Gateway API.
  ...CHILD_KINDS.filter(({ kind, extension }) => kind !== SECRET.kind && extension !== 'gateway'),
  SECRET,
];

/** As operator/src/main.ts names itself to the API server. */
export const MANAGER = 'heroes-operator';
export const CHILDREN_SELECTOR = `app.kubernetes.io/managed-by=${MANAGER}`;

const BY_KIND = new Map(CHILDREN.map((resource) => [resource.kind, resource]));

/** @returns where the API server keeps a child. */
export function resourceOf({ kind }: Pick<KubeObject, 'kind'>): Resource {
  const found = BY_KIND.get(kind);
  if (found === undefined) throw new Error(`the operator makes no ${kind}`);
  return found;
}

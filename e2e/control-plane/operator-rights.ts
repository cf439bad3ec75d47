/** The operator's identity in a control plane: its chart's ServiceAccount, with the rights that the chart gives it. */
import { join } from 'node:path';
import { helm, kubectl } from '../cluster/kubectl.ts';
import { ROOT } from '../cluster/layout.ts';
import { writeKubeconfig } from '../cluster/pki.ts';
import type { ControlPlane } from './control-plane.ts';

/** As in the chart's examples; the Lease is there, and named as the release is. */
export const OPERATOR = { release: 'heroes-operator', namespace: 'heroes-system' } as const;

/** The user that the audit log names. */
export const OPERATOR_USER = `system:serviceaccount:${OPERATOR.namespace}:${OPERATOR.release}`;

export interface Rights {
  /** The repository whose chart it is; this one unless given. */
  readonly checkout?: string;
  /** Namespaces that it serves; all without any. */
  readonly namespaces?: readonly string[];
}

const TEMPLATES = ['rbac', 'serviceaccount'];

/** Applies the chart's account and rights, and nothing else of it. @returns a token that is good for a day. */
export async function grantRights({ cluster }: ControlPlane, rights: Rights = {}): Promise<string> {
  const { checkout = ROOT, namespaces = [] } = rights;
  const { release, namespace } = OPERATOR;
  const shown = TEMPLATES.flatMap((name) => ['--show-only', `templates/${name}.yaml`]);
  const chart = join(checkout, 'charts/heroes-operator');
  const scope = namespaces.length === 0 ? [] : ['--set', `watchNamespaces={${namespaces.join(',')}}`];
  const manifests = await helm(cluster, ['template', release, chart, '-n', namespace, ...shown, ...scope]);
  const home = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await kubectl(cluster, ['apply', '--server-side', '-f', '-'], `${home}\n---\n${manifests}`);
  return (await kubectl(cluster, ['create', 'token', release, '-n', namespace, '--duration=24h'])).trim();
}

/** Writes a kubeconfig of the operator's own. @param server - the API server's URL, or a gate's. @returns its path. */
export function operatorKubeconfig(
  { place, authority }: ControlPlane,
  { name, server, token }: { name: string; server: string; token: string },
): string {
  return writeKubeconfig(join(place.folder, `${name}.kubeconfig`), { server, authority, user: { token } });
}

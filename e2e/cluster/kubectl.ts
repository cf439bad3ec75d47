/** kubectl and helm against one cluster: the embedded one, or a named context of the user's kubeconfig. */
import { join } from 'node:path';
import { KUBECONFIG, WORKSPACE } from './layout.ts';
import { capture } from './progress.ts';

export interface Cluster {
  readonly kubectl: string;
  readonly helm: string;
  /** Arguments that name the cluster, for both programs. */
  readonly kubectlFlags: readonly string[];
  readonly helmFlags: readonly string[];
}

/** @returns the embedded cluster. */
export function embeddedCluster(): Cluster {
  const bin = join(WORKSPACE, 'bin');
  const flags = ['--kubeconfig', KUBECONFIG];
  return { kubectl: join(bin, 'kubectl'), helm: join(bin, 'helm'), kubectlFlags: flags, helmFlags: flags };
}

/** @returns a context of the user's own kubeconfig. */
export function namedCluster(context: string, programs: Pick<Cluster, 'kubectl' | 'helm'>): Cluster {
  return { ...programs, kubectlFlags: ['--context', context], helmFlags: ['--kube-context', context] };
}

/** Runs kubectl. @returns its output. @throws Failure with its error. */
export async function kubectl(cluster: Cluster, args: readonly string[], input?: string): Promise<string> {
  const given = input === undefined ? {} : { input };
  return capture([cluster.kubectl, ...cluster.kubectlFlags, ...args], given);
}

/** Runs helm. @returns its output. @throws Failure with its error. */
export async function helm(cluster: Cluster, args: readonly string[]): Promise<string> {
  const remedy = 'read the message above; `kubectl describe` on what it names tells more';
  return capture([cluster.helm, ...cluster.helmFlags, ...args], { remedy });
}

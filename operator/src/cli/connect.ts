/** The cluster that a command speaks to: the user's kubeconfig, with the user's own rights. */
import { KubeConfig } from '../kube/kubeconfig.ts';
import { Registry } from 'prom-client';
import { Client } from '../kube/client.ts';
import { CredentialSource } from '../kube/credentials.ts';
import { createKubeMetrics } from '../kube/metrics.ts';
import { Transport } from '../kube/transport.ts';
import { FIELD_MANAGER } from '../platform/names.ts';

/** Options that kubectl's own commands have. */
export interface ClusterOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
}

export interface Connection extends AsyncDisposable {
  readonly client: Client;
  /** The namespace that was named, or the context's. */
  readonly namespace: string;
}

/**
 * @param fieldManager - in whose name is written; the operator's unless given, for dry runs: only so is it seen what its own
 *   apply would do
 * @throws Error when the kubeconfig does not name a context that exists
 */
export function connect(
  { kubeconfig, context, namespace }: ClusterOptions,
  fieldManager: string = FIELD_MANAGER,
): Connection {
  const config = new KubeConfig();
  if (kubeconfig === undefined) config.loadFromDefault();
  else config.loadFromFile(kubeconfig);
  if (context !== undefined) config.setCurrentContext(context);
  const current = config.getContextObject(config.getCurrentContext());
  if (current === null) {
    const known = config.getContexts().map(({ name }) => name);
    throw new Error(`there is no context "${config.getCurrentContext()}": use one of ${known.join(', ')}`);
  }
  const transport = new Transport(new CredentialSource(config), createKubeMetrics(new Registry()), 'kubectl-heroes');
  return {
    client: new Client(transport, fieldManager),
    namespace: namespace ?? current.namespace ?? 'default',
    [Symbol.asyncDispose]: async () => transport.close(),
  };
}

/** Speaks to an API server through the operator's own client library. */
import { KubeConfig } from '@kubernetes/client-node';
import { Registry } from 'prom-client';
import { Client } from '@heroes/operator/kube/client.ts';
import { CredentialSource } from '@heroes/operator/kube/credentials.ts';
import { createKubeMetrics } from '@heroes/operator/kube/metrics.ts';
import { Transport } from '@heroes/operator/kube/transport.ts';

export interface Connection extends AsyncDisposable {
  readonly client: Client;
}

/** @returns a client that speaks as the kubeconfig's user; what it applies belongs to a field manager. */
export function connect(kubeconfig: string, fieldManager: string): Connection {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const transport = new Transport(new CredentialSource(config), createKubeMetrics(new Registry()), fieldManager);
  return { client: new Client(transport, fieldManager), [Symbol.asyncDispose]: async () => transport.close() };
}

/** Does the same work for each item, so many at once. @returns the results in the items' order. @throws the first error. */
export async function eachOf<T, R>(
  items: readonly T[],
  concurrency: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const waiting = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of waiting) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
  return results;
}

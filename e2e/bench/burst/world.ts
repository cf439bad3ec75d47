/** The embedded cluster with the operator, as `npm run up` makes it, for the parts of the bench that need real pods. */
import type { Client } from '@heroes/operator/kube/client.ts';
import { deployOperator, OPERATOR_NAMESPACE } from '../../cluster/deploy.ts';
import { down } from '../../cluster/down.ts';
import { assertCapable, bringUp } from '../../cluster/embedded.ts';
import { kubectl, type Cluster } from '../../cluster/kubectl.ts';
import { KUBECONFIG } from '../../cluster/layout.ts';
import { runningPid } from '../../cluster/processes.ts';
import { Failure, step } from '../../cluster/progress.ts';
import { connect } from '../../control-plane/connect.ts';
import { Metrics } from '../../control-plane/prometheus-text.ts';
import { PLATFORM } from '../operator/kinds.ts';

export const MANAGER = 'bench';
const METRICS_PORT = 8080;

export interface World extends AsyncDisposable {
  readonly cluster: Cluster;
  readonly client: Client;
  /** Of the images that the cluster holds. */
  readonly version: string;
}

/** Brings it up. Disposing of it stops it, unless it ran before. @throws Failure when there are districts on it. */
export async function openWorld(): Promise<World> {
  assertCapable();
  await using opened = new AsyncDisposableStack();
  const wasRunning = runningPid('kube-apiserver') !== undefined;
  opened.defer(async () => {
    if (!wasRunning) await down({ removeData: false });
  });
  const { cluster, version } = await bringUp();
  await step('Operator', async () => deployOperator(cluster, { version, registry: '' }));
  const { client } = opened.use(connect(KUBECONFIG, MANAGER));
  await assertAlone(client);
  const parts = opened.move();
  return { cluster, client, version, [Symbol.asyncDispose]: async () => parts.disposeAsync() };
}

/** What others use of the machine would be measured with it, and their pods may leave no room for ours. */
async function assertAlone(client: Client): Promise<void> {
  const { items } = await client.list(PLATFORM, {});
  const names = items.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).join(', ');
  const remedy = 'delete them (kubectl delete hp -n NAMESPACE NAME), or begin anew: npm run down -- --purge';
  if (names !== '') throw new Failure(`there are districts on the cluster already: ${names}`, { remedy });
}

/** @returns what the operator measures, of all its pods together. */
export async function operatorMetrics({ cluster }: Pick<World, 'cluster'>): Promise<Metrics> {
  const names = await kubectl(cluster, [
    'get',
    'pods',
    '-n',
    OPERATOR_NAMESPACE,
    '-o',
    'jsonpath={.items[*].metadata.name}',
  ]);
  const texts = names
    .split(' ')
    .map(async (name) =>
      kubectl(cluster, [
        'get',
        '--raw',
        `/api/v1/namespaces/${OPERATOR_NAMESPACE}/pods/${name}:${METRICS_PORT}/proxy/metrics`,
      ]),
    );
  return new Metrics((await Promise.all(texts)).join('\n'));
}

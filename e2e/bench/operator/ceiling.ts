/**
 * The ceiling: a bare loop that server-side-applies the very objects that the operator makes, through the same client
 * library, with a token and rights to be checked as the operator has, in the same kind of fresh control plane.
 */
import type { Client } from '@heroes/operator/kube/client.ts';
import type { KubeObject } from '@heroes/operator/kube/resource.ts';
import { kubectl } from '../../cluster/kubectl.ts';
import type { Log } from '../../cluster/progress.ts';
import { connect } from '../../control-plane/connect.ts';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { OPERATOR, operatorKubeconfig } from '../../control-plane/operator-rights.ts';
import { runBareLoop, type Pace } from './bare-loop.ts';
import { namespaceOf, range, writePlatforms } from './fleet.ts';
import { CHILDREN, CHILDREN_SELECTOR, MANAGER, PLATFORM } from './kinds.ts';
import type { Options } from './options.ts';
import { ownedBy } from './owned-fields.ts';
import { openWorld, untilLeading, type World } from './world.ts';

const TIMEOUT_MS = 20 * 60_000;

/** Measures the loop in a control plane of its own, which is gone afterwards. */
export async function measureCeiling(options: Options, log: Log): Promise<Pace> {
  const { platforms } = options;
  // One namespace more, for the platform from which the objects are read.
  await using world = await openWorld({ ...options, platforms: platforms + 1 }, log);
  log('reading back what the operator applies');
  const template = await readTemplate(world, platforms);
  await writePlatforms(world.client, range(0, platforms));
  const uids = await uidsByNamespace(world.client);
  await using connection = connect(await unrestricted(world.controlPlane), MANAGER);
  log(`applying ${platforms * template.length} objects`);
  const applied = range(0, platforms).map((index) => adopt(template, namespaceOf(index), uids));
  return await runBareLoop(connection.client, applied, options.concurrency);
}

/** @returns what the operator applies for one platform, once it is converged. */
async function readTemplate({ start, client, fleet }: World, index: number): Promise<KubeObject[]> {
  await using operator = await start();
  await untilLeading(operator);
  await writePlatforms(client, [index]);
  await fleet.until(1, TIMEOUT_MS);
  const scope = { namespace: namespaceOf(index), labelSelector: CHILDREN_SELECTOR };
  const lists = await Promise.all(CHILDREN.map(async (resource) => client.list(resource, scope)));
  const found = lists.flatMap(({ items }) => items.map((object) => ownedBy(MANAGER, object)));
  return found.filter((object) => object !== undefined);
}

async function uidsByNamespace(client: Client): Promise<ReadonlyMap<string, string>> {
  const { items } = await client.list(PLATFORM, {});
  return new Map(items.map(({ metadata: { namespace = '', uid = '' } }) => [namespace, uid]));
}

/** An account that may do everything: the operator's own may create its Secret, but not apply it a second time. */
async function unrestricted(controlPlane: ControlPlane): Promise<string> {
  const { cluster, server } = controlPlane;
  const { namespace } = OPERATOR;
  const account = `${namespace}:ceiling`;
  await kubectl(cluster, ['create', 'serviceaccount', 'ceiling', '-n', namespace]);
  const grant = ['create', 'clusterrolebinding', 'ceiling', '--clusterrole=cluster-admin'];
  await kubectl(cluster, [...grant, `--serviceaccount=${account}`]);
  const token = (await kubectl(cluster, ['create', 'token', 'ceiling', '-n', namespace, '--duration=24h'])).trim();
  return operatorKubeconfig(controlPlane, { name: 'ceiling', server, token });
}

/** @returns the same objects for another platform. */
function adopt(template: readonly KubeObject[], namespace: string, uids: ReadonlyMap<string, string>): KubeObject[] {
  const uid = uids.get(namespace) ?? '';
  return template.map((object) => {
    const owners = (object.metadata.ownerReferences ?? []) as readonly object[];
    const ownerReferences = owners.map((owner) => ({ ...owner, uid }));
    return { ...object, metadata: { ...object.metadata, namespace, ownerReferences } };
  });
}

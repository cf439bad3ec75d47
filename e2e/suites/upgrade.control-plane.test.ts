/** An operator takes over from its previous version, and gives back, while platforms are served: nobody in class notices. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Client } from '@heroes/operator/kube/client.ts';
import type { KubeObject, Resource } from '@heroes/operator/kube/resource.ts';
import { kubectl } from '../cluster/kubectl.ts';
import { ROOT } from '../cluster/layout.ts';
import { faultOf } from '../cluster/progress.ts';
import { connect } from '../control-plane/connect.ts';
import { startControlPlane, type ControlPlane } from '../control-plane/control-plane.ts';
import { grantRights } from '../control-plane/operator-rights.ts';
import { namespacedResources, survey } from './convergence/inventory.ts';
import { grantLeases, Tenant, unready } from './convergence/tenant.ts';
import { changes, watchReadiness } from './upgrade/observing.ts';
import { PLATFORMS } from './upgrade/platforms.ts';
import { checkOutPrevious, type Checkout } from './upgrade/previous-version.ts';

/** What a pod is of: a new one of them means that pods were started anew, or will be. */
const OF_PODS = ['ControllerRevision', 'Pod', 'ReplicaSet'];
/** What comes and goes by itself. */
const PASSING = ['EndpointSlice', 'Endpoints', 'Event', 'Lease'];

/** What is ended when the tests are, the last first. */
const opened = new AsyncDisposableStack();

let checkout: Checkout;
let controlPlane: ControlPlane;
let client: Client;
let resources: readonly Resource[];
let tenants: readonly Tenant[];

beforeAll(async () => {
  checkout = opened.use(await checkOutPrevious());
  const { folder } = checkout;
  controlPlane = await startControlPlane({
    name: 'upgrade',
    portBase: 27_640,
    nodes: 3,
    volumes: 8,
    autoscalerSyncSeconds: 1,
    checkout: folder,
  });
  opened.defer(controlPlane.stop);
  ({ client } = opened.use(connect(controlPlane.kubeconfig, 'test')));
  await grantLeases(controlPlane);
  const token = await grantRights(controlPlane, { checkout: folder });
  const estate = { controlPlane, client, token };
  resources = await namespacedResources(controlPlane.cluster);
  tenants = await Promise.all(Object.keys(PLATFORMS).map(async (name) => opened.use(await Tenant.open(estate, name))));
  for (const tenant of tenants) {
    await tenant.startOperator(folder);
    await tenant.apply(PLATFORMS[tenant.namespace]);
    await tenant.settled(unready);
  }
});

afterAll(async () => {
  await opened.disposeAsync();
});

interface Takeover {
  readonly before: readonly KubeObject[];
  readonly after: readonly KubeObject[];
  /** What was said of readiness other than that it is given. */
  readonly unready: readonly string[];
  readonly writes: readonly string[];
  /** Platforms that did not come to rest, and why. */
  readonly restless: readonly string[];
}

/** Nothing takes long of what has nothing to do. */
const PATIENCE = { timeoutMs: 30_000 };

const look = async (): Promise<readonly KubeObject[]> =>
  (await Promise.all(tenants.map(async ({ namespace }) => survey(client, resources, namespace)))).flat();

/** Ends the operators and starts others. @param version - a checkout; this repository without one */
async function takeOver(version?: string): Promise<Takeover> {
  const before = await look();
  const watches = await Promise.all(tenants.map(async (tenant) => watchReadiness(client, tenant)));
  const restless: string[] = [];
  for (const tenant of tenants) {
    await tenant.operator.kill('SIGTERM');
    tenant.gate.forget();
    await tenant.startOperator(version);
    const fault = await faultOf(async () => tenant.settled(unready, PATIENCE));
    if (fault !== undefined) restless.push(fault);
  }
  const said = (await Promise.all(watches.map(async ({ end }) => end()))).flat();
  return { before, after: await look(), unready: said, writes: tenants.flatMap(writesOf), restless };
}

const writesOf = ({ namespace, written }: Tenant): string[] =>
  written.map(({ verb, resource, subresource, name }) =>
    `${verb} ${namespace}/${resource}/${name} ${subresource}`.trim(),
  );

/** The pods of a Job are as old as it is. */
const podsAnew = ({ before, after }: Takeover): string[] =>
  changes(before, after, (object) => OF_PODS.includes(object.kind) && !isOfJob(object));

const isOfJob = ({ metadata }: KubeObject): boolean => 'batch.kubernetes.io/job-name' in (metadata.labels ?? {});

const summary = (what: string, { writes }: Takeover): string =>
  `upgrade: ${what} ${checkout.commit.slice(0, 7)}, ${writes.length} writes: ${writes.join(', ') || 'none'}`;

it('takes over from the previous version without a pod that starts anew', async () => {
  await kubectl(controlPlane.cluster, ['apply', '--server-side', '-f', join(ROOT, 'crds/heroesplatforms.yaml')]);
  await grantRights(controlPlane);
  const upgrade = await takeOver();
  console.log(summary('from', upgrade));
  expect.soft(upgrade.restless).toEqual([]);
  expect.soft(upgrade.unready).toEqual([]);
  expect.soft(podsAnew(upgrade)).toEqual([]);
  const others = changes(upgrade.before, upgrade.after, ({ kind }) => ![...PASSING, ...OF_PODS].includes(kind));
  expect.soft(others.filter((each) => !/^Job .* is gone$/.test(each))).toEqual([]);
});

it('writes nothing when it is started once more', async () => {
  expect((await takeOver()).writes).toEqual([]);
});

it('gives back to the previous version without a pod that starts anew', async () => {
  // A chart that is rolled back leaves the definition as it is.
  await grantRights(controlPlane, { checkout: checkout.folder });
  const downgrade = await takeOver(checkout.folder);
  console.log(summary('back to', downgrade), ...downgrade.unready, ...downgrade.restless);
  expect(podsAnew(downgrade)).toEqual([]);
});

/** The credentials are made once, and never read: that they are lost is told by pods that do not start. */
import { describe, expect, it } from 'vitest';
import { CREDENTIALS_REVISION } from './names.ts';
import type { Live } from './observed.ts';
import { FakeCluster } from './testing/fake-cluster.ts';
import { conditionOf, converge, only, reconciling, work } from './testing/reconciling.ts';

async function running() {
  const cluster = new FakeCluster();
  const run = reconciling(cluster);
  await converge(cluster, run);
  return { cluster, run };
}

/** What the pods of each workload are started with. */
const revisions = (cluster: FakeCluster): (string | undefined)[] =>
  [...cluster.objects.values()]
    .filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet')
    .map(({ credentialsRevision }) => credentialsRevision);

/** The names of the Secrets that are read; a Job that has succeeded reads none any more. */
function secretsOf(cluster: FakeCluster): string[] {
  const manifests = [...cluster.manifests.values()].filter(({ kind }) => kind !== 'Job');
  return [...new Set(manifests.flatMap((each) => JSON.stringify(each).match(/demo-credentials[^"]*/g) ?? []))];
}

/** The Secret is gone, and new pods wait for it. */
function lose(cluster: FakeCluster): void {
  cluster.secrets.clear();
  work(cluster);
}

describe('the credentials of a platform', () => {
  it('are made before anything that reads them, once, and every workload carries their revision', async () => {
    const cluster = new FakeCluster();
    const writes = await converge(cluster);
    expect(only(writes, 'create')).toEqual(['Secret demo-credentials']);
    expect(writes[0]).toBe('create Secret demo-credentials');
    const [first, ...others] = revisions(cluster);
    expect(first).toMatch(/^[0-9a-f]{12}$/);
    expect(others).toEqual([first, first]);
    expect(secretsOf(cluster)).toEqual(['demo-credentials']);
  });

  it('are those that were there before the platform was seen, when there are any', async () => {
    const cluster = new FakeCluster();
    cluster.secrets.add('demo-credentials');
    expect(only(await converge(cluster), 'create')).toEqual([]);
    expect(conditionOf(cluster, 'Ready')).toMatchObject({ status: 'True' });
  });

  it('keep the revision that an earlier operator gave them: an upgrade rolls no pod', async () => {
    const cluster = new FakeCluster();
    const template = { metadata: { annotations: { [CREDENTIALS_REVISION]: '0123456789abcdef' } } };
    const metadata = { name: 'demo-postgres', ownerReferences: [{ uid: 'uid-1' }] };
    cluster.secrets.add('demo-credentials');
    cluster.put({ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata, spec: { template } });
    await converge(cluster);
    expect(new Set(revisions(cluster))).toEqual(new Set(['0123456789abcdef']));
    expect(secretsOf(cluster)).toEqual(['demo-credentials']);
  });

  it('keep their revision while a workload is being made anew', async () => {
    const { cluster, run } = await running();
    const [before] = revisions(cluster);
    cluster.objects.delete('StatefulSet/demo-postgres');
    await converge(cluster, run);
    expect(new Set(revisions(cluster))).toEqual(new Set([before]));
  });

  it('are not asked for while every pod starts', async () => {
    const { cluster, run } = await running();
    cluster.secrets.clear();
    expect((await run()).writes).toEqual([]);
  });

  it('are asked for when a pod has waited for its containers, and are left alone when they are there', async () => {
    const { cluster, run } = await running();
    const [, ...others] = cluster.pods;
    const [waiting] = cluster.pods.map((pod): Live => ({
      ...pod,
      status: { ...pod.status, containers: [{ name: 'api', waiting: { reason: 'ContainerCreating' } }] },
    }));
    cluster.pods = [...others, ...(waiting === undefined ? [] : [waiting])];
    const { writes, outcome } = await run();
    expect(writes).toEqual(['ask for Secret demo-credentials']);
    expect(outcome).toEqual({ is: 'requeueAfter', ms: 60_000 });
  });

  it('are made anew when they are lost, after their new revision is on record', async () => {
    const { cluster, run } = await running();
    const [before] = revisions(cluster);
    lose(cluster);
    const { writes } = await run();
    const [after] = revisions(cluster);
    expect(after).not.toBe(before);
    expect(new Set(revisions(cluster)).size).toBe(1);
    const made = `create Secret demo-credentials-${after ?? ''}`;
    expect(writes.indexOf(made)).toBeGreaterThan(
      Math.max(...writes.map((write, n) => (write.startsWith('apply ') ? n : -1))),
    );
    expect(only(writes, 'create')).toHaveLength(1);
    expect(secretsOf(cluster)).toEqual([`demo-credentials-${after ?? ''}`]);
  });

  it('come to rest after that, and are found lost a second time under their new name', async () => {
    const { cluster, run } = await running();
    lose(cluster);
    await converge(cluster, run);
    const [second] = revisions(cluster);
    expect((await run()).writes).toEqual([]);
    lose(cluster);
    await converge(cluster, run);
    const [third] = revisions(cluster);
    expect(third).not.toBe(second);
    expect([...cluster.secrets]).toEqual([`demo-credentials-${third ?? ''}`]);
    expect((await run()).writes).toEqual([]);
  });

  it('are not made anew while the platform is paused', async () => {
    const { cluster, run } = await running();
    cluster.edit({ paused: true });
    lose(cluster);
    const { writes } = await run();
    expect(only(writes, 'create')).toEqual([]);
    expect(only(writes, 'apply')).toEqual([]);
  });
});

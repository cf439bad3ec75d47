/** The finalizer keeps a platform that is deleted with its data until the data is gone, and no other. */
import { describe, expect, it } from 'vitest';
import { DATA_FINALIZER } from './names.ts';
import { FakeCluster } from './testing/fake-cluster.ts';
import { converge, reconciling } from './testing/reconciling.ts';

const ARCHIVES = 'PersistentVolumeClaim/demo-backup';
const DATA = 'PersistentVolumeClaim/data-demo-postgres-0';

async function running(spec: object) {
  const cluster = new FakeCluster(spec);
  const run = reconciling(cluster);
  await converge(cluster, run);
  return { cluster, run };
}

describe('the finalizer', () => {
  it('is set before anything is made that it must undo', async () => {
    const cluster = new FakeCluster({ deletionPolicy: 'Delete' });
    expect((await reconciling(cluster)()).writes[0]).toBe('finalizer set');
    expect(cluster.object?.metadata.finalizers).toEqual([DATA_FINALIZER]);
  });

  it('is set once, and survives what is written afterwards', async () => {
    const { cluster, run } = await running({ deletionPolicy: 'Delete' });
    expect((await run()).writes).toEqual([]);
    expect(cluster.object?.metadata.finalizers).toEqual([DATA_FINALIZER]);
  });

  it('is not there when the volumes are retained: nothing holds the platform up', async () => {
    const { cluster } = await running({});
    expect(cluster.object?.metadata.finalizers ?? []).toEqual([]);
    cluster.delete();
    expect(cluster.object).toBeUndefined();
  });

  it('is set and taken off as the policy is changed', async () => {
    const { cluster, run } = await running({});
    cluster.edit({ deletionPolicy: 'Delete' });
    expect((await run()).writes[0]).toBe('finalizer set');
    cluster.edit({ deletionPolicy: 'Retain' });
    const { writes } = await run();
    expect(writes).toContain('finalizer off');
    expect(cluster.object?.metadata.finalizers).toEqual([]);
  });

  it('is taken off only after the volumes have no owner any more: else garbage collection could still delete them', async () => {
    const { cluster, run } = await running({ deletionPolicy: 'Delete' });
    cluster.edit({ deletionPolicy: 'Retain' });
    const { writes } = await run();
    expect(writes.indexOf('finalizer off')).toBeGreaterThan(writes.indexOf('apply PersistentVolumeClaim demo-backup'));
    expect(writes.indexOf('finalizer off')).toBeGreaterThan(writes.indexOf('apply StatefulSet demo-postgres'));
  });
});

describe('a finalizer that is not needed any more', () => {
  it.each([
    ['its spec is one that is refused', { api: { replicas: { min: 50, max: 100 } } }],
    ['it is paused', { paused: true }],
  ])('stays while the volumes still belong to the platform, since %s', async (_what, more) => {
    const { cluster, run } = await running({ deletionPolicy: 'Delete' });
    cluster.edit({ deletionPolicy: 'Retain', ...more });
    expect((await run()).writes).not.toContain('finalizer off');
    expect(cluster.object?.metadata.finalizers).toEqual([DATA_FINALIZER]);
  });

  it.each([
    ['its spec is one that is refused', { api: { replicas: { min: 50, max: 100 } } }],
    ['it is paused', { paused: true }],
  ])('does not let a platform go with volumes that garbage collection would delete, though %s', async (_what, more) => {
    const { cluster, run } = await running({ deletionPolicy: 'Delete' });
    cluster.edit({ deletionPolicy: 'Retain', ...more });
    cluster.delete();
    for (let round = 0; round < 3; round += 1) await run();
    expect([...cluster.objects.keys()]).toEqual(expect.arrayContaining([DATA, ARCHIVES]));
    const owned = cluster.manifests.get(ARCHIVES)?.metadata.ownerReferences !== undefined;
    expect(owned && cluster.object === undefined).toBe(false);
  });

  it('stays until the StatefulSet has let go of its volume, which takes its controller a moment', async () => {
    const { cluster, run } = await running({ deletionPolicy: 'Delete' });
    const claim = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      spec: { resources: { requests: { storage: '10Gi' } } },
    };
    const metadata = { name: 'data-demo-postgres-0' };
    cluster.put({ ...claim, metadata: { ...metadata, ownerReferences: [{ kind: 'StatefulSet', uid: 'uid-s' }] } });
    cluster.edit({ deletionPolicy: 'Retain' });
    expect((await run()).writes).not.toContain('finalizer off');
    cluster.put({ ...claim, metadata });
    expect((await run()).writes).toContain('finalizer off');
  });

  it('stays when the volumes cannot be taken from the platform, and is tried again', async () => {
    const { cluster, run } = await running({ deletionPolicy: 'Delete' });
    cluster.edit({ deletionPolicy: 'Retain' });
    cluster.delete();
    cluster.faultOf = (write) =>
      write === 'apply PersistentVolumeClaim demo-backup' ? new Error('refused') : undefined;
    expect((await run()).outcome).toMatchObject({ is: 'retry' });
    expect(cluster.object?.metadata.finalizers).toEqual([DATA_FINALIZER]);
    cluster.faultOf = () => undefined;
    await run();
    expect(cluster.object).toBeUndefined();
  });
});

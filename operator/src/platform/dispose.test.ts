/** A platform that is deleted: what it takes with it, in which order, and when it may go. */
import { describe, expect, it } from 'vitest';
import { DATA_FINALIZER } from './names.ts';
import { FakeCluster } from './testing/fake-cluster.ts';
import { conditionOf, converge, only, reconciling } from './testing/reconciling.ts';

const ARCHIVES = 'PersistentVolumeClaim/demo-backup';
const DATA = 'PersistentVolumeClaim/data-demo-postgres-0';

async function running(spec: object) {
  const cluster = new FakeCluster(spec);
  const run = reconciling(cluster);
  await converge(cluster, run);
  cluster.events.length = 0;
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

describe('a platform that is deleted with its data', () => {
  it('goes only after its volumes: those that use them are deleted first, and nothing twice', async () => {
    const { cluster, run } = await running({ deletionPolicy: 'Delete' });
    for (const id of [ARCHIVES, DATA]) cluster.lingering.add(id);
    cluster.delete();
    const { writes, outcome } = await run();
    const removed = only(writes, 'remove');
    expect(removed.slice(-2).sort()).toEqual([DATA, ARCHIVES].map((id) => id.replace('/', ' ')).sort());
    expect(removed.slice(0, -2).sort()).toEqual([
      'CronJob demo-backup',
      'Deployment demo-api',
      'Deployment demo-cache',
      expect.stringMatching(/^Job demo-migrate-0-1-0-/),
      'StatefulSet demo-postgres',
    ]);
    expect(outcome).toEqual({ is: 'done' });
    expect(conditionOf(cluster, 'Ready')).toMatchObject({
      status: 'False',
      reason: 'Deleting',
      message: expect.stringContaining('demo-backup') as string,
    });
    expect(writes).not.toContain('finalizer off');
    expect((await run()).writes).toEqual([]);
  });

  it('goes, with a word about it, once no volume is left', async () => {
    const { cluster, run } = await running({ deletionPolicy: 'Delete' });
    for (const id of [ARCHIVES, DATA]) cluster.lingering.add(id);
    cluster.delete();
    await run();
    cluster.objects.delete(DATA);
    expect((await run()).writes).toEqual(['report']);
    cluster.objects.delete(ARCHIVES);
    expect(await run()).toEqual({ writes: ['finalizer off'], outcome: { is: 'done' } });
    expect(cluster.object).toBeUndefined();
    expect(cluster.events.at(-1)).toEqual({
      type: 'Normal',
      reason: 'DataDeleted',
      message: 'all volumes of the platform are deleted',
    });
    expect((await run()).writes).toEqual([]);
  });

  it('needs nothing that is gone already', async () => {
    const { cluster, run } = await running({ deletionPolicy: 'Delete' });
    cluster.objects.clear();
    cluster.secrets.clear();
    cluster.delete();
    expect((await run()).writes).toEqual(['finalizer off']);
  });

  it('makes nothing any more', async () => {
    const { cluster, run } = await running({ deletionPolicy: 'Delete' });
    cluster.lingering.add(DATA);
    cluster.delete();
    await run();
    cluster.objects.delete('Service/demo-api');
    expect(only((await run()).writes, 'apply')).toEqual([]);
  });

  it('keeps its finalizer when a volume cannot be deleted', async () => {
    const { cluster, run } = await running({ deletionPolicy: 'Delete' });
    cluster.delete();
    cluster.faultOf = (write) =>
      write === 'remove PersistentVolumeClaim demo-backup' ? new Error('refused') : undefined;
    await expect(run()).rejects.toThrow('refused');
    expect(cluster.object?.metadata.finalizers).toEqual([DATA_FINALIZER]);
  });

  it('goes even when its spec is one that is refused', async () => {
    const { cluster, run } = await running({ deletionPolicy: 'Delete' });
    cluster.edit({ api: { replicas: { min: 50, max: 100 } } });
    cluster.delete();
    await run();
    await run();
    expect(cluster.object).toBeUndefined();
  });
});

describe('a platform that is deleted without its data', () => {
  it('keeps its volumes when the policy was changed to Retain just before', async () => {
    const { cluster, run } = await running({ deletionPolicy: 'Delete' });
    cluster.edit({ deletionPolicy: 'Retain' });
    cluster.delete();
    for (let round = 0; round < 3; round += 1) await run();
    expect([...cluster.objects.keys()]).toEqual(expect.arrayContaining([DATA, ARCHIVES]));
    // Nor may garbage collection take them, once the platform is gone.
    expect(cluster.manifests.get(ARCHIVES)?.metadata.ownerReferences).toBeUndefined();
    expect(cluster.manifests.get('StatefulSet/demo-postgres')?.spec).toMatchObject({
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain' },
    });
    expect(cluster.object).toBeUndefined();
  });

  it('costs nothing when others hold it back', async () => {
    const { cluster, run } = await running({});
    const { object } = cluster;
    if (object === undefined) throw new Error('it is gone');
    const metadata = { ...object.metadata, finalizers: ['others/x'], deletionTimestamp: '2026-11-24T12:00:00Z' };
    cluster.object = { ...object, metadata };
    expect(await run()).toEqual({ writes: [], outcome: { is: 'done' } });
  });
});

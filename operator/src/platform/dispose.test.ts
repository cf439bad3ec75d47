/** A platform that is deleted: what it takes with it, in which order, and when it may go. */
import { describe, expect, it } from 'vitest';
import { Applier } from './apply.ts';
import { Floors } from './floors.ts';
import { DATA_FINALIZER } from './names.ts';
import { FakeCluster } from './testing/fake-cluster.ts';
import { platformWith, UID } from './testing/platforms.ts';
import { conditionOf, converge, NOW_MS, only, reconciling } from './testing/reconciling.ts';

const ARCHIVES = 'PersistentVolumeClaim/demo-backup';
const DATA = 'PersistentVolumeClaim/data-demo-postgres-0';

async function running(spec: object) {
  const cluster = new FakeCluster(spec);
  const run = reconciling(cluster);
  await converge(cluster, run);
  cluster.events.length = 0;
  return { cluster, run };
}

describe('a platform that is deleted with its data', () => {
  it('goes only after its volumes: those that use them are deleted first, and nothing twice', async () => {
    const { cluster, run } = await running({ deletionPolicy: 'Delete' });
    for (const id of [ARCHIVES, DATA]) cluster.lingering.add(id);
    cluster.delete();
    expect(only((await run()).writes, 'remove').sort()).toEqual([
      'CronJob demo-backup',
      'Deployment demo-api',
      'Deployment demo-cache',
      expect.stringMatching(/^Job demo-migrate-0-1-0-/),
      'StatefulSet demo-postgres',
    ]);
    const { writes, outcome } = await run();
    expect(only(writes, 'remove').sort()).toEqual([DATA, ARCHIVES].map((id) => id.replace('/', ' ')).sort());
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
    await run();
    await expect(run()).rejects.toThrow('refused');
    expect(cluster.object?.metadata.finalizers).toEqual([DATA_FINALIZER]);
  });

  it('goes even when its spec is one that is refused', async () => {
    const { cluster, run } = await running({ deletionPolicy: 'Delete' });
    cluster.edit({ api: { replicas: { min: 50, max: 100 } } });
    cluster.delete();
    for (let round = 0; round < 3; round += 1) await run();
    expect(cluster.object).toBeUndefined();
  });
});

/** Tells which platforms it was made to forget. */
class ForgettingApplier extends Applier {
  readonly forgotten: string[] = [];

  override forget(uid: string): void {
    this.forgotten.push(uid);
    super.forget(uid);
  }
}

describe('a platform that is gone', () => {
  it.each(['Retain', 'Delete'])('is remembered no longer, with deletionPolicy %s', async (deletionPolicy) => {
    const cluster = new FakeCluster({ deletionPolicy });
    const memory = { applier: new ForgettingApplier(cluster), floors: new Floors() };
    const run = reconciling(cluster, () => NOW_MS, memory);
    await converge(cluster, run);
    expect(memory.applier.forgotten).toEqual([]);
    cluster.delete();
    for (let round = 0; round < 3; round += 1) await run();
    expect(cluster.object).toBeUndefined();
    expect(memory.applier.forgotten).toContain(UID);
  });

  it('leaves nothing to the one that is made anew under its name', async () => {
    const cluster = new FakeCluster();
    const run = reconciling(cluster);
    await converge(cluster, run);
    cluster.delete();
    cluster.objects.clear();
    cluster.object = platformWith({}, { uid: 'uid-2' });
    const writes = await converge(cluster, run);
    expect(only(writes, 'apply')).toContain('StatefulSet demo-postgres');
    expect(cluster.manifests.get('Service/demo-api')?.metadata.ownerReferences).toMatchObject([{ uid: 'uid-2' }]);
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

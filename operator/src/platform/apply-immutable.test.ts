/** Fields that cannot change: an object is made anew where nothing is lost by it, and else the user is told. */
import { describe, expect, it } from 'vitest';
import { RefusedError } from './cluster.ts';
import { FakeCluster } from './testing/fake-cluster.ts';
import { conditionOf, converge, only, reconciling } from './testing/reconciling.ts';

const CLAIM = 'PersistentVolumeClaim data-demo-postgres-0';
const MORE_STORAGE = { database: { embedded: { storage: '20Gi' } } };

async function running() {
  const cluster = new FakeCluster();
  const run = reconciling(cluster);
  await converge(cluster, run);
  return { cluster, run };
}

/** Refuses to change an object, as long as it is there, because a field of it cannot change. */
const immutable =
  (cluster: FakeCluster, object: string) =>
  (write: string): Error | undefined =>
    (write === `rehearse ${object}` || write === `apply ${object}`) && cluster.objects.has(object.replace(' ', '/'))
      ? new RefusedError('field is immutable', { immutable: true })
      : undefined;

describe('a volume that grows', () => {
  it('grows before the StatefulSet is made anew, which keeps its pods', async () => {
    const { cluster, run } = await running();
    cluster.faultOf = immutable(cluster, 'StatefulSet demo-postgres');
    cluster.edit(MORE_STORAGE);
    const { writes, outcome } = await run();
    expect(writes).toEqual([
      `rehearse ${CLAIM}`,
      'rehearse anew StatefulSet demo-postgres',
      `apply ${CLAIM}`,
      'remove StatefulSet demo-postgres, not its pods',
      'report',
    ]);
    expect(outcome).toEqual({ is: 'done' });
    expect(cluster.objects.get(CLAIM.replace(' ', '/'))?.storage).toBe('20Gi');
    const after = await converge(cluster, run);
    expect(only(after, 'apply')).toEqual(['StatefulSet demo-postgres']);
    expect(conditionOf(cluster, 'Ready')).toMatchObject({ status: 'True' });
  });

  it('is asked for in the words of the claim alone: neither its class nor its owner is touched', async () => {
    const { cluster, run } = await running();
    cluster.edit(MORE_STORAGE);
    await run();
    const claim = cluster.manifests.get(CLAIM.replace(' ', '/'));
    expect(claim?.spec).toEqual({ resources: { requests: { storage: '20Gi' } } });
    expect(claim?.metadata.ownerReferences).toBeUndefined();
  });

  it('is not written while it is as large as it should be, however that is written', async () => {
    const { cluster, run } = await running();
    cluster.edit({ database: { embedded: { storage: '10240Mi' } } });
    expect(only((await run()).writes, 'apply')).toEqual([]);
  });

  it('leaves everything as it is when its class does not allow it', async () => {
    const { cluster, run } = await running();
    cluster.edit(MORE_STORAGE);
    cluster.faultOf = (write) =>
      write === `rehearse ${CLAIM}` ? new RefusedError('only dynamically provisioned pvc can be resized') : undefined;
    expect(only((await run()).writes, 'apply')).toEqual([]);
    expect(conditionOf(cluster, 'Ready')?.message).toContain('only dynamically provisioned pvc can be resized');
  });

  it('is not made anew when its claim refuses a change: data could be lost', async () => {
    const { cluster, run } = await running();
    cluster.faultOf = immutable(cluster, CLAIM);
    cluster.edit(MORE_STORAGE);
    const { writes } = await run();
    expect(writes).toEqual(['rehearse StatefulSet demo-postgres', 'report']);
    expect(conditionOf(cluster, 'Ready')).toMatchObject({ reason: 'ChildRefused' });
  });

  it('does not shrink: the user is told, and nothing is changed', async () => {
    const { cluster, run } = await running();
    cluster.edit({ database: { embedded: { storage: '1Gi' } } });
    expect((await run()).writes).toEqual(['report']);
    expect(conditionOf(cluster, 'Ready')).toMatchObject({
      reason: 'VolumeCannotShrink',
      message: expect.stringContaining('spec.database.embedded.storage: the volume has 10Gi') as string,
    });
  });
});

describe('an object with a field that cannot change', () => {
  const drift = (cluster: FakeCluster, id: string): void => {
    const object = cluster.objects.get(id);
    if (object !== undefined) cluster.objects.set(id, { ...object, owned: 'something else' });
  };

  it('is rehearsed under another name, removed, and made as soon as it is gone', async () => {
    const { cluster, run } = await running();
    drift(cluster, 'Deployment/demo-cache');
    cluster.faultOf = immutable(cluster, 'Deployment demo-cache');
    expect((await run()).writes).toEqual([
      'rehearse anew Deployment demo-cache',
      'remove Deployment demo-cache',
      'report',
    ]);
    expect(only((await run()).writes, 'apply')).toEqual(['Deployment demo-cache']);
  });

  it('is left while it is going, and is not removed twice', async () => {
    const { cluster, run } = await running();
    cluster.lingering.add('StatefulSet/demo-postgres');
    drift(cluster, 'StatefulSet/demo-postgres');
    cluster.faultOf = immutable(cluster, 'StatefulSet demo-postgres');
    expect(only((await run()).writes, 'remove')).toEqual(['StatefulSet demo-postgres, not its pods']);
    expect(conditionOf(cluster, 'Ready')).toMatchObject({ status: 'False', reason: 'Recreating' });
    expect((await run()).writes).toEqual([]);
  });

  it('stays when it could not be made anew', async () => {
    const { cluster, run } = await running();
    drift(cluster, 'Deployment/demo-cache');
    const refused = immutable(cluster, 'Deployment demo-cache');
    cluster.faultOf = (write) =>
      write === 'rehearse anew Deployment demo-cache' ? new RefusedError('exceeded quota') : refused(write);
    expect((await run()).writes).toEqual(['report']);
    expect(conditionOf(cluster, 'Ready')?.message).toBe('Deployment demo-cache: exceeded quota');
  });

  it('stays when it is refused for another reason', async () => {
    const { cluster, run } = await running();
    drift(cluster, 'Deployment/demo-cache');
    cluster.faultOf = (write) =>
      write === 'rehearse Deployment demo-cache' ? new RefusedError('denied by policy') : undefined;
    expect((await run()).writes).toEqual(['report']);
  });
});

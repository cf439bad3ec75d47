/** How changes are made to what exists: asked for first, made whole or not at all, and not made again. */
import { describe, expect, it } from 'vitest';
import { RefusedError } from './cluster.ts';
import { FakeCluster } from './testing/fake-cluster.ts';
import { conditionOf, converge, only, reconciling } from './testing/reconciling.ts';

const MORE_CACHE = { cache: { embedded: { maxMemory: '128Mi' } } };
const FIVE_MINUTES = { is: 'requeueAfter', ms: 300_000 };

/** A platform that runs. */
async function running(spec: object = {}) {
  const cluster = new FakeCluster(spec);
  const run = reconciling(cluster);
  await converge(cluster, run);
  cluster.events.length = 0;
  return { cluster, run };
}

/** Refuses or fails what is told of by name. */
const failing =
  (error: Error, ...told: string[]) =>
  (write: string): Error | undefined =>
    told.includes(write) ? error : undefined;

describe('a change of what exists', () => {
  it('is asked for as a dry run before any of it is made', async () => {
    const { cluster, run } = await running();
    cluster.edit(MORE_CACHE);
    const { writes } = await run();
    expect(writes).toEqual([
      'rehearse ConfigMap demo-cache',
      'rehearse Deployment demo-cache',
      'apply ConfigMap demo-cache',
      'apply Deployment demo-cache',
      'report',
    ]);
    expect((await run()).writes).toEqual([]);
  });

  it('is not made at all when one part of it is refused; the status says which, and it is asked again', async () => {
    const { cluster, run } = await running();
    cluster.edit(MORE_CACHE);
    cluster.faultOf = failing(new RefusedError('exceeded quota'), 'rehearse Deployment demo-cache');
    const { writes, outcome } = await run();
    expect(only(writes, 'apply')).toEqual([]);
    expect(outcome).toEqual(FIVE_MINUTES);
    expect(conditionOf(cluster, 'Ready')).toMatchObject({
      status: 'False',
      reason: 'ChildRefused',
      message: 'Deployment demo-cache: exceeded quota',
    });
    expect(conditionOf(cluster, 'Degraded')).toMatchObject({ status: 'True', reason: 'ChildRefused' });
    expect(cluster.events).toContainEqual({ type: 'Warning', reason: 'ChildRefused', message: 'exceeded quota' });
    expect(only((await run()).writes, 'report')).toEqual([]);
    cluster.faultOf = () => undefined;
    expect(only((await run()).writes, 'apply')).toEqual(['ConfigMap demo-cache', 'Deployment demo-cache']);
    expect(conditionOf(cluster, 'Ready')).toMatchObject({ status: 'True' });
  });

  it('says which object of a new platform is refused, makes the others that start no pod, and asks again', async () => {
    const cluster = new FakeCluster();
    cluster.faultOf = failing(new RefusedError('denied by policy'), 'apply NetworkPolicy demo-postgres');
    const { writes, outcome } = await reconciling(cluster)();
    expect(writes).toContain('apply ConfigMap demo-postgres');
    expect(writes).not.toContain('apply StatefulSet demo-postgres');
    expect(outcome).toEqual(FIVE_MINUTES);
    expect(conditionOf(cluster, 'Ready')?.message).toBe('NetworkPolicy demo-postgres: denied by policy');
  });

  it('goes on beside a part that fails; the status says what failed, and it is tried again', async () => {
    const { cluster, run } = await running();
    const fault = new Error('connection refused');
    cluster.edit({ ...MORE_CACHE, backup: { schedule: '0 1 * * *' } });
    cluster.faultOf = failing(fault, 'apply Deployment demo-cache');
    const { writes, outcome } = await run();
    expect(only(writes, 'apply')).toEqual(['ConfigMap demo-cache', 'CronJob demo-backup']);
    expect(outcome).toEqual({ is: 'retry', error: fault });
    expect(conditionOf(cluster, 'Ready')).toMatchObject({
      reason: 'ApplyFailed',
      message: 'connection refused; it is tried again',
    });
    cluster.faultOf = () => undefined;
    expect(only((await run()).writes, 'apply')).toEqual(['Deployment demo-cache']);
  });

  it('does not begin when it cannot be asked for', async () => {
    const { cluster, run } = await running();
    const fault = new Error('connection refused');
    cluster.edit(MORE_CACHE);
    cluster.faultOf = failing(fault, 'rehearse ConfigMap demo-cache');
    const { writes, outcome } = await run();
    expect(only(writes, 'apply')).toEqual([]);
    expect(outcome).toEqual({ is: 'retry', error: fault });
  });

  it('is tried again although the status, too, is refused', async () => {
    const { cluster, run } = await running();
    const fault = new Error('connection refused');
    cluster.edit(MORE_CACHE);
    cluster.faultOf = (write) =>
      write === 'report' ? new RefusedError('status is too long') : failing(fault, 'apply ConfigMap demo-cache')(write);
    expect((await run()).outcome).toMatchObject({ is: 'retry' });
  });
});

describe('an object that the API server holds in a way of its own', () => {
  it('is not applied again and again, though what is owned never equals what is desired', async () => {
    const cluster = new FakeCluster();
    cluster.heldOtherwise.add('StatefulSet/demo-postgres');
    const run = reconciling(cluster);
    const writes = await converge(cluster, run);
    expect(only(writes, 'apply').filter((object) => object === 'StatefulSet demo-postgres')).toHaveLength(1);
    const restarted = reconciling(cluster);
    expect(only((await restarted()).writes, 'apply')).toEqual(['StatefulSet demo-postgres']);
    expect((await restarted()).writes).toEqual([]);
  });

  it('is put right all the same when it is changed', async () => {
    const cluster = new FakeCluster();
    cluster.heldOtherwise.add('Service/demo-api');
    const run = reconciling(cluster);
    await converge(cluster, run);
    const service = cluster.objects.get('Service/demo-api');
    if (service !== undefined) cluster.objects.set('Service/demo-api', { ...service, owned: 'less than before' });
    expect(only((await run()).writes, 'apply')).toEqual(['Service demo-api']);
  });
});

describe('a field that another manager declares', () => {
  const declared = [{ field: '.spec.type', manager: 'argocd' }];

  async function yielding() {
    const cluster = new FakeCluster();
    cluster.declared.set('Service/demo-api', declared);
    const run = reconciling(cluster);
    const writes = await converge(cluster, run);
    return { cluster, run, writes };
  }

  it('is left to it, told of once, and not written again', async () => {
    const { cluster, run, writes } = await yielding();
    expect(only(writes, 'apply').filter((object) => object === 'Service demo-api')).toHaveLength(1);
    expect(conditionOf(cluster, 'Degraded')).toMatchObject({
      status: 'True',
      reason: 'FieldConflict',
      message: expect.stringContaining('Service demo-api: .spec.type is declared by "argocd"') as string,
    });
    expect(cluster.events.filter(({ reason }) => reason === 'FieldConflict')).toMatchObject([{ type: 'Warning' }]);
    expect((await run()).writes).toEqual([]);
  });

  it('does not keep the platform from being ready', async () => {
    const { cluster } = await yielding();
    expect(conditionOf(cluster, 'Ready')).toMatchObject({ status: 'True' });
  });

  it('is told of also after a restart', async () => {
    const { cluster } = await yielding();
    const { writes } = await reconciling(cluster)();
    expect(writes).not.toContain('report');
    expect(conditionOf(cluster, 'Degraded')).toMatchObject({ reason: 'FieldConflict' });
  });

  it('is set as soon as the other gives it up, which is what the status tells people to do', async () => {
    const { cluster, run } = await yielding();
    cluster.declared.clear();
    const service = cluster.objects.get('Service/demo-api');
    if (service === undefined) throw new Error('there is none');
    // Nobody owns the field now: the API server has dropped it, and the object has a new version.
    const metadata = { ...service.metadata, resourceVersion: '999', generation: 2 };
    cluster.objects.set('Service/demo-api', { ...service, metadata });
    expect(only((await run()).writes, 'apply')).toEqual(['Service demo-api']);
    expect(conditionOf(cluster, 'Degraded')).toMatchObject({ status: 'False' });
  });
});

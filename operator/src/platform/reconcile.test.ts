/** A reconcile against ports that remember: what is written, in which order, and what is not. */
import { describe, expect, it } from 'vitest';
import { RefusedError } from './cluster.ts';
import { kindOf } from './kinds.ts';
import { INSTANCE_LABEL } from './names.ts';
import { FakeCluster } from './testing/fake-cluster.ts';
import { conditionOf, converge, NOW_MS, only, reconciling } from './testing/reconciling.ts';

const READY = { observedGeneration: 1, replicas: 1, readyReplicas: 1, updatedReplicas: 1 };

const migrationJob = (cluster: FakeCluster): string =>
  [...cluster.objects.keys()].find((id) => id.startsWith('Job/demo-migrate-0-1-0-')) ?? '';

describe('a reconcile', () => {
  it('makes the credentials first, then everything else, and waits for the migration with the API', async () => {
    const cluster = new FakeCluster();
    const run = reconciling(cluster);
    const { writes } = await run();
    expect(writes.at(0)).toBe('create Secret demo-credentials');
    expect(writes.at(-1)).toBe('report');
    expect(writes).toContain('apply StatefulSet demo-postgres');
    expect(migrationJob(cluster)).not.toBe('');
    expect(writes).not.toContain('apply Deployment demo-api');
    expect(conditionOf(cluster, 'Ready')).toMatchObject({ status: 'False', reason: 'WaitingForDatabase' });

    cluster.settle('StatefulSet/demo-postgres', READY);
    cluster.settle('Deployment/demo-cache', READY);
    expect((await run()).writes).toEqual(['report']);
    expect(conditionOf(cluster, 'Ready')).toMatchObject({ reason: 'Migrating' });
    cluster.settle(migrationJob(cluster), { conditions: [{ type: 'Complete', status: 'True' }] });
    expect((await run()).writes).toContain('apply Deployment demo-api');
    cluster.settle('Deployment/demo-api', { observedGeneration: 1, replicas: 3, readyReplicas: 3, updatedReplicas: 3 });
    expect((await run()).writes).toEqual(['report']);
    expect(conditionOf(cluster, 'Ready')).toMatchObject({ status: 'True', reason: 'Serving' });
    expect(cluster.events.map(({ reason }) => reason)).toEqual([
      'WaitingForDatabase',
      'Migrating',
      'WaitingForApi',
      'Serving',
    ]);
  });

  it('rehearses nothing when everything is new: what is only made can harm nothing', async () => {
    const { writes } = await reconciling(new FakeCluster())();
    expect(only(writes, 'rehearse')).toEqual([]);
    expect(new Set(writes).size).toBe(writes.length);
  });

  it('lets no pod start before all else is there', async () => {
    const cluster = new FakeCluster();
    const { writes } = await reconciling(cluster)();
    const runsPods = only(writes, 'apply').map((object) => {
      const manifest = cluster.manifests.get(object.replace(' ', '/'));
      return manifest !== undefined && kindOf(manifest).runsPods === true;
    });
    expect(runsPods.filter(Boolean).length).toBeGreaterThan(2);
    expect(runsPods.lastIndexOf(false)).toBeLessThan(runsPods.indexOf(true));
  });

  it('sets all conditions on first sight, for this generation, in one write with the status', async () => {
    const cluster = new FakeCluster({}, { generation: 7 });
    const { writes } = await reconciling(cluster)();
    expect(writes.filter((write) => write === 'report')).toHaveLength(1);
    const { conditions, observedGeneration } = cluster.object?.status ?? {};
    expect(observedGeneration).toBe(7);
    expect(conditions?.map(({ type }) => type).sort()).toEqual([
      'Available',
      'BackupCurrent',
      'DatabaseMigrated',
      'Degraded',
      'Progressing',
      'Ready',
      'ScalesOnRequests',
      'ScheduleActive',
    ]);
    for (const condition of conditions ?? [])
      expect(condition).toMatchObject({ observedGeneration: 7, lastTransitionTime: '2026-11-24T12:00:00Z' });
  });

  it('writes nothing and asks for nothing once everything is as it should be, not even after a restart', async () => {
    const cluster = new FakeCluster();
    const run = reconciling(cluster);
    await converge(cluster, run);
    expect(conditionOf(cluster, 'Ready')).toMatchObject({ status: 'True' });
    expect(await run()).toEqual({ writes: [], outcome: { is: 'done' } });
    expect(await reconciling(cluster)()).toEqual({ writes: [], outcome: { is: 'done' } });
  });

  it('writes the status when it changes, and with it the generation that it speaks of', async () => {
    const cluster = new FakeCluster();
    const run = reconciling(cluster);
    await converge(cluster, run);
    cluster.edit({});
    expect((await run()).writes).toEqual(['report']);
    expect(cluster.object?.status?.observedGeneration).toBe(2);
    expect(conditionOf(cluster, 'Ready')).toMatchObject({ observedGeneration: 2 });
  });

  it('is behind for a moment in words and numbers alone, and says in time what they have come to', async () => {
    const cluster = new FakeCluster({ api: { replicas: { min: 9 } } });
    let nowMs = NOW_MS;
    const run = reconciling(cluster, () => nowMs);
    await converge(cluster, run);
    const replicas = (readyReplicas: number) => ({
      observedGeneration: 1,
      replicas: 9,
      readyReplicas,
      updatedReplicas: 9,
    });
    nowMs += 60_000;
    cluster.settle('Deployment/demo-api', replicas(4));
    expect((await run()).writes).toEqual(['report']);
    expect(conditionOf(cluster, 'Ready')).toMatchObject({
      reason: 'WaitingForApi',
      message: '4 of 9 API pods are ready',
    });
    nowMs += 2_000;
    cluster.settle('Deployment/demo-api', replicas(5));
    expect(await run()).toEqual({ writes: [], outcome: { is: 'requeueAfter', ms: 3_000 } });
    nowMs += 3_000;
    expect((await run()).writes).toEqual(['report']);
    expect(conditionOf(cluster, 'Ready')).toMatchObject({ message: '5 of 9 API pods are ready' });
    // That it is ready is more than words.
    cluster.settle('Deployment/demo-api', replicas(9));
    expect((await run()).writes).toEqual(['report']);
    expect(conditionOf(cluster, 'Ready')).toMatchObject({ status: 'True' });
  });

  it('keeps the time of a transition while a condition stays as it is', async () => {
    const cluster = new FakeCluster();
    let nowMs = Date.UTC(2026, 10, 24, 12);
    const run = reconciling(cluster, () => nowMs);
    await run();
    nowMs += 3_600_000;
    cluster.edit({});
    await run();
    expect(conditionOf(cluster, 'Ready')).toMatchObject({ lastTransitionTime: '2026-11-24T12:00:00Z' });
    await converge(cluster, run);
    expect(conditionOf(cluster, 'Ready')).toMatchObject({ lastTransitionTime: '2026-11-24T13:00:00Z' });
  });

  it('puts back what was changed or removed, and nothing else', async () => {
    const cluster = new FakeCluster();
    const run = reconciling(cluster);
    await converge(cluster, run);
    const service = cluster.objects.get('Service/demo-api');
    if (service !== undefined) cluster.objects.set('Service/demo-api', { ...service, owned: 'no longer all of it' });
    cluster.objects.delete('PodDisruptionBudget/demo-api');
    const { writes } = await run();
    expect(only(writes, 'apply').sort()).toEqual(['PodDisruptionBudget demo-api', 'Service demo-api']);
    expect(only(writes, 'rehearse').sort()).toEqual(['PodDisruptionBudget demo-api', 'Service demo-api']);
    expect(writes).toHaveLength(4);
  });

  it('waits for the word that an object is gone before it makes it again', async () => {
    const cluster = new FakeCluster();
    const run = reconciling(cluster);
    await converge(cluster, run);
    const service = cluster.objects.get('Service/demo-api');
    if (service === undefined) throw new Error('there is none');
    const metadata = { ...service.metadata, deletionTimestamp: '2026-11-24T12:00:00Z' };
    cluster.objects.set('Service/demo-api', { ...service, metadata });
    expect((await run()).writes).toEqual([]);
    cluster.objects.delete('Service/demo-api');
    expect((await run()).writes).toEqual(['apply Service demo-api']);
  });

  it('changes nothing when the spec is wrong in a way that only it can see', async () => {
    const cluster = new FakeCluster({ api: { replicas: { min: 50, max: 100 } } });
    expect((await reconciling(cluster)()).writes).toEqual(['report']);
    expect(conditionOf(cluster, 'Ready')).toMatchObject({ status: 'False', reason: 'ConnectionBudgetExceeded' });
    expect(conditionOf(cluster, 'DatabaseMigrated')).toMatchObject({ status: 'Unknown' });
  });

  it('keeps its hands off while it is paused, the finalizer too, and goes on afterwards', async () => {
    const cluster = new FakeCluster({ paused: true, deletionPolicy: 'Delete' });
    const run = reconciling(cluster);
    expect((await run()).writes).toEqual(['report']);
    expect((await run()).writes).toEqual([]);
    cluster.edit({ paused: false });
    expect((await run()).writes).toContain('apply StatefulSet demo-postgres');
  });

  it('leaves what it made as it is while it is paused, and says so', async () => {
    const cluster = new FakeCluster();
    const run = reconciling(cluster);
    await converge(cluster, run);
    cluster.objects.delete('Service/demo-api');
    cluster.edit({ paused: true, cache: { embedded: { maxMemory: '128Mi' } } });
    expect((await run()).writes).toEqual(['report']);
    expect(conditionOf(cluster, 'Ready')?.message).toContain('paused');
  });

  it('makes what monitors it only where the cluster knows the kinds, and when they come to be known', async () => {
    const cluster = new FakeCluster();
    cluster.hasMonitoring = false;
    const run = reconciling(cluster);
    await converge(cluster, run);
    expect([...cluster.objects.keys()].filter((id) => /^PodMonitor|^PrometheusRule/.test(id))).toEqual([]);
    cluster.hasMonitoring = true;
    expect(only((await run()).writes, 'apply').sort()).toEqual(['PodMonitor demo-api', 'PrometheusRule demo-rules']);
  });

  it('is tried again after minutes, not at once, when its status is refused', async () => {
    const cluster = new FakeCluster();
    const error = new RefusedError('status.conditions: too many');
    cluster.faultOf = (write) => (write === 'report' ? error : undefined);
    expect((await reconciling(cluster)()).outcome).toEqual({ is: 'terminal', error, againMs: 300_000 });
  });

  it('does nothing for a platform that is gone', async () => {
    const cluster = new FakeCluster();
    cluster.object = undefined;
    expect(await reconciling(cluster)()).toEqual({ writes: [], outcome: { is: 'done' } });
  });

  it('finds its objects by labels that no setting of a user can take from them', async () => {
    const cluster = new FakeCluster({
      observability: { ruleLabels: { [INSTANCE_LABEL]: 'mine', release: 'prometheus' } },
    });
    await reconciling(cluster)();
    for (const { metadata } of cluster.objects.values()) expect(metadata.labels?.[INSTANCE_LABEL]).toBe('demo');
  });
});

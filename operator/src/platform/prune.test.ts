/** What is removed: what the operator made and no longer wants, and nothing else. */
import { describe, expect, it } from 'vitest';
import { COMPONENT_LABEL, INSTANCE_LABEL, VERSION_LABEL } from './names.ts';
import { FakeCluster } from './testing/fake-cluster.ts';
import { conditionOf, converge, NOW_MS, only, reconciling, work } from './testing/reconciling.ts';

const OURS = [{ kind: 'HeroesPlatform', name: 'demo', uid: 'uid-1' }];

async function running(spec: object = {}) {
  const cluster = new FakeCluster(spec);
  const run = reconciling(cluster);
  await converge(cluster, run);
  return { cluster, run };
}

const migrationLabels = (version: string) => ({
  [INSTANCE_LABEL]: 'demo',
  [COMPONENT_LABEL]: 'migrate',
  [VERSION_LABEL]: version,
});

const job = (name: string, { version = '0.1.0', ownerReferences = OURS } = {}) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name, labels: migrationLabels(version), ownerReferences },
});

const failedAt = (lastTransitionTime: string) => ({
  conditions: [{ type: 'Failed', status: 'True', lastTransitionTime, message: 'BackoffLimitExceeded' }],
});

const jobs = (cluster: FakeCluster): string[] =>
  [...cluster.objects.values()].filter(({ kind }) => kind === 'Job').map(({ metadata }) => metadata.name);

describe('pruning', () => {
  it('removes what carries our owner reference and is no longer wanted', async () => {
    const { cluster, run } = await running();
    cluster.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'demo-old', ownerReferences: OURS } });
    expect((await run()).writes).toEqual(['remove ConfigMap demo-old']);
  });

  it.each([
    ['has no owner', 'ConfigMap', []],
    ['belongs to another platform of the same name', 'ConfigMap', [{ uid: 'uid-0' }]],
    ['holds data', 'PersistentVolumeClaim', OURS],
  ])('leaves what %s', async (_what, kind, ownerReferences) => {
    const { cluster, run } = await running();
    cluster.put({ apiVersion: 'v1', kind, metadata: { name: 'demo-other', ownerReferences } });
    expect((await run()).writes).toEqual([]);
  });

  it('leaves what is going already', async () => {
    const { cluster, run } = await running();
    const metadata = { name: 'demo-old', ownerReferences: OURS, deletionTimestamp: '2026-11-24T12:00:00Z' };
    cluster.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata });
    expect((await run()).writes).toEqual([]);
  });

  it('removes what monitors the platform when that is switched off', async () => {
    const { cluster, run } = await running();
    cluster.edit({ observability: { podMonitor: false } });
    expect(only((await run()).writes, 'remove').sort()).toEqual(['PodMonitor demo-api', 'PrometheusRule demo-rules']);
  });

  it('keeps the Job that brought the database to the version that is wanted, and makes it no more', async () => {
    const { cluster, run } = await running();
    expect(jobs(cluster)).toEqual([expect.stringMatching(/^demo-migrate-0-1-0-[0-9a-f]{8}$/)]);
    expect((await run()).writes).toEqual([]);
    cluster.objects.delete(`Job/${jobs(cluster)[0] ?? ''}`);
    expect((await run()).writes).toEqual([]);
  });

  it('removes it once another version is on record', async () => {
    const { cluster, run } = await running();
    const [before = ''] = jobs(cluster);
    cluster.edit({ release: { version: '0.2.0' } });
    const writes = await converge(cluster, run);
    expect(only(writes, 'remove')).toEqual([`Job ${before}`]);
    expect(jobs(cluster)).toEqual([expect.stringMatching(/^demo-migrate-0-2-0-/)]);
  });

  it('removes a Job of the same version that was made of other input, and makes the new one', async () => {
    const cluster = new FakeCluster();
    const run = reconciling(cluster);
    await run();
    const [before = ''] = jobs(cluster);
    cluster.edit({ release: { version: '0.1.0', images: { registry: 'mirror.example' } } });
    const { writes } = await run();
    expect(only(writes, 'remove')).toEqual([`Job ${before}`]);
    expect(jobs(cluster)).toHaveLength(1);
    expect(jobs(cluster)).not.toEqual([before]);
  });

  it('never changes a Job: its template cannot be changed, and it is named after its input', async () => {
    const cluster = new FakeCluster();
    const run = reconciling(cluster);
    await run();
    const id = `Job/${jobs(cluster)[0] ?? ''}`;
    const held = cluster.objects.get(id);
    if (held !== undefined) cluster.objects.set(id, { ...held, owned: 'something else' });
    expect((await run()).writes).toEqual([]);
  });
});

describe('a migration that failed', () => {
  async function failing(lastTransitionTime: string) {
    const cluster = new FakeCluster();
    let nowMs = NOW_MS;
    const run = reconciling(cluster, () => nowMs);
    await run();
    work(cluster);
    const [name = ''] = jobs(cluster);
    cluster.settle(`Job/${name}`, failedAt(lastTransitionTime));
    return {
      cluster,
      name,
      run: async (afterMs = 0) => {
        nowMs += afterMs;
        return run();
      },
    };
  }

  it('is told of with its words, and tried again after five minutes by making the Job anew', async () => {
    const { cluster, name, run } = await failing('2026-11-24T12:00:00Z');
    expect((await run()).outcome).toEqual({ is: 'requeueAfter', ms: 300_000 });
    expect(conditionOf(cluster, 'Ready')).toMatchObject({
      reason: 'MigrationFailed',
      message: expect.stringContaining(`Job ${name} failed: BackoffLimitExceeded`) as string,
    });
    expect(only((await run(299_000)).writes, 'remove')).toEqual([]);
    expect(only((await run(1_000)).writes, 'remove')).toEqual([`Job ${name}`]);
    expect(only((await run()).writes, 'apply')).toEqual([`Job ${name}`]);
  });

  it('is removed once, also when it was made of other input', async () => {
    const { cluster, name, run } = await failing('2026-11-24T11:00:00Z');
    cluster.edit({ release: { version: '0.1.0', images: { registry: 'mirror.example' } } });
    expect(only((await run()).writes, 'remove')).toEqual([`Job ${name}`]);
  });

  it('is no reason to remove a Job of others that is labelled like it', async () => {
    const cluster = new FakeCluster();
    const run = reconciling(cluster);
    await run();
    cluster.put(job('by-hand', { ownerReferences: [] }));
    cluster.settle('Job/by-hand', failedAt('2026-11-24T11:00:00Z'));
    expect(only((await run()).writes, 'remove')).toEqual([]);
  });
});

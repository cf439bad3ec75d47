/** From one release to the next: the database is made ready, the API rolls, and only then goes what the former one needed. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Live } from './observed.ts';
import { FakeCluster } from './testing/fake-cluster.ts';
import { conditionOf, pod, reconciling } from './testing/reconciling.ts';

const READY = { observedGeneration: 1, replicas: 3, readyReplicas: 3, updatedReplicas: 3 };
const COMPLETE = { conditions: [{ type: 'Complete', status: 'True', lastTransitionTime: '2026-11-24T11:59:00Z' }] };
const FAILED = { conditions: [{ type: 'Failed', status: 'True', lastTransitionTime: '2026-11-24T11:59:00Z' }] };

let cluster: FakeCluster;
let run: ReturnType<typeof reconciling>;

const idOf = (stem: string): string | undefined =>
  [...cluster.objects.keys()].find((id) => id.startsWith(`Job/demo-${stem}`));

const apiPod = (name: string, version: string): Live => {
  const made = pod(name);
  const labels = { ...made.metadata.labels, 'app.kubernetes.io/version': version };
  return { ...made, metadata: { ...made.metadata, labels } };
};

/** The last words of a Job's pod. */
const said = (job: string, words: object): Live => {
  const name = job.replace('Job/', '');
  const message = JSON.stringify(words);
  const made = pod(`${name}-x`, [{ name: 'migrate', terminated: { message, finishedAt: '2026-11-24T11:59:00Z' } }]);
  const labels = { 'app.kubernetes.io/component': 'migrate', 'batch.kubernetes.io/job-name': name };
  return { ...made, metadata: { ...made.metadata, labels } };
};

/** Brings a platform of 0.1.0 to where the new release's API has been applied. */
beforeEach(async () => {
  cluster = new FakeCluster({ release: { version: '0.1.0' } });
  run = reconciling(cluster);
  await run();
  cluster.settle('StatefulSet/demo-postgres', READY);
  cluster.settle('Deployment/demo-cache', READY);
  cluster.settle(idOf('migrate-0-1-0') ?? '', COMPLETE);
  await run();
  cluster.settle('Deployment/demo-api', READY);
  cluster.pods = [apiPod('old', '0.1.0')];
  await run();
  expect(conditionOf(cluster, 'Ready')).toMatchObject({ status: 'True' });
  expect(idOf('contract')).toBeUndefined();

  cluster.edit({ release: { version: '0.2.0' } });
  await run();
  cluster.settle('StatefulSet/demo-postgres', READY);
  cluster.settle('Deployment/demo-cache', READY);
  const migration = idOf('migrate-0-2-0') ?? '';
  cluster.settle(migration, COMPLETE);
  cluster.pods = [...cluster.pods, said(migration, { ran: ['0010-who-acts'], left: ['0011-row-security'] })];
  await run();
});

/** The new release's pods are ready, and those are left. */
async function rollTo(...pods: readonly Live[]): Promise<void> {
  cluster.settle('Deployment/demo-api', { ...READY, observedGeneration: 9 });
  const others = cluster.pods.filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/component'] !== 'api');
  cluster.pods = [...others, ...pods];
  await run();
}

describe('what contracts', () => {
  it('is not run while a pod of the former release is left, not even one that is stopping', async () => {
    await rollTo(apiPod('new', '0.2.0'), apiPod('old', '0.1.0'));
    expect(idOf('contract')).toBeUndefined();
    expect(cluster.object?.status?.release).toMatchObject({ migratedVersion: '0.2.0', pendingContract: true });
    expect(conditionOf(cluster, 'Ready')).toMatchObject({ status: 'False', reason: 'Waiting' });
    expect(conditionOf(cluster, 'DatabaseMigrated')).toMatchObject({ status: 'True', reason: 'Waiting' });
    expect(conditionOf(cluster, 'Available')).toMatchObject({ status: 'True' });
  });

  it('is run once none is, and then all is as it should be', async () => {
    await rollTo(apiPod('new', '0.2.0'));
    expect(conditionOf(cluster, 'Ready')).toMatchObject({ status: 'False', reason: 'Contracting' });
    const job = idOf('contract-0-2-0') ?? '';
    expect(JSON.stringify(cluster.manifests.get(job))).toContain('{"name":"MIGRATION_PHASE","value":"contract"}');
    cluster.settle(job, COMPLETE);
    await run();
    expect(cluster.object?.status?.release).toEqual({
      version: '0.2.0',
      migratedVersion: '0.2.0',
      pendingContract: false,
    });
    expect(conditionOf(cluster, 'Ready')).toMatchObject({ status: 'True', reason: 'Serving' });
    expect((await run()).writes).toEqual([]);
  });

  it('is not forgotten by an operator that has just started', async () => {
    await rollTo(apiPod('new', '0.2.0'), apiPod('old', '0.1.0'));
    // The Job is gone, and with it what it said.
    cluster.objects.delete(idOf('migrate-0-2-0') ?? '');
    cluster.pods = [apiPod('new', '0.2.0')];
    run = reconciling(cluster);
    await run();
    expect(idOf('contract-0-2-0')).toBeDefined();
  });

  it('is tried again when it fails, while the API serves', async () => {
    await rollTo(apiPod('new', '0.2.0'));
    cluster.settle(idOf('contract-0-2-0') ?? '', FAILED);
    await run();
    expect(conditionOf(cluster, 'Degraded')).toMatchObject({ status: 'True', reason: 'ContractFailed' });
    expect(conditionOf(cluster, 'DatabaseMigrated')).toMatchObject({ status: 'False', reason: 'ContractFailed' });
    expect(conditionOf(cluster, 'Available')).toMatchObject({ status: 'True' });
  });
});

/** A platform's connection budget, and by what its autoscaler goes, from edit to edit. */
import { describe, expect, it } from 'vitest';
import { TAKEN_UP_MS } from '../features/capacity/in-force.ts';
import { FakeCluster } from './testing/fake-cluster.ts';
import { conditionOf, converge, NOW_MS, reconciling } from './testing/reconciling.ts';

interface Autoscaler {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly metrics: readonly { readonly type: string }[];
}

/** A district of the release that is built here, at rest. */
async function settled(spec: object = {}) {
  const cluster = new FakeCluster({ release: { version: '0.3.0' }, ...spec });
  const clock = { ms: NOW_MS };
  const run = reconciling(cluster, () => clock.ms);
  await converge(cluster, run);
  return {
    cluster,
    clock,
    run,
    /** Goes on, on the cluster's clock as well. */
    later: async (ms: number) => {
      clock.ms += ms;
      cluster.nowMs = clock.ms;
      return run();
    },
    autoscaler: () => cluster.manifests.get('HorizontalPodAutoscaler/demo-api')?.spec as Autoscaler,
    ini: () =>
      (cluster.manifests.get('ConfigMap/demo-pgbouncer')?.data as { 'pgbouncer.ini': string })['pgbouncer.ini'],
    template: () => JSON.stringify(cluster.manifests.get('Deployment/demo-api')?.spec),
  };
}

const replicas = (min: number, max: number) => ({ api: { replicas: { min, max } } });

describe('more pods', () => {
  it('come when all that stand have smaller pools, and none of those is replaced for it', async () => {
    const { cluster, later, autoscaler, ini, template } = await settled();
    const before = template();
    expect(ini()).toContain('default_pool_size = 7\n');
    cluster.edit(replicas(15, 20));
    const first = await later(0);
    expect(ini()).toContain('default_pool_size = 4\nmax_db_connections = 4\n');
    expect(autoscaler()).toMatchObject({ minReplicas: 12, maxReplicas: 12 });
    expect(first.outcome).toEqual({ is: 'requeueAfter', ms: TAKEN_UP_MS });
    expect(cluster.object?.status?.capacity).toMatchObject({ maxReplicas: 12, pending: expect.any(String) as string });
    await later(TAKEN_UP_MS);
    expect(autoscaler()).toMatchObject({ minReplicas: 15, maxReplicas: 20 });
    expect(cluster.object?.status?.capacity).not.toHaveProperty('pending');
    expect(template()).toBe(before);
  });

  it('come at once where no pool is smaller for it', async () => {
    const { cluster, later, autoscaler } = await settled({
      ...replicas(1, 2),
      database: { embedded: { maxConnections: 500 } },
    });
    cluster.edit({ ...replicas(1, 4), database: { embedded: { maxConnections: 500 } } });
    await later(0);
    expect(autoscaler()).toMatchObject({ maxReplicas: 4 });
  });

  it('are replaced where their release takes up nothing while it runs', async () => {
    const { cluster, later, template } = await settled({ release: { version: '0.2.0' } });
    const before = template();
    cluster.edit(replicas(3, 20));
    await later(0);
    expect(template()).not.toBe(before);
  });
});

describe('an autoscaler', () => {
  const failing = (sinceMs: number) => ({
    conditions: [
      {
        type: 'ScalingActive',
        status: 'False',
        reason: 'FailedGetPodsMetric',
        lastTransitionTime: new Date(sinceMs).toISOString(),
      },
    ],
  });
  const types = ({ metrics }: Autoscaler): string[] => metrics.map(({ type }) => type);
  const MINUTE_MS = 60_000;

  it('goes by requests in flight as well, from the release on that tells of them', async () => {
    const { cluster, autoscaler } = await settled();
    expect(types(autoscaler())).toEqual(['ContainerResource', 'Pods']);
    expect(conditionOf(cluster, 'ScalesOnRequests')).toMatchObject({ status: 'True', reason: 'ByRequestsAndCPU' });
    const before = await settled({ release: { version: '0.2.0' } });
    expect(types(before.autoscaler())).toEqual(['ContainerResource']);
    expect(conditionOf(before.cluster, 'ScalesOnRequests')).toMatchObject({ status: 'False', reason: 'NotExported' });
  });

  it('goes by CPU alone where nothing serves them, and takes them up when something does', async () => {
    const { cluster, later, autoscaler } = await settled();
    cluster.hasRequestMetrics = false;
    await later(0);
    expect(types(autoscaler())).toEqual(['ContainerResource']);
    expect(conditionOf(cluster, 'ScalesOnRequests')).toMatchObject({ status: 'False', reason: 'NotServed' });
    cluster.hasRequestMetrics = true;
    await later(0);
    expect(types(autoscaler())).toEqual(['ContainerResource', 'Pods']);
    expect(conditionOf(cluster, 'ScalesOnRequests')).toMatchObject({ status: 'True' });
  });

  it('is freed of a metric that it does not get, and given it again later', async () => {
    const { cluster, clock, later, autoscaler } = await settled();
    const sinceMs = clock.ms;
    cluster.settle('HorizontalPodAutoscaler/demo-api', failing(sinceMs));
    const first = await later(MINUTE_MS);
    expect(types(autoscaler())).toEqual(['ContainerResource', 'Pods']);
    expect(first.outcome).toEqual({ is: 'requeueAfter', ms: 4 * MINUTE_MS });
    await later(4 * MINUTE_MS);
    expect(types(autoscaler())).toEqual(['ContainerResource']);
    expect(conditionOf(cluster, 'ScalesOnRequests')).toMatchObject({ status: 'False', reason: 'NotAnswered' });
    cluster.settle('HorizontalPodAutoscaler/demo-api', { conditions: [] });
    const out = await later(14 * MINUTE_MS);
    expect(out).toEqual({ writes: [], outcome: { is: 'requeueAfter', ms: MINUTE_MS } });
    await later(MINUTE_MS);
    expect(types(autoscaler())).toEqual(['ContainerResource', 'Pods']);
  });
});

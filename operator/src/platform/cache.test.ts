import { afterEach, describe, expect, it } from 'vitest';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import type { KubeObject } from '../kube/resource.ts';
import { CHILD_KINDS, kindOf, PLATFORM, POD } from './kinds.ts';
import { caching, WatchedCluster } from './testing/watched-cluster.ts';
import { ClusterWriter } from './writer.ts';
import { KEY, platformWith } from './testing/platforms.ts';

const versioned = (
  version: number,
  { generation = 1, ...more }: { generation?: number; [field: string]: unknown } = {},
) =>
  ({ ...platformWith({}, { generation, resourceVersion: String(version) }), ...more }) as unknown as KubeObject &
    HeroesPlatform;

const service = (name: string, version: number, instance?: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name,
    namespace: 'test',
    resourceVersion: String(version),
    labels: instance === undefined ? {} : { 'app.kubernetes.io/instance': instance },
  },
});

const stops: AbortController[] = [];
async function started(cluster: WatchedCluster, namespaces?: readonly string[]) {
  const parts = await caching(cluster, namespaces);
  stops.push(parts.stop);
  return parts;
}

afterEach(() => {
  for (const stop of stops.splice(0)) stop.abort();
});

describe('ClusterCache', () => {
  it('keeps every platform, and of everything else only what the operator labelled', async () => {
    const cluster = new WatchedCluster();
    const { cache } = await started(cluster);
    const core = CHILD_KINDS.filter(({ extension }) => extension === undefined);
    expect(cluster.asked).toHaveLength(core.length + 2);
    expect(cluster.asked).toContain('list HeroesPlatform {}');
    for (const { kind } of [...core, POD])
      expect(cluster.asked).toContain(`list ${kind} {"labelSelector":"app.kubernetes.io/managed-by=heroes-operator"}`);
    expect([cache.filled, cache.has('monitoring'), cache.has('gateway')]).toEqual([true, false, false]);
    expect(Object.values(cache.health()).every(Boolean)).toBe(true);
    expect(cluster.asked.some((each) => each.includes('Secret'))).toBe(false);
  });

  it('is asked for by nobody before it is filled, and puts what the first list brings behind all else', async () => {
    const cluster = new WatchedCluster();
    cluster.listed.set('HeroesPlatform', [versioned(50)]);
    cluster.listed.set('Service', [service('demo-api', 51, 'demo')]);
    const { cache, enqueued } = await started(cluster);
    expect(new Set(enqueued)).toEqual(new Set(['test/demo low']));
    expect(cache.platform(KEY)?.metadata.uid).toBe('uid-1');
    expect(cache.labelled(kindOf(service('x', 1)), KEY)).toHaveLength(1);
    enqueued.length = 0;
    await cluster.tell('ADDED', service('demo-cache', 120, 'demo'));
    expect(enqueued).toEqual(['test/demo normal']);
  });

  it('wakes both the platforms that an object belonged and belongs to, and nobody for what has no label', async () => {
    const cluster = new WatchedCluster();
    const { enqueued } = await started(cluster);
    await cluster.tell('ADDED', service('a', 110, 'demo'));
    await cluster.tell('MODIFIED', service('a', 111, 'other'));
    await cluster.tell('ADDED', service('b', 112));
    expect(enqueued).toEqual(['test/demo normal', 'test/other normal', 'test/demo normal']);
  });

  it('watches the namespaces that it is given, each by itself', async () => {
    const cluster = new WatchedCluster();
    const { cache, enqueued } = await started(cluster, ['test', 'more']);
    expect(cluster.asked).toContain('list HeroesPlatform {"namespace":"more"}');
    await cluster.tell('ADDED', versioned(110));
    // What is new waits for what was begun.
    expect(enqueued).toEqual(['test/demo low']);
    expect(cache.platform(KEY)).toBeDefined();
    cache.absorb(kindOf(service('x', 1)), service('demo-api', 120, 'demo'));
    expect(cache.labelled(kindOf(service('x', 1)), KEY)).toHaveLength(1);
  });

  it('knows what monitors a platform where the cluster serves those kinds', async () => {
    const cluster = new WatchedCluster();
    cluster.served = ['PodMonitor', 'PrometheusRule'];
    const { cache } = await started(cluster);
    expect([cache.has('monitoring'), cache.has('gateway')]).toEqual([true, false]);
    expect(cluster.asked.filter((each) => /PodMonitor|PrometheusRule/.test(each))).toHaveLength(2);
  });

  it('knows routes of the Gateway API where the cluster serves those, monitored or not', async () => {
    const cluster = new WatchedCluster();
    cluster.served = ['HTTPRoute'];
    const { cache } = await started(cluster);
    expect([cache.has('monitoring'), cache.has('gateway')]).toEqual([false, true]);
    expect(cluster.asked.filter((each) => /HTTPRoute|PodMonitor/.test(each))).toHaveLength(1);
  });

  it('does not answer its own echo', async () => {
    const cluster = new WatchedCluster();
    const { cache, enqueued } = await started(cluster);
    const written = service('demo-api', 120, 'demo');
    cache.absorb(kindOf(written), written);
    await cluster.tell('ADDED', written);
    expect(enqueued).toEqual([]);
  });
});

describe('a status that is written while the spec is edited', () => {
  it('does not hide the edit, whose event comes after the answer to our write', async () => {
    const cluster = new WatchedCluster();
    cluster.listed.set('HeroesPlatform', [versioned(50)]);
    const { cache, enqueued } = await started(cluster);
    enqueued.length = 0;
    const edited = versioned(120, { generation: 2, spec: platformWith({ paused: true }).spec });
    cluster.answer = ({ status }) => ({ ...edited, status, metadata: { ...edited.metadata, resourceVersion: '121' } });
    const seen = cache.platform(KEY);
    if (seen === undefined) throw new Error('it is held');
    const writer = new ClusterWriter(cluster.client, cache);
    await writer.report(seen, { observedGeneration: 1 });
    await cluster.tell('MODIFIED', edited);
    await cluster.tell('MODIFIED', cluster.answer({ ...edited, status: { observedGeneration: 1 } }));
    expect(enqueued).toContain('test/demo normal');
  });

  it('nor the word that the platform is being deleted', async () => {
    const cluster = new WatchedCluster();
    cluster.listed.set('HeroesPlatform', [versioned(50)]);
    const { cache, enqueued } = await started(cluster);
    enqueued.length = 0;
    const going = versioned(120, { generation: 2 });
    const metadata = { ...going.metadata, deletionTimestamp: '2026-11-24T12:00:00Z' };
    cluster.answer = ({ status }) => ({ ...going, status, metadata: { ...metadata, resourceVersion: '121' } });
    const seen = cache.platform(KEY);
    if (seen === undefined) throw new Error('it is held');
    await new ClusterWriter(cluster.client, cache).report(seen, { observedGeneration: 1 });
    await cluster.tell('MODIFIED', { ...going, metadata });
    await cluster.tell('MODIFIED', cluster.answer(going));
    expect(enqueued).toContain('test/demo normal');
  });

  it('wakes nobody when nothing else has changed', async () => {
    const cluster = new WatchedCluster();
    cluster.listed.set('HeroesPlatform', [versioned(50)]);
    const { cache, enqueued } = await started(cluster);
    enqueued.length = 0;
    cluster.answer = ({ status }) => versioned(121, { status });
    const seen = cache.platform(KEY);
    if (seen === undefined) throw new Error('it is held');
    await new ClusterWriter(cluster.client, cache).report(seen, { observedGeneration: 1 });
    await cluster.tell('MODIFIED', versioned(121, { status: { observedGeneration: 1 } }));
    expect(enqueued).toEqual([]);
    expect(cache.platform(KEY)?.status).toEqual({ observedGeneration: 1 });
  });
});

describe('all platforms', () => {
  it('are looked at again when it is asked for', async () => {
    const cluster = new WatchedCluster();
    cluster.listed.set('HeroesPlatform', [versioned(50)]);
    const { cache, enqueued } = await started(cluster);
    enqueued.length = 0;
    cache.enqueueAll('normal');
    expect(enqueued).toEqual(['test/demo normal']);
  });
});

describe('a finalizer that we set', () => {
  it('wakes nobody either: whoever set it knows', async () => {
    const cluster = new WatchedCluster();
    cluster.listed.set('HeroesPlatform', [versioned(50)]);
    const { cache, enqueued } = await started(cluster);
    enqueued.length = 0;
    const finalized = platformWith({}, { generation: 1, resourceVersion: '121', finalizers: ['x'] });
    cluster.answer = () => ({ ...finalized });
    const seen = cache.platform(KEY);
    if (seen === undefined) throw new Error('it is held');
    await new ClusterWriter(cluster.client, cache).finalize(seen, { present: true });
    await cluster.tell('MODIFIED', cluster.answer(versioned(121)));
    expect(enqueued).toEqual([]);
    expect(cache.platform(KEY)?.metadata.finalizers).toEqual(['x']);
  });
});

describe('the kinds', () => {
  it('are found by what objects say of themselves, and others are not managed', () => {
    expect(kindOf({ apiVersion: PLATFORM.apiVersion, kind: PLATFORM.kind })).toBe(PLATFORM);
    expect(() => kindOf({ apiVersion: 'v1', kind: 'Namespace' })).toThrow('v1 Namespace is not a kind');
  });
});

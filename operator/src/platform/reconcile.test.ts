/** A reconcile against ports that remember: what is written, in which order, and what is not. */
import { describe, expect, it } from 'vitest';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import type { Status } from '@heroes/crds/status.ts';
import { parsePlatform } from '@heroes/crds/validate.ts';
import { Applier } from './apply.ts';
import { RefusedError, type PlatformEvent, type Reader, type Writer } from './cluster.ts';
import type { Manifest } from './manifest.ts';
import { INSTANCE_LABEL } from './names.ts';
import type { Live } from './observed.ts';
import { createReconcile } from './reconcile.ts';

const KEY = { namespace: 'test', name: 'demo' };

/** A cluster that holds what was applied, stamps versions, and refuses what it is told to. */
class FakeCluster implements Reader, Writer {
  readonly objects = new Map<string, Live>();
  readonly writes: string[] = [];
  readonly events: PlatformEvent[] = [];
  object: HeroesPlatform | undefined;
  refuses = '';
  #version = 0;

  constructor(spec: object = {}) {
    const parsed = parsePlatform({
      apiVersion: 'heroesinwaiting.com/v1alpha1',
      kind: 'HeroesPlatform',
      metadata: { ...KEY, uid: 'uid-1', generation: 1 },
      spec: { district: { displayName: 'Demo', timeZone: 'UTC' }, release: { version: '0.1.0' }, ...spec },
    });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
    this.object = parsed.platform;
  }

  platform = (): HeroesPlatform | undefined => this.object;
  monitoring = (): boolean => true;
  labelled: Reader['labelled'] = (kind, { name }) =>
    [...this.objects.values()].filter(
      (object) => object.kind === kind.kind && object.metadata.labels?.[INSTANCE_LABEL] === name,
    );

  apply: Writer['apply'] = async (manifest, { dryRun }) => {
    await Promise.resolve();
    if (manifest.kind === this.refuses) throw new RefusedError(`${manifest.kind} is invalid`);
    if (!dryRun) this.writes.push(`apply ${manifest.kind} ${manifest.metadata.name}`);
    return dryRun ? manifest : this.#hold(manifest);
  };

  create: Writer['create'] = async (manifest) => {
    await Promise.resolve();
    this.writes.push(`create ${manifest.kind} ${manifest.metadata.name}`);
    this.#hold(manifest);
  };

  remove: Writer['remove'] = async (kind, object) => {
    await Promise.resolve();
    this.writes.push(`remove ${kind.kind} ${object.metadata.name}`);
    this.objects.delete(`${kind.kind}/${object.metadata.name}`);
  };

  report: Writer['report'] = async (platform, status) => {
    await Promise.resolve();
    this.writes.push('report');
    this.object = { ...platform, status };
  };

  record = (_platform: HeroesPlatform, event: PlatformEvent): void => {
    this.events.push(event);
  };

  /** Sets the status of an object, as its controller would. */
  settle(key: string, status: object): void {
    const object = this.objects.get(key);
    if (object === undefined) throw new Error(`${key} was not applied`);
    this.objects.set(key, { ...object, status });
  }

  #hold(manifest: Manifest): Live {
    this.#version += 1;
    const metadata = { ...manifest.metadata, resourceVersion: String(this.#version), generation: 1 };
    const live = { ...manifest, metadata } as Live;
    this.objects.set(`${manifest.kind}/${manifest.metadata.name}`, live);
    return live;
  }
}

function reconciling(cluster: FakeCluster) {
  const reconcile = createReconcile({
    reader: cluster,
    writer: cluster,
    applier: new Applier(cluster),
    recorder: cluster,
    metrics: { observeBackups: () => undefined, forget: () => undefined },
    now: () => Date.UTC(2026, 10, 24, 12),
  });
  return async (): Promise<string[]> => {
    cluster.writes.length = 0;
    await reconcile(KEY);
    return [...cluster.writes];
  };
}

const ready = (status: Status | undefined) => status?.conditions?.find(({ type }) => type === 'Ready');

describe('a reconcile', () => {
  it('makes the credentials first, then everything else, and waits for the migration with the API', async () => {
    const cluster = new FakeCluster();
    const run = reconciling(cluster);
    expect(await run()).toEqual(['create Secret demo-credentials', 'report']);
    const second = await run();
    expect(second).toContain('apply StatefulSet demo-postgres');
    expect(second).toContain('apply Job demo-migrate-0-1-0');
    expect(second).not.toContain('apply Deployment demo-api');
    expect(ready(cluster.object?.status)).toMatchObject({ status: 'False', reason: 'WaitingForDatabase' });

    cluster.settle('StatefulSet/demo-postgres', {
      observedGeneration: 1,
      replicas: 1,
      readyReplicas: 1,
      updatedReplicas: 1,
    });
    cluster.settle('Deployment/demo-cache', {
      observedGeneration: 1,
      replicas: 1,
      readyReplicas: 1,
      updatedReplicas: 1,
    });
    await run();
    expect(ready(cluster.object?.status)).toMatchObject({ reason: 'Migrating' });
    cluster.settle('Job/demo-migrate-0-1-0', { conditions: [{ type: 'Complete', status: 'True' }] });
    expect(await run()).toContain('apply Deployment demo-api');
    cluster.settle('Deployment/demo-api', { observedGeneration: 1, replicas: 3, readyReplicas: 3, updatedReplicas: 3 });
    await run();
    expect(ready(cluster.object?.status)).toMatchObject({ status: 'True', reason: 'Serving' });
    expect(cluster.events.map(({ reason }) => reason)).toEqual([
      'GeneratingCredentials',
      'WaitingForDatabase',
      'Migrating',
      'WaitingForApi',
      'Serving',
    ]);
  });

  it('writes nothing once everything is as it should be', async () => {
    const cluster = new FakeCluster();
    const run = reconciling(cluster);
    await run();
    await run();
    await run();
    expect(await run()).toEqual([]);
  });

  it('puts back what was changed or removed, and nothing else', async () => {
    const cluster = new FakeCluster();
    const run = reconciling(cluster);
    await run();
    await run();
    await run();
    const service = cluster.objects.get('Service/demo-api');
    cluster.objects.set('Service/demo-api', { ...service, spec: { ports: [] } } as Live);
    cluster.objects.delete('PodDisruptionBudget/demo-api');
    expect((await run()).sort()).toEqual(['apply PodDisruptionBudget demo-api', 'apply Service demo-api']);
  });

  it('removes what it made and no longer wants, but no volume and nothing of others', async () => {
    const cluster = new FakeCluster();
    const run = reconciling(cluster);
    await run();
    await run();
    const labels = { [INSTANCE_LABEL]: 'demo' };
    const owner = [{ kind: 'HeroesPlatform', name: 'demo', uid: 'uid-1' }];
    const put = (kind: string, name: string, ownerReferences: typeof owner) => {
      const apiVersion = kind === 'PersistentVolumeClaim' || kind === 'ConfigMap' ? 'v1' : 'apps/v1';
      cluster.objects.set(`${kind}/${name}`, {
        apiVersion,
        kind,
        metadata: { name, namespace: 'test', labels, ownerReferences },
      });
    };
    put('ConfigMap', 'demo-old', owner);
    put('ConfigMap', 'demo-foreign', []);
    put('PersistentVolumeClaim', 'demo-old', owner);
    expect((await run()).filter((write) => write.startsWith('remove'))).toEqual(['remove ConfigMap demo-old']);
  });

  it('changes nothing at all when one change is refused, and says which', async () => {
    const cluster = new FakeCluster();
    const run = reconciling(cluster);
    await run();
    cluster.refuses = 'StatefulSet';
    expect(await run()).toEqual(['report']);
    expect(ready(cluster.object?.status)).toMatchObject({ status: 'False', reason: 'ChildRefused' });
    expect(ready(cluster.object?.status)?.message).toContain('StatefulSet demo-postgres');
    expect(cluster.events.at(-1)).toMatchObject({ type: 'Warning', reason: 'ChildRefused' });
  });

  it('changes nothing when the spec is wrong in a way that only it can see', async () => {
    const cluster = new FakeCluster({ api: { replicas: { min: 50, max: 100 } } });
    expect(await reconciling(cluster)()).toEqual(['report']);
    expect(ready(cluster.object?.status)).toMatchObject({ status: 'False', reason: 'ConnectionBudgetExceeded' });
  });

  it('keeps its hands off while it is paused', async () => {
    const cluster = new FakeCluster({ paused: true });
    expect(await reconciling(cluster)()).toEqual(['report']);
  });

  it('completes a Secret that lost a key, without changing those that are there', async () => {
    const cluster = new FakeCluster();
    const run = reconciling(cluster);
    await run();
    const secret = cluster.objects.get('Secret/demo-credentials') as Live & { data: Record<string, string> };
    const kept = Object.fromEntries(Object.entries(secret.data).filter(([key]) => key !== 'cache-password'));
    cluster.objects.set('Secret/demo-credentials', { ...secret, data: kept } as Live);
    expect(await run()).toEqual(['apply Secret demo-credentials']);
    const after = cluster.objects.get('Secret/demo-credentials') as Live & { data: Record<string, string> };
    // auth.conf is derived from what was lost.
    const { 'auth.conf': derived, ...same } = kept;
    expect(after.data).toMatchObject(same);
    expect(after.data['auth.conf']).not.toBe(derived);
    expect(after.data['cache-password']).toBeTruthy();
  });

  it('does nothing for a platform that is gone', async () => {
    const cluster = new FakeCluster();
    cluster.object = undefined;
    expect(await reconciling(cluster)()).toEqual([]);
  });
});

/**
 * The operator is killed after each single write in turn, and another is started, which remembers nothing: the platform must come to
 * the same, with no write repeated for ever.
 */
import { describe, expect, it } from 'vitest';
import { RefusedError } from './cluster.ts';
import { FakeCluster, Killed } from './testing/fake-cluster.ts';
import { conditionOf, converge, reconciling, work } from './testing/reconciling.ts';

interface Scenario {
  readonly spec: object;
  /** What happens to a platform that runs; it is made without. */
  readonly then?: (cluster: FakeCluster) => void;
}

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'it is made': { spec: {} },
  'it is made with a finalizer': { spec: { deletionPolicy: 'Delete' } },
  'much of its spec changes': {
    spec: {},
    then: (cluster) => {
      cluster.edit({
        release: { version: '0.2.0' },
        cache: { embedded: { maxMemory: '128Mi' } },
        database: { embedded: { maxConnections: 300 } },
        observability: { podMonitor: false },
        deletionPolicy: 'Delete',
      });
    },
  },
  'its volume grows': {
    spec: {},
    then: (cluster) => {
      cluster.edit({ database: { embedded: { storage: '20Gi' } } });
      // The StatefulSet cannot be changed, so it is made anew.
      cluster.faultOf = (write) => {
        const old = JSON.stringify(cluster.manifests.get('StatefulSet/demo-postgres') ?? {}).includes(
          '"storage":"10Gi"',
        );
        const changes = /^(apply|rehearse) StatefulSet demo-postgres$/.test(write);
        const refused = changes && old && cluster.objects.has('StatefulSet/demo-postgres');
        return refused ? new RefusedError('field is immutable', { immutable: true }) : undefined;
      };
    },
  },
  'its credentials are lost': {
    spec: {},
    then: (cluster) => {
      cluster.secrets.clear();
      work(cluster);
    },
  },
  'its volumes are to outlive it after all': {
    spec: { deletionPolicy: 'Delete' },
    then: (cluster) => {
      cluster.edit({ deletionPolicy: 'Retain' });
    },
  },
  'it is deleted with its data': {
    spec: { deletionPolicy: 'Delete' },
    then: (cluster) => {
      cluster.delete();
    },
  },
};

async function begin({ spec, then }: Scenario): Promise<FakeCluster> {
  const cluster = new FakeCluster(spec);
  if (then === undefined) return cluster;
  await converge(cluster);
  then(cluster);
  return cluster;
}

/** Writes that change something. */
const counted = (writes: readonly string[]): number =>
  writes.filter((write) => !write.startsWith('rehearse') && !write.startsWith('ask')).length;

/** All that is there in the end; credentials under whichever name. */
function end(cluster: FakeCluster) {
  const objects = [...cluster.objects.values()].map(({ kind, metadata, owned, credentialsRevision, storage }) => {
    const revised = credentialsRevision !== undefined || kind === 'CronJob' || kind === 'Job';
    return { kind, name: metadata.name, storage, ...(revised ? {} : { owned }) };
  });
  const conditions = cluster.object?.status?.conditions?.map(
    ({ type, status, reason }) => `${type} ${status} ${reason}`,
  );
  return { objects: objects.sort((a, b) => `${a.kind}${a.name}`.localeCompare(`${b.kind}${b.name}`)), conditions };
}

/** The Secrets that are read; a Job that has succeeded reads none any more. */
function secretsOf(cluster: FakeCluster): string[] {
  const ids = [...cluster.objects.keys()].filter((id) => !id.startsWith('Job/'));
  const live = ids.map((id) => JSON.stringify(cluster.manifests.get(id) ?? {}));
  return [...new Set(live.flatMap((manifest) => manifest.match(/demo-credentials[^"]*/g) ?? []))];
}

async function killedAfter(scenario: Scenario, writes: number): Promise<FakeCluster> {
  const cluster = await begin(scenario);
  cluster.killAfter(writes);
  try {
    await converge(cluster);
  } catch (error) {
    if (!(error instanceof Killed) && !String(error).includes('does not come to rest')) throw error;
  }
  cluster.killAfter(Infinity);
  return cluster;
}

describe.each(Object.entries(SCENARIOS))('an operator that is killed while %s', (_what, scenario) => {
  it('leaves nothing that the next one does not bring to its end, whichever write was its last', async () => {
    const undisturbed = await begin(scenario);
    const total = counted(await converge(undisturbed));
    expect(total).toBeGreaterThan(2);
    for (let writes = 1; writes <= total; writes += 1) {
      const cluster = await killedAfter(scenario, writes);
      await converge(cluster);
      const when = `killed after ${writes} of ${total} writes`;
      expect(end(cluster), when).toEqual(end(undisturbed));
      expect(secretsOf(cluster), when).toEqual(secretsOf(cluster).filter((secret) => cluster.secrets.has(secret)));
      expect(secretsOf(cluster).length, when).toBeLessThanOrEqual(1);
      expect((await reconciling(cluster)()).writes, when).toEqual([]);
    }
  });
});

describe('a cluster that kills its operator', () => {
  it('makes a platform ready all the same', async () => {
    const cluster = await killedAfter({ spec: {} }, 7);
    await converge(cluster);
    expect(conditionOf(cluster, 'Ready')).toMatchObject({ status: 'True' });
  });
});

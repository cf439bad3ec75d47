/** What an autoscaler of a real cluster goes by, and the connections of the pods that it adds. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apply, eventually, get, inApiPod, kube } from './kube.ts';
import { NAME, SmallDistrict } from './small-district.ts';

const DISTRICT = 'grand-bend';
const MINUTE_MS = 60_000;

interface Autoscaler {
  readonly spec: { readonly maxReplicas: number; readonly metrics: readonly { readonly type: string }[] };
  readonly status: {
    readonly currentMetrics?: readonly {
      readonly type: string;
      readonly containerResource?: { readonly container: string; readonly current: object };
      readonly pods?: { readonly metric: { readonly name: string }; readonly current: object };
    }[];
    readonly conditions: readonly { readonly type: string; readonly status: string }[];
  };
}

interface Status {
  readonly conditions: readonly { readonly type: string; readonly status: string; readonly reason: string }[];
  readonly capacity: {
    readonly maxReplicas: number;
    readonly serverConnectionsPerPod: number;
    readonly pending?: string;
  };
}

const autoscaler = async (): Promise<Autoscaler> => get<Autoscaler>(DISTRICT, 'hpa', `${DISTRICT}-api`);
const typesOf = ({ spec }: Autoscaler): string[] => spec.metrics.map(({ type }) => type);

const scalesOnRequests = async () => {
  const { status } = await get<{ status: Status }>(DISTRICT, 'hp', DISTRICT);
  return status.conditions.find(({ type }) => type === 'ScalesOnRequests');
};

describe("a district's autoscaler", () => {
  it('sees the CPU of the api container and the requests in flight of its pods', async () => {
    await eventually(async () => {
      expect(await scalesOnRequests()).toMatchObject({ status: 'True', reason: 'ByRequestsAndCPU' });
      const seen = await autoscaler();
      expect(typesOf(seen)).toEqual(['ContainerResource', 'Pods']);
      const { currentMetrics = [], conditions } = seen.status;
      expect(currentMetrics.find(({ type }) => type === 'ContainerResource')?.containerResource).toMatchObject({
        container: 'api',
        current: { averageUtilization: expect.any(Number) as number },
      });
      expect(currentMetrics.find(({ type }) => type === 'Pods')?.pods).toMatchObject({
        metric: { name: 'http_requests_in_flight' },
        current: { averageValue: expect.stringMatching(/^\d+m?$/) as string },
      });
      expect(conditions.find(({ type }) => type === 'ScalingActive')).toMatchObject({ status: 'True' });
    }, 4 * MINUTE_MS);
  });

  it(
    'goes by CPU alone while nobody serves the requests, which is said, and takes them up again',
    async () => {
      const services = ['v1beta1', 'v1beta2'].map((version) => `${version}.custom.metrics.k8s.io`);
      const kept = await Promise.all(
        services.map(async (name) => get<{ spec: object }>('default', 'apiservice', name)),
      );
      await kube(['delete', 'apiservice', ...services]);
      try {
        await eventually(async () => {
          expect(await scalesOnRequests()).toMatchObject({ status: 'False', reason: 'NotServed' });
          expect(typesOf(await autoscaler())).toEqual(['ContainerResource']);
        }, 3 * MINUTE_MS);
      } finally {
        for (const [index, name] of services.entries())
          await apply({
            apiVersion: 'apiregistration.k8s.io/v1',
            kind: 'APIService',
            metadata: { name },
            spec: kept[index]?.spec,
          });
      }
      await eventually(async () => {
        expect(await scalesOnRequests()).toMatchObject({ status: 'True' });
        const { status } = await autoscaler();
        expect(status.currentMetrics?.map(({ type }) => type)).toContain('Pods');
      }, 4 * MINUTE_MS);
    },
    10 * MINUTE_MS,
  );
});

describe('a budget that is shared by more pods', () => {
  const district = new SmallDistrict('budget');

  beforeAll(async () => district.create());
  afterAll(async () => district.remove());

  /** The size of a pod's pool, by its own PgBouncer. */
  const poolSize = async (): Promise<number> => {
    const source = `
      import pg from 'pg';
      const client = new pg.Client({ host: '127.0.0.1', port: 6432, database: 'pgbouncer', user: 'heroes_api', password: process.env.DATABASE_PASSWORD });
      await client.connect();
      const { rows } = await client.query('SHOW DATABASES');
      await client.end();
      console.log(JSON.stringify(rows.find(({ name }) => name === 'heroes').pool_size));`;
    return Number(await inApiPod(district.namespace, NAME, source));
  };

  const seen = async () => {
    const { status } = await get<{ status: Status }>(district.namespace, 'hp', NAME);
    const { spec } = await get<Autoscaler>(district.namespace, 'hpa', `${NAME}-api`);
    return { capacity: status.capacity, maxReplicas: spec.maxReplicas };
  };

  it(
    'is taken up by the pods that stand, which stay, before there are more of them',
    async () => {
      expect(await poolSize()).toBe(20);
      const [pods, rollout] = [await district.podUids(), await district.rollout()];
      const api = { replicas: { min: 1, max: 10 }, resources: { requests: { cpu: '50m', memory: '128Mi' } } };
      await apply(district.platform({ api }));
      await eventually(async () => {
        const { capacity, maxReplicas } = await seen();
        expect(capacity).toMatchObject({ serverConnectionsPerPod: 9, maxReplicas: 2 });
        expect(capacity.pending).toBe('10 API pods wait until no pod has a pool of more than 9 connections');
        expect(maxReplicas).toBe(2);
      });
      await eventually(async () => {
        expect(await poolSize()).toBe(9);
        expect((await seen()).maxReplicas).toBe(2);
      }, 3 * MINUTE_MS);
      await eventually(async () => {
        const { capacity, maxReplicas } = await seen();
        expect([capacity.maxReplicas, maxReplicas, capacity.pending]).toEqual([10, 10, undefined]);
      }, 4 * MINUTE_MS);
      // On a machine that is busy the autoscaler has added some meanwhile, which it may.
      expect(await district.podUids()).toEqual(expect.arrayContaining(pods));
      expect(await district.rollout()).toEqual(rollout);
    },
    10 * MINUTE_MS,
  );
});

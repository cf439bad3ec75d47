/** The example district as `npm run up` leaves it: served, watched, backed up. It is read, not changed. */
import { describe, expect, it } from 'vitest';
import { eventually, get, inApiPod, kube, list } from './kube.ts';

const NS = 'grand-bend';
const api = (): string => process.env.HEROES_API_URL ?? '';
const prometheus = (): string => process.env.HEROES_PROMETHEUS_URL ?? '';

const ask = async (path: string): Promise<unknown> => (await fetch(`${prometheus()}/api/v1/${path}`)).json();

interface ManagedFields {
  readonly manager: string;
  readonly fieldsV1: { readonly 'f:spec'?: object };
}

describe('a district that is served', () => {
  it('answers with the twelve lessons', async () => {
    const response = await fetch(`${api()}/v1/lessons`);
    expect(response.status).toBe(200);
    expect(((await response.json()) as { items: unknown[] }).items).toHaveLength(12);
  });

  it('keeps what is not for clients from them, however it is asked for', async () => {
    expect((await fetch(`${api()}/health`)).status).toBe(200);
    for (const path of ['/metrics', '/%6detrics', '/readyz', '/startupz', '/v1/%2e%2e/metrics']) {
      const answer = await fetch(`${api()}${path}`);
      expect([path, answer.status, answer.headers.get('content-type')]).toEqual([
        path,
        404,
        'application/problem+json',
      ]);
    }
  });

  it('is behind two edge pods that find its API pods and are believed by them', async () => {
    await eventually(async () => {
      const query = 'haproxy_backend_active_servers{job="grand-bend/grand-bend-edge",proxy=~"api|streams"}';
      const { data } = (await ask(`query?query=${encodeURIComponent(query)}`)) as {
        data: { result: { value: [number, string] }[] };
      };
      expect(data.result).toHaveLength(4);
      for (const { value } of data.result) expect(Number(value[1])).toBeGreaterThanOrEqual(3);
    }, 120_000);
    const source = `
      import { lookup } from 'node:dns/promises';
      console.log(JSON.stringify(await lookup(process.env.EDGE_HOST, { all: true })));`;
    const believed = (await inApiPod(NS, 'grand-bend', source)) as { readonly address: string }[];
    const pods = await list(NS, 'pods', 'app.kubernetes.io/component=edge');
    const addresses = pods.map(({ status }) => (status as { readonly podIP: string }).podIP);
    expect(believed.map(({ address }) => address).sort()).toEqual(addresses.sort());
  });

  it('has every child, and its pods were admitted under the restricted standard', async () => {
    const labels = (await get('default', 'namespace', NS)).metadata.labels;
    expect(labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' });
    for (const kind of [
      'deploy',
      'sts',
      'hpa',
      'pdb',
      'cronjob',
      'prometheusrule',
      'podmonitor',
      'networkpolicy',
      'job',
      'pvc',
    ])
      expect(await list(NS, kind), kind).not.toHaveLength(0);
    const argv = ['get', 'deploy', 'grand-bend-api', '-n', NS, '-o', 'json', '--show-managed-fields'];
    const { managedFields } = (JSON.parse(await kube(argv)) as { metadata: { managedFields: ManagedFields[] } })
      .metadata;
    const ours = managedFields.find(({ manager }) => manager === 'heroes-operator');
    expect(Object.keys(ours?.fieldsV1['f:spec'] ?? {})).not.toContain('f:replicas');
  });

  it('reaches PostgreSQL through PgBouncer', async () => {
    await fetch(`${api()}/v1/lessons/what-a-hero-does`);
    const source = `
      import pg from 'pg';
      const client = new pg.Client({ host: '127.0.0.1', port: 6432, database: 'pgbouncer', user: 'heroes_api', password: process.env.DATABASE_PASSWORD });
      await client.connect();
      const pools = await client.query('SHOW POOLS');
      const stats = await client.query('SHOW STATS');
      await client.end();
      console.log(JSON.stringify({ pools: pools.rows, stats: stats.rows }));`;
    const { pools, stats } = (await inApiPod(NS, 'grand-bend', source)) as Record<
      'pools' | 'stats',
      Record<string, string>[]
    >;
    expect(pools.find(({ database }) => database === 'heroes')).toMatchObject({ pool_mode: 'transaction' });
    const queries = Number(stats.find(({ database }) => database === 'heroes')?.total_query_count);
    expect(queries).toBeGreaterThan(0);
  });

  it('scales on a measured figure of the api container', async () => {
    await eventually(async () => {
      const { status } = await get<{
        status: { currentMetrics?: { containerResource?: { container: string; current: object } }[] };
      }>(NS, 'hpa', 'grand-bend-api');
      expect(status.currentMetrics?.[0]?.containerResource).toMatchObject({
        container: 'api',
        current: { averageUtilization: expect.any(Number) as number },
      });
    }, 120_000);
  });

  it('is scraped by Prometheus, which has loaded its rules', async () => {
    await eventually(async () => {
      const up = (await ask(`query?query=${encodeURIComponent('up{job="grand-bend/grand-bend-api"}')}`)) as {
        data: { result: { value: [number, string] }[] };
      };
      expect(up.data.result.length).toBeGreaterThanOrEqual(3);
      expect(up.data.result.every(({ value }) => value[1] === '1')).toBe(true);
    }, 120_000);
    const groups = (await ask('rules')) as { data: { groups: { rules: { name: string; health: string }[] }[] } };
    const rules = groups.data.groups.flatMap((group) => group.rules);
    for (const name of ['HighErrorRate', 'HighLatency', 'DatabasePoolExhausted', 'BackupFailure', 'EdgeDown'])
      expect(
        rules.find((rule) => rule.name === name),
        name,
      ).toMatchObject({ health: 'ok' });
  });

  it('is backed up by its CronJob, and the status says so', async () => {
    const before =
      (await get<{ status: { backup?: { lastSuccessTime?: string } } }>(NS, 'hp', 'grand-bend')).status.backup
        ?.lastSuccessTime ?? '';
    const job = `grand-bend-backup-test-${Date.now()}`;
    await kube(['create', 'job', job, '-n', NS, '--from=cronjob/grand-bend-backup']);
    await eventually(async () => {
      const { status } = await get<{ status: { backup?: Record<string, string> } }>(NS, 'hp', 'grand-bend');
      expect(status.backup?.lastSuccessTime ?? '').not.toBe(before);
      expect(status.backup).toMatchObject({ lastArchive: expect.stringMatching(/^heroes-.*\.dump$/) as string });
    }, 180_000);
    await kube(['delete', 'job', job, '-n', NS]);
  });
});

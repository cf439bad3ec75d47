/** The edge in the whole: when the Service is led to it, what is said of it, and who may reach whom. */
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { describe, expect, it } from 'vitest';
import { Floors } from './floors.ts';
import type { Live, Observed } from './observed.ts';
import { plan } from './plan.ts';
import { status } from './status.ts';
import { platformWith, UID } from './testing/platforms.ts';

const NOW_MS = Date.UTC(2026, 10, 24, 12);
const COMPONENT = 'app.kubernetes.io/component';

const live = (kind: string, name: string, component: string, { version = '0.3.0', ready = 3 } = {}): Live => ({
  apiVersion: kind === 'Service' || kind === 'Pod' ? 'v1' : kind === 'Job' ? 'batch/v1' : 'apps/v1',
  kind,
  metadata: {
    name,
    generation: 1,
    labels: { [COMPONENT]: component, 'app.kubernetes.io/version': version },
    ownerReferences: [{ uid: UID }],
  },
  status: { observedGeneration: 1, replicas: 3, readyReplicas: ready, updatedReplicas: 3 },
});

const API = live('Deployment', 'demo-api', 'api');
const EDGE = live('Deployment', 'demo-edge', 'edge');
const LED = live('Service', 'demo-api', 'edge');
const MIGRATED: Live = {
  ...live('Job', 'm', 'migrate'),
  status: { conditions: [{ type: 'Complete', status: 'True' }] },
};
const BASE = [live('StatefulSet', 'demo-postgres', 'postgres'), live('Deployment', 'demo-cache', 'cache'), MIGRATED];
const SERVED = [...BASE, API, EDGE, LED];

interface Given extends Partial<Observed> {
  readonly spec?: object;
}

function looked({ spec = {}, ...seen }: Given) {
  const platform = platformWith({ release: { version: '0.3.0' }, ...spec });
  const whole: Observed = {
    platform,
    children: SERVED,
    pods: [],
    credentialsLost: false,
    monitoring: true,
    gateway: false,
    requestMetrics: true,
    ...seen,
  };
  const planned = plan(whole, new Floors().at(platform, NOW_MS), NOW_MS);
  return { seen: whole, planned, said: status(whole, { plan: planned, done: {} }, NOW_MS) };
}

const desired = (given: Given = {}) => looked(given).planned.desired();
const find = (given: Given, kind: string, name: string) =>
  desired(given).find((each) => each.kind === kind && each.metadata.name === name);
const leadsTo = (given: Given): unknown =>
  (find(given, 'Service', 'demo-api')?.spec as { selector: Record<string, string> }).selector[COMPONENT];
const condition = (given: Given, type: string): string => {
  const found = looked(given).said.conditions?.find((each) => each.type === type);
  return `${found?.status ?? ''} ${found?.reason ?? ''}: ${found?.message ?? ''}`;
};

describe('a platform that comes to a release with an edge', () => {
  const former = [...BASE, live('Service', 'demo-api', 'api')];
  const old = live('Deployment', 'demo-api', 'api', { version: '0.2.0' });

  it.each([
    ['goes on leading to the API while that is of the former release', [...former, old, EDGE], 'api'],
    ['while the edge is not there', [...former, API], 'api'],
    ['while no edge pod is ready', [...former, API, live('Deployment', 'demo-edge', 'edge', { ready: 0 })], 'api'],
    ['is led to the edge when both are there', [...former, API, EDGE], 'edge'],
    ['and stays there when the edge is away', [...BASE, API, LED], 'edge'],
    ['is led to it from the start when it is new', [], 'edge'],
  ])('%s', (_what, children, component) => {
    expect(leadsTo({ children })).toBe(component);
  });

  it('counts the pods of the former release that are still stopping', () => {
    const children = [...former, API, EDGE];
    expect(leadsTo({ children, pods: [live('Pod', 'demo-api-x', 'api', { version: '0.2.0' })] })).toBe('api');
  });

  it('has the API open to all as before, until it has been led to the edge for two minutes', () => {
    const open: Live = { ...live('NetworkPolicy', 'demo-api', 'api'), isOpen: true };
    const ingress = (children: readonly Live[]) =>
      (find({ children }, 'NetworkPolicy', 'demo-api')?.spec as INetworkPolicy['spec'])?.ingress;
    const toAll = [{ ports: [{ protocol: 'TCP', port: 8080 }] }];
    expect(ingress([...former, old, EDGE, open])).toEqual(toAll);
    expect(ingress([...former, API, EDGE, open])).toEqual(toAll);
    const led = (ledSinceMs: number) => [...BASE, API, EDGE, { ...LED, ledSinceMs }, open];
    expect(ingress(led(NOW_MS - 60_000))).toEqual(toAll);
    expect(looked({ children: led(NOW_MS - 60_000) }).planned.replanAtMs).toBe(NOW_MS + 60_000);
    expect(ingress(led(NOW_MS - 120_000))).toHaveLength(2);
  });

  it('has no name that leads to it before', () => {
    const spec = { api: { hostname: 'heroes.example.org' } };
    expect(find({ spec, children: [...former, old] }, 'Ingress', 'demo-api')).toBeUndefined();
    expect(find({ spec, children: [...former, API, EDGE] }, 'Ingress', 'demo-api')).toBeDefined();
  });

  it('has nothing of it in a release that has none', () => {
    const spec = { release: { version: '0.2.0' } };
    const names = desired({ spec, children: [...former, old] }).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(names.filter((each) => /edge|api-pods|Ingress/.test(each))).toEqual([]);
  });
});

describe('who reaches whom', () => {
  const ingress = (name: string) => (find({}, 'NetworkPolicy', name)?.spec as INetworkPolicy['spec'])?.ingress;
  const scraper = { namespaceSelector: {}, podSelector: { matchLabels: { 'app.kubernetes.io/name': 'prometheus' } } };

  it('is: the outside the edge, the edge the API, and whoever collects metrics both', () => {
    const [clients, metrics] = ingress('demo-edge') ?? [];
    expect(clients).toEqual({
      ports: [
        { protocol: 'TCP', port: 8080 },
        { protocol: 'TCP', port: 8443 },
      ],
    });
    expect(metrics).toEqual({ from: [scraper], ports: [{ protocol: 'TCP', port: 8404 }] });
    const [edge, other] = ingress('demo-api') ?? [];
    expect(edge?.from).toMatchObject([{ podSelector: { matchLabels: { [COMPONENT]: 'edge' } } }]);
    expect(other?.from).toEqual([scraper]);
    const egress = (find({}, 'NetworkPolicy', 'demo-edge')?.spec as INetworkPolicy['spec'])?.egress;
    expect(egress?.at(-1)?.to).toMatchObject([{ podSelector: { matchLabels: { [COMPONENT]: 'api' } } }]);
    expect(egress).toHaveLength(2);
  });
});

describe('what is said of it', () => {
  it('is that it is waited for, after the API', () => {
    const edge = live('Deployment', 'demo-edge', 'edge', { ready: 1 });
    expect(condition({ children: [...BASE, API, edge, LED] }, 'Ready')).toBe(
      'False WaitingForEdge: 1 of 3 edge pods are ready',
    );
    expect(condition({}, 'Ready')).toMatch(/^True Serving/);
    expect(looked({}).said.edge).toEqual({ replicas: 3, readyReplicas: 3 });
  });

  it('is that nobody is served without it', () => {
    const edge = live('Deployment', 'demo-edge', 'edge', { ready: 0 });
    expect(condition({ children: [...BASE, API, edge, LED] }, 'Available')).toBe(
      'False NoEdgePodReady: no edge pod is ready',
    );
  });

  it.each([
    [{}, 'http://demo-api.test.svc'],
    [{ api: { hostname: 'heroes.example.org' } }, 'http://heroes.example.org'],
    [{ api: { hostname: 'heroes.example.org' }, edge: { tls: { secretName: 'x' } } }, 'https://heroes.example.org'],
    [
      { api: { hostname: 'heroes.example.org' }, network: { publicUrl: 'https://www.example.org' } },
      'https://www.example.org',
    ],
  ])('is where it is reached: %j', (spec, endpoint) => {
    expect(looked({ spec }).said.endpoint).toBe(endpoint);
  });

  it('is that the cluster lacks what a Gateway needs; where it has it, there is a route', () => {
    const spec = { api: { hostname: 'heroes.example.org' }, edge: { gateway: { name: 'public' } } };
    expect(condition({ spec }, 'Ready')).toMatch(
      /^False GatewayApiMissing: spec\.edge\.gateway: .*install the Gateway/,
    );
    expect(find({ spec }, 'HTTPRoute', 'demo-api')).toBeUndefined();
    expect(find({ spec, gateway: true }, 'HTTPRoute', 'demo-api')).toBeDefined();
    expect(find({ spec, gateway: true }, 'Ingress', 'demo-api')).toBeUndefined();
    expect(condition({ spec, gateway: true }, 'Ready')).toMatch(/^True/);
  });
});

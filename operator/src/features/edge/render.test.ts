import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IService } from 'kubernetes-models/v1/Service';
import { describe, expect, it } from 'vitest';
import { platformWith } from '../../platform/testing/platforms.ts';
import { renderEdge, renderPublicService } from './render.ts';
import { renderRoute } from './route.ts';
import { EDGE_SECONDS } from './settings.ts';

const platform = (spec: object = {}) => platformWith({ release: { version: '0.3.0' }, ...spec });
const CAPACITY = { connections: 1000, buffers: 1000, threads: 1 };
const render = (spec: object = {}) => renderEdge(platform(spec), { version: '0.3.0', config: 'digest' }, CAPACITY);
const named = (spec: object, kind: string, name: string) =>
  render(spec).find((each) => each.kind === kind && each.metadata.name === name);
const deployment = (spec: object = {}) => named(spec, 'Deployment', 'demo-edge') as unknown as IDeployment;

describe('the edge', () => {
  it('is two pods, spread, of which one at most is taken at a time', () => {
    const { spec } = deployment();
    expect(spec?.replicas).toBe(2);
    const keys = spec?.template.spec?.topologySpreadConstraints?.map(({ topologyKey }) => topologyKey);
    expect(keys).toEqual(['topology.kubernetes.io/zone', 'kubernetes.io/hostname']);
    expect(named({}, 'PodDisruptionBudget', 'demo-edge')?.spec).toMatchObject({ maxUnavailable: 1 });
  });

  it('has the time that it takes to stop', () => {
    const grace = deployment().spec?.template.spec?.terminationGracePeriodSeconds ?? 0;
    expect(grace).toBeGreaterThan(EDGE_SECONDS.drain + EDGE_SECONDS.finish);
  });

  it('is not ready before it has reached an API pod, and stays ready when there is none', () => {
    const { startupProbe, readinessProbe, livenessProbe } = deployment().spec?.template.spec?.containers[0] ?? {};
    expect(startupProbe?.httpGet).toEqual({ path: '/started', port: 'metrics', scheme: 'HTTP' });
    for (const probe of [readinessProbe, livenessProbe]) expect(probe?.httpGet?.path).toBe('/health');
    // The API pods know its address by then.
    expect(startupProbe?.initialDelaySeconds).toBe(10);
    const { periodSeconds = 0, failureThreshold = 0 } = startupProbe ?? {};
    expect(periodSeconds * failureThreshold).toBe(900);
  });

  it('mounts the certificate whole, so that the kubelet brings a new one', () => {
    const spec = deployment({ edge: { tls: { secretName: 'certificate' } } }).spec?.template.spec;
    expect(spec?.volumes).toContainEqual({ name: 'tls', secret: { secretName: 'certificate', defaultMode: 0o440 } });
    const mount = spec?.containers[0]?.volumeMounts?.find(({ name }) => name === 'tls');
    expect(mount).toEqual({ name: 'tls', mountPath: '/etc/heroes/edge-tls', readOnly: true });
    expect(JSON.stringify(deployment().spec)).not.toContain('tls');
  });

  it('finds ready API pods alone, and is found by the API before it is ready', () => {
    const service = (name: string) => named({}, 'Service', name)?.spec as IService['spec'];
    expect(service('demo-api-pods')).toMatchObject({ clusterIP: 'None', ports: [{ name: 'http', port: 8080 }] });
    expect(service('demo-api-pods')?.publishNotReadyAddresses).toBeUndefined();
    expect(service('demo-edge')).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: true });
  });
});

describe('the Service that clients know', () => {
  it('leads to the edge, with TLS where there is a certificate', () => {
    const { metadata, spec } = renderPublicService(platform({ edge: { tls: { secretName: 'x' } } }));
    expect(metadata.name).toBe('demo-api');
    expect(spec?.selector).toMatchObject({ 'app.kubernetes.io/component': 'edge' });
    expect(spec?.ports?.map(({ name, port, targetPort }) => [name, port, targetPort])).toEqual([
      ['http', 80, 'http'],
      ['https', 443, 'https'],
    ]);
    expect(renderPublicService(platform()).spec?.ports).toHaveLength(1);
  });

  it('keeps the addresses of clients where it is reached from outside', () => {
    const specOf = (serviceType: string) => renderPublicService(platform({ edge: { serviceType } })).spec;
    expect(specOf('LoadBalancer')).toMatchObject({ type: 'LoadBalancer', externalTrafficPolicy: 'Local' });
    expect(specOf('ClusterIP')).not.toHaveProperty('externalTrafficPolicy');
  });
});

describe('the way from a name', () => {
  const api = { hostname: 'heroes.example.org' };

  it('is none without a name', () => {
    expect(renderRoute(platform())).toEqual([]);
  });

  it('is an Ingress, which ends TLS with the same certificate', () => {
    const edge = { tls: { secretName: 'certificate' }, ingressClassName: 'nginx' };
    const [ingress, ...others] = renderRoute(platform({ api, edge }));
    expect(others).toEqual([]);
    expect(ingress).toMatchObject({
      kind: 'Ingress',
      spec: {
        ingressClassName: 'nginx',
        tls: [{ hosts: ['heroes.example.org'], secretName: 'certificate' }],
        rules: [{ host: 'heroes.example.org', http: { paths: [{ backend: { service: { name: 'demo-api' } } }] } }],
      },
    });
    expect(renderRoute(platform({ api }))[0]?.spec).not.toHaveProperty('tls');
  });

  it('is an HTTPRoute where a Gateway is named', () => {
    const gateway = { name: 'public', namespace: 'gateways', sectionName: 'https' };
    expect(renderRoute(platform({ api, edge: { gateway } }))).toMatchObject([
      {
        kind: 'HTTPRoute',
        spec: {
          parentRefs: [{ kind: 'Gateway', name: 'public', namespace: 'gateways', sectionName: 'https' }],
          hostnames: ['heroes.example.org'],
          rules: [{ backendRefs: [{ name: 'demo-api', port: 80 }] }],
        },
      },
    ]);
    const [near] = renderRoute(platform({ api, edge: { gateway: { name: 'public' } } }));
    expect(near?.spec).toMatchObject({ parentRefs: [{ namespace: 'test' }] });
  });
});

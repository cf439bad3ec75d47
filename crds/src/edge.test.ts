import { describe, expect, it } from 'vitest';
import { parsePlatform } from './validate.ts';

const parse = (spec: object) =>
  parsePlatform({
    apiVersion: 'heroesinwaiting.com/v1alpha1',
    kind: 'HeroesPlatform',
    metadata: { name: 'demo', namespace: 'test' },
    spec: { district: { displayName: 'Demo', timeZone: 'UTC' }, release: { version: '0.3.0' }, ...spec },
  });
const faults = (spec: object): string => {
  const parsed = parse(spec);
  return parsed.ok ? '' : parsed.faults.map(({ path, message }) => `${path}: ${message}`).join('\n');
};

describe('spec.edge', () => {
  it('has all that it needs by itself', () => {
    const parsed = parse({});
    expect(parsed).toMatchObject({ ok: true, platform: { spec: { edge: { replicas: 2, serviceType: 'ClusterIP' } } } });
  });

  const api = { hostname: 'heroes.example.org' };
  it.each([
    ['fewer than two pods', { edge: { replicas: 1 } }, 'spec.edge.replicas'],
    ['a way without a name', { edge: { ingressClassName: 'nginx' } }, 'need api.hostname: give the name'],
    ['a Gateway without a name', { edge: { gateway: { name: 'a' } } }, 'need api.hostname: give the name'],
    [
      'a Gateway and an ingress class',
      { api, edge: { gateway: { name: 'a' }, ingressClassName: 'nginx' } },
      'exclude each other',
    ],
    ['an address as a name', { api: { hostname: '10.0.0.1' } }, 'spec.api.hostname'],
    ['a name with a port', { api: { hostname: 'heroes.example.org:80' } }, 'spec.api.hostname'],
    ['a name of one label', { api: { hostname: 'heroes' } }, 'spec.api.hostname'],
  ])('refuses %s', (_what, spec, words) => {
    expect(faults(spec)).toContain(words);
  });

  it.each([{ gateway: { name: 'a', namespace: 'b', sectionName: 'https' } }, { ingressClassName: 'nginx' }, {}])(
    'takes a name with %j',
    (edge) => {
      expect(faults({ api, edge })).toBe('');
    },
  );
});

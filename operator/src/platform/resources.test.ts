import { describe, expect, it } from 'vitest';
import { platformWith } from './testing/platforms.ts';
import { canonicalResources, decideResources } from './resources.ts';

const ACCEPTED = { ok: true, value: true };

/** Where resources are, and a spec that has them there. */
const PLACES: [string, (resources: object) => object][] = [
  ['spec.api.resources', (resources) => ({ api: { resources } })],
  ['spec.edge.resources', (resources) => ({ edge: { resources } })],
  ['spec.database.embedded.resources', (resources) => ({ database: { embedded: { resources } } })],
];

describe.each(PLACES)('decideResources, of %s', (path, withResources) => {
  const decide = (requests: object, limits: object) =>
    decideResources(platformWith(withResources({ requests, limits })).spec);

  it.each([
    ['less than the limit', { cpu: '500m', memory: '512Mi' }, { cpu: '1', memory: '1Gi' }],
    ['as much as the limit, in other words', { cpu: '1000m', memory: '1024Mi' }, { cpu: '1', memory: '1Gi' }],
    ['less, in other units', { cpu: '1', memory: '1G' }, { cpu: '1001m', memory: '1Gi' }],
  ])('accepts %s', (_what, requests, limits) => {
    expect(decide(requests, limits)).toEqual(ACCEPTED);
  });

  it.each([
    ['cpu', { cpu: '1001m' }, { cpu: '1' }, '1001m is more than the limit 1: lower the request or raise limits.cpu'],
    [
      'memory',
      { memory: '1.1Gi' },
      { memory: '1G' },
      '1.1Gi is more than the limit 1G: lower the request or raise limits.memory',
    ],
  ])('refuses more %s than the limit, and says what to do', (kind, requests, limits, message) => {
    expect(decide(requests, limits)).toEqual({
      ok: false,
      reason: 'InvalidResources',
      path: `${path}.requests.${kind}`,
      message,
    });
  });
});

describe('what is not limited', () => {
  it('may be asked for in any amount', () => {
    const resources = { requests: { cpu: '64' } };
    expect(decideResources(platformWith({ database: { embedded: { resources } } }).spec)).toEqual(ACCEPTED);
  });

  it('is not written', () => {
    const given = { requests: { cpu: '1000m', memory: '1024Mi' }, limits: { memory: '2048Mi' } };
    expect(canonicalResources(given)).toEqual({ requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '2Gi' } });
  });
});

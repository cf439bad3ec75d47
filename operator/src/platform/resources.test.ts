import { describe, expect, it } from 'vitest';
import { platformWith } from '../../platform/testing/platforms.ts';
import { decideResources } from './decide.ts';

const decide = (requests: object, limits: object) =>
  decideResources(platformWith({ api: { resources: { requests, limits } } }).spec);

describe('decideResources', () => {
  it.each([
    ['less than the limit', { cpu: '500m', memory: '512Mi' }, { cpu: '1', memory: '1Gi' }],
    ['as much as the limit, in other words', { cpu: '1000m', memory: '1024Mi' }, { cpu: '1', memory: '1Gi' }],
    ['less, in other units', { cpu: '1', memory: '1G' }, { cpu: '1001m', memory: '1Gi' }],
  ])('accepts %s', (_what, requests, limits) => {
    expect(decide(requests, limits)).toEqual({ ok: true, value: true });
  });

  it.each([
    ['cpu', { cpu: '1001m' }, { cpu: '1' }, '1001m is more than the limit 1: lower the request or raise limits.cpu'],
    [
      'memory',
      { memory: '1.1Gi' },
      { memory: '1G' },
      '1.1Gi is more than the limit 1G: lower the request or raise limits.memory',
    ],
  ])('refuses more %s than the limit, and says what to do', (resource, requests, limits, message) => {
    expect(decide(requests, limits)).toEqual({
      ok: false,
      reason: 'InvalidResources',
      path: `spec.api.resources.requests.${resource}`,
      message,
    });
  });
});

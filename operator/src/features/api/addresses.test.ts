import { describe, expect, it } from 'vitest';
import { platformWith } from '../../platform/testing/platforms.ts';
import { decideAddresses } from './addresses.ts';

const decide = (spec: object) => decideAddresses(platformWith(spec).spec);

describe('decideAddresses', () => {
  it.each([
    ['none', {}],
    ['a port', { observability: { tracing: { endpoint: 'http://collector.monitoring.svc:4318' } } }],
    ['IPv4 and IPv6', { network: { trustedProxies: ['10.0.0.0/8', '192.168.7.7', 'fd00::/8', '::1'] } }],
  ])('accepts %s', (_what, spec) => {
    expect(decide(spec)).toEqual({ ok: true, value: true });
  });

  const secret = { name: 'secret', key: 'key' };
  const network = { publicUrl: 'https://heroes.example.org' };
  it.each([
    ['spec.network.publicUrl', { network: { publicUrl: 'https://heroes:port' } }],
    ['spec.auth.oidc.issuer', { network, auth: { oidc: { issuer: 'https://[login', clientId: 'heroes' } } }],
    ['spec.safety.webhook.url', { safety: { webhook: { url: 'https://a:99999/hook', secret } } }],
    ['spec.observability.tracing.endpoint', { observability: { tracing: { endpoint: 'http://%00:4318' } } }],
    [
      'spec.observability.logs.elasticsearch.url',
      { observability: { logs: { elasticsearch: { url: 'https://logs.example.org:65536' } } } },
    ],
    ['spec.network.trustedProxies[1]', { network: { trustedProxies: ['10.0.0.1', '10.0.0.256'] } }],
    ['spec.network.trustedProxies[0]', { network: { trustedProxies: ['1::2::3'] } }],
  ])('refuses what is none at %s, and says what to do', (path, spec) => {
    expect(decide(spec)).toMatchObject({
      ok: false,
      reason: 'InvalidAddress',
      path,
      message: expect.stringMatching(/is not (a URL: correct|an address or a network: write)/) as string,
    });
  });
});

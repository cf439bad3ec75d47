import { describe, expect, it } from 'vitest';
import { platformWith } from '../../platform/testing/platforms.ts';
import { apiSettings, outsidePorts } from './settings.ts';

const FULL = {
  auth: {
    oidc: { issuer: 'https://login.example.org:8443/realm', clientId: 'heroes', clientSecret: { name: 'idp' } },
    bootstrapToken: { name: 'first', key: 'token' },
  },
  network: { publicUrl: 'https://heroes.example.org', trustedProxies: ['10.0.0.0/8', '192.168.7.7'] },
  safety: { webhook: { url: 'https://safety.example.org/hook', secret: { name: 'hook' } } },
  observability: {
    tracing: { endpoint: 'http://collector.monitoring.svc:4318' },
    logs: { elasticsearch: { url: 'https://logs.example.org:9200' } },
  },
};

const settingsOf = (spec: object, version = '0.2.0') =>
  Object.fromEntries(
    apiSettings(platformWith(spec), { version, secret: 'demo-credentials' }).map((each) => [
      each.name,
      each.value ?? each.valueFrom?.secretKeyRef,
    ]),
  );

describe('the settings of the API', () => {
  it('are what the spec says', () => {
    const { RETENTION_POLICY: policy, ...others } = settingsOf(FULL);
    expect(others).toEqual({
      PUBLIC_URL: 'https://heroes.example.org',
      TRUSTED_PROXIES: '10.0.0.0/8,192.168.7.7',
      OIDC_ISSUER: 'https://login.example.org:8443/realm',
      OIDC_CLIENT_ID: 'heroes',
      OIDC_CLIENT_SECRET: { name: 'idp', key: 'client-secret' },
      HELP_WEBHOOK_URL: 'https://safety.example.org/hook',
      HELP_WEBHOOK_SECRET: { name: 'hook', key: 'secret' },
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.monitoring.svc:4318',
      OTEL_TRACES_SAMPLER_ARG: '0.05',
      BOOTSTRAP_TOKEN: { name: 'first', key: 'token' },
    });
    expect(JSON.parse(policy as string)).toHaveLength(11);
  });

  it('believe the edge, where there is one, and leave the proxies in front of it to it', () => {
    const { EDGE_HOST: edge, TRUSTED_PROXIES: proxies } = settingsOf(FULL, '0.3.0');
    expect([edge, proxies]).toEqual(['demo-edge', undefined]);
    expect(settingsOf({}, '0.2.0')).not.toHaveProperty('EDGE_HOST');
  });

  it('ask for nothing that a platform does not have: an older Secret has no bootstrap token', () => {
    expect(Object.keys(settingsOf({}))).toEqual(['RETENTION_POLICY', 'BOOTSTRAP_TOKEN']);
    expect(settingsOf({}).BOOTSTRAP_TOKEN).toEqual({
      name: 'demo-credentials',
      key: 'bootstrap-token',
      optional: true,
    });
  });
});

describe('the ports outside', () => {
  it('are those of what the API calls, and none otherwise', () => {
    expect(outsidePorts(platformWith(FULL))).toEqual([443, 4318, 8443, 9200]);
    expect(outsidePorts(platformWith())).toEqual([]);
  });
});

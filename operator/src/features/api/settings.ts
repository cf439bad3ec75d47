/** What the API is told of the spec beyond where its database and cache are: how people sign in, whom it tells, what is kept. */
import type { IEnvVar } from 'kubernetes-models/v1/EnvVar';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { retentionRules } from '@heroes/crds/privacy.ts';
import { childName } from '../../platform/names.ts';
import { optionalSecretEnv, plainEnv, secretEnv } from '../../platform/pods.ts';
import { BELL_RELEASE, isAtLeast } from '../../platform/versions.ts';

/**
 * @param version - of the API
 * @param secret - name of the platform's credentials
 */
export function apiSettings(
  platform: HeroesPlatform,
  { version, secret }: { readonly version: string; readonly secret: string },
): IEnvVar[] {
  const { auth, network, safety, observability } = platform.spec;
  const { oidc, bootstrapToken } = auth;
  const { tracing } = observability;
  return [
    ...plainEnv({
      ...(network.publicUrl === undefined ? {} : { PUBLIC_URL: network.publicUrl }),
      ...believed(platform, version),
      ...(oidc === undefined ? {} : { OIDC_ISSUER: oidc.issuer, OIDC_CLIENT_ID: oidc.clientId }),
      ...(safety.webhook === undefined ? {} : { HELP_WEBHOOK_URL: safety.webhook.url }),
      ...(tracing === undefined
        ? {}
        : { OTEL_EXPORTER_OTLP_ENDPOINT: tracing.endpoint, OTEL_TRACES_SAMPLER_ARG: tracing.samplePercent / 100 }),
      RETENTION_POLICY: JSON.stringify(retentionRules(platform.spec.privacy)),
    }),
    ...(oidc?.clientSecret === undefined
      ? []
      : [secretEnv(oidc.clientSecret.name, 'OIDC_CLIENT_SECRET', oidc.clientSecret.key)]),
    ...(safety.webhook === undefined
      ? []
      : [secretEnv(safety.webhook.secret.name, 'HELP_WEBHOOK_SECRET', safety.webhook.secret.key)]),
    bootstrapToken === undefined
      ? optionalSecretEnv(secret, 'BOOTSTRAP_TOKEN', 'bootstrap-token')
      : secretEnv(bootstrapToken.name, 'BOOTSTRAP_TOKEN', bootstrapToken.key),
  ];
}

/** Whom the API believes in X-Forwarded-For: the edge alone, which believes the proxies in front of it; before there was one, those. */
function believed(platform: HeroesPlatform, version: string): Record<string, string> {
  const { trustedProxies } = platform.spec.network;
  if (isAtLeast(version, BELL_RELEASE)) return { EDGE_HOST: childName(platform, 'edge') };
  return trustedProxies.length === 0 ? {} : { TRUSTED_PROXIES: trustedProxies.join(',') };
}

/** @returns the ports of services outside of the platform that API pods call, each once, ascending. */
export function outsidePorts({ spec }: HeroesPlatform): number[] {
  const { auth, safety, observability } = spec;
  const urls = [
    auth.oidc?.issuer,
    safety.webhook?.url,
    observability.tracing?.endpoint,
    observability.logs?.elasticsearch.url,
  ].filter((url) => url !== undefined);
  return [...new Set(urls.map(portOf))].sort((a, b) => a - b);
}

function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}

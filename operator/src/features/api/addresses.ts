/** What a schema cannot say of addresses: that there is something to be called at them. */
import type { Spec } from '@heroes/crds/spec.ts';
import { accept, REASONS, refuse, type Verdict } from '../../platform/verdict.ts';

/** @returns a refusal for the first address that the API's pods could not start with, or could not call. */
export function decideAddresses({ auth, network, safety, observability }: Spec): Verdict<true> {
  const urls: readonly (readonly [path: string, url: string | undefined])[] = [
    ['spec.auth.oidc.issuer', auth.oidc?.issuer],
    ['spec.network.publicUrl', network.publicUrl],
    ['spec.safety.webhook.url', safety.webhook?.url],
    ['spec.observability.tracing.endpoint', observability.tracing?.endpoint],
    ['spec.observability.logs.elasticsearch.url', observability.logs?.elasticsearch.url],
  ];
  for (const [path, url] of urls) {
    if (url === undefined || URL.canParse(url)) continue;
    return refuse(REASONS.InvalidAddress, path, `"${url}" is not a URL: correct its host or its port`);
  }
  for (const [index, proxy] of network.trustedProxies.entries()) {
    if (isNetwork(proxy)) continue;
    const path = `spec.network.trustedProxies[${index}]`;
    const message = `"${proxy}" is not an address or a network: write it as 10.0.0.0/8 or fd00::/8`;
    return refuse(REASONS.InvalidAddress, path, message);
  }
  return accept(true);
}

function isNetwork(text: string): boolean {
  const [address = '', prefix = '0'] = text.split('/');
  return Number(prefix) <= bitsOf(address);
}

/** @returns how long an address is; less than nothing when it is none. URLs hold addresses of both kinds, in their plain form. */
function bitsOf(address: string): number {
  if (address.includes(':')) return URL.canParse(`http://[${address}]`) ? 128 : -1;
  return URL.parse(`http://${address}`)?.hostname === address ? 32 : -1;
}

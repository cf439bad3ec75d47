/** The way from `api.hostname` to the edge: an Ingress, or an HTTPRoute of the Gateway API where the spec names a Gateway. */
import type { IIngress } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { childMetadata, type Manifest } from '../../platform/manifest.ts';
import { childName } from '../../platform/names.ts';

const HTTP_PORT = 80;

/** @returns the Ingress or the HTTPRoute; nothing without a hostname. */
export function renderRoute(platform: HeroesPlatform): Manifest[] {
  const { api, edge } = platform.spec;
  if (api.hostname === undefined) return [];
  return [
    edge.gateway === undefined ? ingress(platform, api.hostname) : httpRoute(platform, api.hostname, edge.gateway),
  ];
}

function ingress(platform: HeroesPlatform, host: string): Manifest & IIngress {
  const { tls, ingressClassName } = platform.spec.edge;
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: childMetadata(platform, 'api', 'edge'),
    spec: {
      ...(ingressClassName === undefined ? {} : { ingressClassName }),
      ...(tls === undefined ? {} : { tls: [{ hosts: [host], secretName: tls.secretName }] }),
      rules: [
        {
          host,
          http: {
            paths: [
              {
                path: '/',
                pathType: 'Prefix',
                backend: { service: { name: childName(platform, 'api'), port: { name: 'http' } } },
              },
            ],
          },
        },
      ],
    },
  };
}

type Gateway = NonNullable<HeroesPlatform['spec']['edge']['gateway']>;

function httpRoute(platform: HeroesPlatform, host: string, gateway: Gateway): Manifest {
  const { name, namespace = platform.metadata.namespace, sectionName } = gateway;
  const section = sectionName === undefined ? {} : { sectionName };
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: childMetadata(platform, 'api', 'edge'),
    spec: {
      // With the defaults of the Gateway API, as they are stored.
      parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name, namespace, ...section }],
      hostnames: [host],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/' } }],
          backendRefs: [{ group: '', kind: 'Service', name: childName(platform, 'api'), port: HTTP_PORT, weight: 1 }],
        },
      ],
    },
  };
}

/** Who may talk to whom: everything is denied that is not named here. */
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { childMetadata, type Manifest } from '../../platform/manifest.ts';
import { INSTANCE_LABEL, MANAGED_BY, PORTS, selectorLabels, type Component } from '../../platform/names.ts';
import { ACCOUNTS_RELEASE, BELL_RELEASE, isAtLeast } from '../../platform/versions.ts';

type Spec = NonNullable<INetworkPolicy['spec']>;
type IngressRule = NonNullable<Spec['ingress']>[number];
type EgressRule = NonNullable<Spec['egress']>[number];

const tcp = (port: number) => [{ protocol: 'TCP' as const, port }];

const DNS: EgressRule = {
  to: [{ namespaceSelector: {}, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }],
  ports: [
    { protocol: 'UDP', port: 53 },
    { protocol: 'TCP', port: 53 },
  ],
};

/** Components of work on a clock. */
const JOBS = ['refresh', 'retention', 'audit'] as const satisfies readonly Component[];

export interface Ways {
  /**
   * Ports of services outside of the platform that the API calls; a policy knows no names, so that they are open to any address.
   */
  readonly outside: readonly number[];
  /** Whether clients may come to the API without the edge; from namespaces that this platform does not know. */
  readonly isDirect: boolean;
}

/** @returns a policy that denies all, and one a component that allows what it needs. */
export function renderNetwork(platform: HeroesPlatform, { outside, isDirect }: Ways): Manifest[] {
  const { version } = platform.spec.release;
  const jobs = isAtLeast(version, ACCOUNTS_RELEASE) ? JOBS : [];
  const hasEdge = isAtLeast(version, BELL_RELEASE);
  const pods = (...components: Component[]) =>
    components.map((component) => ({ podSelector: { matchLabels: selectorLabels(platform, component) } }));
  const to = (component: Component, port: number): EgressRule => ({ to: pods(component), ports: tcp(port) });
  const from = (port: number, ...components: Component[]): IngressRule => ({
    from: pods(...components),
    ports: tcp(port),
  });
  return [
    denyAll(platform),
    policy(platform, 'api', {
      ingress: isDirect ? [{ ports: tcp(PORTS.api) }] : [from(PORTS.api, 'edge'), scrape(platform, PORTS.api)],
      egress: [
        DNS,
        to('postgres', PORTS.postgres),
        to('cache', PORTS.cache),
        ...(outside.length === 0 ? [] : [{ ports: outside.flatMap(tcp) }]),
      ],
    }),
    ...(hasEdge
      ? [
          policy(platform, 'edge', {
            ingress: [{ ports: [...tcp(PORTS.edge), ...tcp(PORTS.edgeTls)] }, scrape(platform, PORTS.edgeMetrics)],
            egress: [DNS, to('api', PORTS.api)],
          }),
        ]
      : []),
    policy(platform, 'postgres', { ingress: [from(PORTS.postgres, 'api', 'migrate', 'backup', ...jobs)], egress: [] }),
    policy(platform, 'cache', { ingress: [from(PORTS.cache, 'api')], egress: [] }),
    ...(['migrate', 'backup', ...jobs] as const).map((component) =>
      policy(platform, component, { ingress: [], egress: [DNS, to('postgres', PORTS.postgres)] }),
    ),
  ];
}

/** Whoever collects metrics runs in a namespace that this platform does not know, and is told by its labels. */
const scrape = ({ spec }: HeroesPlatform, port: number): IngressRule => ({
  from: [{ namespaceSelector: {}, podSelector: { matchLabels: { ...spec.observability.scraperLabels } } }],
  ports: tcp(port),
});

function denyAll(platform: HeroesPlatform): Manifest & INetworkPolicy {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: childMetadata(platform, 'deny-all', 'api'),
    spec: {
      podSelector: { matchLabels: { [INSTANCE_LABEL]: platform.metadata.name, ...MANAGED_BY } },
      policyTypes: ['Ingress', 'Egress'],
    },
  };
}

function policy(
  platform: HeroesPlatform,
  component: Component,
  allowed: { ingress: IngressRule[]; egress: EgressRule[] },
): Manifest & INetworkPolicy {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: childMetadata(platform, component, component),
    spec: {
      podSelector: { matchLabels: selectorLabels(platform, component) },
      policyTypes: ['Ingress', 'Egress'],
      // An empty list and an absent one mean the same; the absent one is what the API server stores.
      ...(allowed.ingress.length === 0 ? {} : { ingress: allowed.ingress }),
      ...(allowed.egress.length === 0 ? {} : { egress: allowed.egress }),
    },
  };
}

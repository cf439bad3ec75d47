/** The edge: HAProxy in front of the API pods, and the Services by which it is found and finds them. */
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import type { IService } from 'kubernetes-models/v1/Service';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { childMetadata, type Manifest } from '../../platform/manifest.ts';
import { childName, CONFIG_CHECKSUM, PORTS, selectorLabels, type Component } from '../../platform/names.ts';
import { container, podTemplate, scratch } from '../../platform/pods.ts';
import { canonicalResources } from '../../platform/resources.ts';
import type { EdgeCapacity } from './decide.ts';
import { haproxyConf } from './haproxy.ts';
import { CERTIFICATE_FOLDER, CONFIG_FOLDER, EDGE_SECONDS } from './settings.ts';

/** Beyond the drain and what is under way, for the process to end. */
const SPARE_SECONDS = 7;

/**
 * The API believes the peers that the DNS names as the edge's pods (services/api/src/limits/edge-peers.ts). A pod is named as soon as
 * it has an address; it is ready once the DNS and the API pods have surely heard of it.
 */
const KNOWN_AFTER_SECONDS = 10;

/**
 * How long a pod that starts waits for an API pod that it reaches; then it starts anew. Longer than a new platform takes until its
 * API is there, with the start of the database and the migration; a network policy that lets it in is there within seconds.
 */
const START_SECONDS = 900;
const PROBE_SECONDS = 2;

export interface EdgeRelease {
  readonly version: string;
  /** Digest of the configuration: HAProxy reads it when it starts, so a change of it rolls the pods. */
  readonly config: string;
}

/** @returns the edge's objects, in the order in which they are read best. */
export function renderEdge(platform: HeroesPlatform, release: EdgeRelease, capacity: EdgeCapacity): Manifest[] {
  return [
    configMap(platform, capacity),
    headless(platform, { suffix: 'edge', component: 'edge', publishAll: true }),
    // Ready pods alone: whoever drains gets nothing new.
    headless(platform, { suffix: 'api-pods', component: 'api', publishAll: false }),
    disruptionBudget(platform),
    deployment(platform, release),
  ];
}

/** @returns the Service NAME-api, by which clients find the edge. */
export function renderPublicService(platform: HeroesPlatform): Manifest & IService {
  const { serviceType, tls } = platform.spec.edge;
  const port = (name: string, number: number) => ({ name, port: number, targetPort: name, protocol: 'TCP' as const });
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: childMetadata(platform, 'api', 'edge'),
    spec: {
      type: serviceType,
      // Otherwise nodes put their own address in place of the client's.
      ...(serviceType === 'LoadBalancer' ? { externalTrafficPolicy: 'Local' } : {}),
      selector: selectorLabels(platform, 'edge'),
      ports: [
        { ...port('http', 80), appProtocol: 'http' },
        ...(tls === undefined ? [] : [{ ...port('https', 443), appProtocol: 'https' }]),
      ],
    },
  };
}

interface Headless {
  readonly suffix: string;
  readonly component: Component;
  /** Also of pods that are not ready. */
  readonly publishAll: boolean;
}

function headless(platform: HeroesPlatform, { suffix, component, publishAll }: Headless): Manifest & IService {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: childMetadata(platform, suffix, component),
    spec: {
      type: 'ClusterIP',
      clusterIP: 'None',
      selector: selectorLabels(platform, component),
      ...(publishAll ? { publishNotReadyAddresses: true } : {}),
      ports: [{ name: 'http', port: PORTS.api, targetPort: 'http', protocol: 'TCP', appProtocol: 'http' }],
    },
  };
}

function configMap(platform: HeroesPlatform, capacity: EdgeCapacity): Manifest & IConfigMap {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: childMetadata(platform, 'edge', 'edge'),
    data: { 'haproxy.cfg': haproxyConf(platform, capacity) },
  };
}

function disruptionBudget(platform: HeroesPlatform): Manifest & IPodDisruptionBudget {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: childMetadata(platform, 'edge', 'edge'),
    spec: {
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: { matchLabels: selectorLabels(platform, 'edge') },
    },
  };
}

function deployment(platform: HeroesPlatform, { version, config }: EdgeRelease): Manifest & IDeployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: childMetadata(platform, 'edge', 'edge'),
    spec: {
      replicas: platform.spec.edge.replicas,
      selector: { matchLabels: selectorLabels(platform, 'edge') },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: podTemplate(platform, {
        component: 'edge',
        version,
        annotations: { [CONFIG_CHECKSUM]: config },
        spec: podSpec(platform, version),
      }),
    },
  };
}

function podSpec(platform: HeroesPlatform, version: string): IPodSpec {
  const { tls } = platform.spec.edge;
  const temporary = scratch('tmp', '/tmp', '16Mi');
  return {
    terminationGracePeriodSeconds: EDGE_SECONDS.drain + EDGE_SECONDS.finish + SPARE_SECONDS,
    topologySpreadConstraints: ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
      maxSkew: 1,
      topologyKey,
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: selectorLabels(platform, 'edge') },
      matchLabelKeys: ['pod-template-hash'],
    })),
    containers: [
      {
        ...edgeContainer(platform, version),
        volumeMounts: [
          { name: 'config', mountPath: CONFIG_FOLDER, readOnly: true },
          ...(tls === undefined ? [] : [{ name: 'tls', mountPath: CERTIFICATE_FOLDER, readOnly: true }]),
          temporary.mount,
        ],
      },
    ],
    volumes: [
      { name: 'config', configMap: { name: childName(platform, 'edge') } },
      ...(tls === undefined ? [] : [{ name: 'tls', secret: { secretName: tls.secretName, defaultMode: 0o440 } }]),
      temporary.volume,
    ],
  };
}

function edgeContainer(platform: HeroesPlatform, version: string): IContainer {
  // On a port that clients do not reach: one that is full of them is busy, and not dead.
  const health = { httpGet: { path: '/health', port: 'metrics', scheme: 'HTTP' as const } };
  const port = (name: string, containerPort: number) => ({ name, containerPort, protocol: 'TCP' as const });
  return container(platform, {
    name: 'edge',
    image: 'edge',
    version,
    ports: [
      port('http', PORTS.edge),
      ...(platform.spec.edge.tls === undefined ? [] : [port('https', PORTS.edgeTls)]),
      port('metrics', PORTS.edgeMetrics),
    ],
    resources: canonicalResources(platform.spec.edge.resources),
    // Before it reaches an API pod it has nothing but 503 for clients whom others of its kind can serve.
    startupProbe: {
      httpGet: { ...health.httpGet, path: '/started' },
      initialDelaySeconds: KNOWN_AFTER_SECONDS,
      periodSeconds: PROBE_SECONDS,
      timeoutSeconds: 5,
      failureThreshold: START_SECONDS / PROBE_SECONDS,
    },
    // Whether there is an API is not asked any more: without one, 503 with Retry-After is better than nobody who answers.
    readinessProbe: { ...health, periodSeconds: PROBE_SECONDS, timeoutSeconds: 5, failureThreshold: 2 },
    livenessProbe: { ...health, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
  });
}

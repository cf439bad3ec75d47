/** The API: its Service and its Deployment, each pod with a PgBouncer of its own. */
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import type { IService } from 'kubernetes-models/v1/Service';
import type { IVolume } from 'kubernetes-models/v1/Volume';
import type { IVolumeMount } from 'kubernetes-models/v1/VolumeMount';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { childMetadata, type Manifest } from '../../platform/manifest.ts';
import { childName, DATABASE_NAME, PORTS, selectorLabels, VERSION_LABEL } from '../../platform/names.ts';
import {
  container,
  inputAnnotations,
  plainEnv,
  podTemplate,
  scratch,
  secretEnv,
  type Release,
} from '../../platform/pods.ts';
import { canonicalResources } from '../../platform/resources.ts';
import { ACCOUNTS_RELEASE, BELL_RELEASE, isAtLeast } from '../../platform/versions.ts';
import { apiSettings } from './settings.ts';

/** The sidecar that pods carry beside the API, made by the pooler feature. */
export interface Sidecar {
  readonly container: IContainer;
  readonly volumes: readonly IVolume[];
}

/** The agent that ships the API's lines, made by the logs feature. */
export interface LogAgent extends Sidecar {
  /** Where it looks for them. */
  readonly directory: string;
  readonly mount: IVolumeMount;
}

export interface ApiRelease extends Release {
  readonly sidecar: Sidecar;
  readonly agent?: LogAgent;
}

interface PodTimes {
  /** For which a stopping pod still answers while load balancers learn of it; seconds. */
  readonly drain: number;
  /** In which it has done that, finished its requests, and closed its connections; seconds. */
  readonly grace: number;
  /** How often it is asked whether it has started, every two seconds. */
  readonly startupProbes: number;
}

/** The service's review gives 40 s to start; warming up takes 15 s at most. A load balancer that goes by DNS takes up to 8 s to see a pod go. */
const TIMES: PodTimes = { drain: 8, grace: 50, startupProbes: 28 };
const TIMES_BEFORE: PodTimes = { drain: 5, grace: 45, startupProbes: 20 };

const timesOf = (version: string): PodTimes => (isAtLeast(version, BELL_RELEASE) ? TIMES : TIMES_BEFORE);

/** @returns the Service by which the API is found inside the cluster. */
export function renderApiService(platform: HeroesPlatform): Manifest & IService {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: childMetadata(platform, 'api', 'api'),
    spec: {
      type: 'ClusterIP',
      selector: selectorLabels(platform, 'api'),
      ports: [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP', appProtocol: 'http' }],
    },
  };
}

/** @returns the PodDisruptionBudget: a drain of a node takes one pod at a time. */
export function renderDisruptionBudget(platform: HeroesPlatform): Manifest & IPodDisruptionBudget {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: childMetadata(platform, 'api', 'api'),
    spec: {
      maxUnavailable: 1,
      // A pod that is not ready serves nobody: it must not hold up a drain.
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: { matchLabels: selectorLabels(platform, 'api') },
    },
  };
}

/** @returns the Deployment. It carries no `replicas`: they are the autoscaler's. */
export function renderApiDeployment(platform: HeroesPlatform, release: ApiRelease): Manifest & IDeployment {
  const metadata = childMetadata(platform, 'api', 'api');
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...metadata, labels: { ...metadata.labels, [VERSION_LABEL]: release.version } },
    spec: {
      selector: { matchLabels: selectorLabels(platform, 'api') },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      progressDeadlineSeconds: 600,
      template: podTemplate(platform, {
        component: 'api',
        version: release.version,
        annotations: inputAnnotations(release.inputs),
        spec: apiPodSpec(platform, release),
      }),
    },
  };
}

function apiPodSpec(platform: HeroesPlatform, release: ApiRelease): IPodSpec {
  const { sidecar, agent } = release;
  const temporary = scratch('tmp', '/tmp', '64Mi');
  return {
    terminationGracePeriodSeconds: timesOf(release.version).grace,
    topologySpreadConstraints: ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
      maxSkew: 1,
      topologyKey,
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: selectorLabels(platform, 'api') },
      // Each release is spread by itself, else a roll's old pods push the new ones onto one node.
      matchLabelKeys: ['pod-template-hash'],
    })),
    // The agent comes first, so that it is there until all others have said their last.
    initContainers: [...(agent === undefined ? [] : [agent.container]), sidecar.container],
    containers: [
      {
        ...apiContainer(platform, release),
        volumeMounts: [temporary.mount, ...(agent === undefined ? [] : [agent.mount])],
      },
    ],
    volumes: [...sidecar.volumes, temporary.volume, ...(agent?.volumes ?? [])],
  };
}

function apiContainer(platform: HeroesPlatform, { version, inputs, agent }: ApiRelease): IContainer {
  const { secret } = inputs;
  const { resources, databasePoolSize } = platform.spec.api;
  const probe = (path: string) => ({ httpGet: { path, port: 'http', scheme: 'HTTP' as const } });
  return container(platform, {
    name: 'api',
    image: 'api',
    version,
    ports: [{ name: 'http', containerPort: PORTS.api, protocol: 'TCP' }],
    env: [
      ...plainEnv({
        SERVICE_VERSION: version,
        PORT: PORTS.api,
        DATABASE_HOST: '127.0.0.1',
        DATABASE_PORT: PORTS.pgbouncer,
        DATABASE_NAME,
        DATABASE_USER: 'heroes_api',
        DATABASE_POOL_SIZE: databasePoolSize,
        CACHE_HOST: childName(platform, 'cache'),
        CACHE_PORT: PORTS.cache,
        DRAIN_SECONDS: timesOf(version).drain,
      }),
      secretEnv(secret, 'DATABASE_PASSWORD', 'api-password'),
      secretEnv(secret, 'CACHE_PASSWORD', 'cache-password'),
      secretEnv(secret, 'TOKEN_SECRET', 'token-secret'),
      ...(isAtLeast(version, ACCOUNTS_RELEASE) ? apiSettings(platform, { version, secret }) : []),
      ...(agent === undefined ? [] : plainEnv({ LOG_DIRECTORY: agent.directory })),
    ],
    resources: canonicalResources(resources),
    // The service's review: a health check every 30 s with 10 s to answer, three failures, 40 s to start.
    livenessProbe: { ...probe('/livez'), periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 3 },
    startupProbe: {
      ...probe('/startupz'),
      periodSeconds: 2,
      timeoutSeconds: 10,
      failureThreshold: timesOf(version).startupProbes,
    },
    // Readiness steers traffic, so it answers faster than the health check that restarts a container.
    readinessProbe: { ...probe('/readyz'), periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 2 },
  });
}

/** The only place that builds the names, labels and image references of a platform's children. */
import { GROUP, type HeroesPlatform } from '@heroes/crds/platform.ts';

export const COMPONENTS = [
  'api',
  'edge',
  'postgres',
  'cache',
  'migrate',
  'backup',
  'refresh',
  'retention',
  'audit',
] as const;
export type Component = (typeof COMPONENTS)[number];

export const IMAGES = ['api', 'edge', 'jobs', 'postgres', 'pgbouncer', 'cache', 'logs'] as const;
export type Image = (typeof IMAGES)[number];

/** Selects everything that the operator made. */
export const MANAGED_BY = { 'app.kubernetes.io/managed-by': 'heroes-operator' } as const;
export const MANAGED_BY_SELECTOR = 'app.kubernetes.io/managed-by=heroes-operator';
export const INSTANCE_LABEL = 'app.kubernetes.io/instance';
export const COMPONENT_LABEL = 'app.kubernetes.io/component';
export const VERSION_LABEL = 'app.kubernetes.io/version';
/** Of a migration's Job: how far it goes. */
export const PHASE_LABEL = `${GROUP}/phase`;

/** Who we are in `managedFields`. */
export const FIELD_MANAGER = 'heroes-operator';
/** Who `kubectl heroes` is there, for what it changes in a spec. */
export const CLI_FIELD_MANAGER = 'kubectl-heroes';
/** Keeps a platform that is deleted with its data until the data is gone. */
export const DATA_FINALIZER = `${GROUP}/data-deletion`;

/** Annotations of pod templates: a change of what they sum up rolls the pods. */
export const CREDENTIALS_REVISION = `${GROUP}/credentials-checksum`;
export const CONFIG_CHECKSUM = `${GROUP}/config-checksum`;

/** Annotation of a pgbouncer.ini: the largest pool that pods may have had when it was written. */
export const FORMER_POOL_SIZE = `${GROUP}/former-pool-size`;

/** The metric of an API pod by which the autoscaler goes, as it is exported and served. */
export const REQUESTS_IN_FLIGHT = 'http_requests_in_flight';
/** Of a platform: whether its autoscaler goes by requests in flight as well. */
export const SCALING_CONDITION = 'ScalesOnRequests';

/** Ports by which the parts find each other. */
export const PORTS = {
  api: 8080,
  postgres: 5432,
  pgbouncer: 6432,
  cache: 6379,
  edge: 8080,
  edgeTls: 8443,
  edgeMetrics: 8404,
  edgeTrial: 8444,
} as const;

export const DATABASE_NAME = 'heroes';

type Named = Pick<HeroesPlatform, 'metadata'>;

/** @returns `NAME-suffix`; the schema bounds NAME so that the result is a DNS label. */
export function childName(platform: Named, suffix: string): string {
  return `${platform.metadata.name}-${suffix}`;
}

/** @returns labels that select a component's pods; never changed, since selectors are immutable. */
export function selectorLabels(platform: Named, component: Component): Record<string, string> {
  return { [INSTANCE_LABEL]: platform.metadata.name, [COMPONENT_LABEL]: component, ...MANAGED_BY };
}

/** @returns the recommended labels (kubernetes.io/docs: "Recommended Labels") of a component's objects. */
export function labels(platform: Named, component: Component): Record<string, string> {
  return {
    'app.kubernetes.io/name': `heroes-${component}`,
    'app.kubernetes.io/part-of': 'heroes-in-waiting',
    ...selectorLabels(platform, component),
  };
}

/** @returns a version as part of an object's name: lower case, dots and plus signs as dashes. */
export function versionSlug(version: string): string {
  return version
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
}

/** @returns the reference of an image of a release. */
export function imageReference(platform: Pick<HeroesPlatform, 'spec'>, image: Image, version: string): string {
  const { registry } = platform.spec.release.images;
  const repository = `heroes-${image}:${version}`;
  return registry === '' ? repository : `${registry}/${repository}`;
}

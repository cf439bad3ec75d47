/** PostgreSQL 17: configuration, the Services by which it is found, the StatefulSet and its data volume. */
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { IPersistentVolumeClaim } from 'kubernetes-models/v1/PersistentVolumeClaim';
import type { IService } from 'kubernetes-models/v1/Service';
import type { IStatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import type { IContainer } from 'kubernetes-models/v1/Container';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { childMetadata, type Manifest } from '../../platform/manifest.ts';
import { childName, PORTS, selectorLabels } from '../../platform/names.ts';
import {
  container,
  credentialFiles,
  inputAnnotations,
  podTemplate,
  scratch,
  type Release,
} from '../../platform/pods.ts';
import { canonicalQuantity } from '../../platform/quantity.ts';
import { canonicalResources } from '../../platform/resources.ts';
import { ACCOUNTS_RELEASE, isAtLeast } from '../../platform/versions.ts';
import { SHARED_BUFFERS_MB } from './decide.ts';

/**
 * @param maxConnections - what it is now, which may be more than the spec asks for
 * @returns postgres.conf: what differs from PostgreSQL's defaults.
 */
export function postgresConf(
  platform: HeroesPlatform,
  maxConnections = platform.spec.database.embedded.maxConnections,
): string {
  return [
    `max_connections = ${maxConnections}`,
    `shared_buffers = ${SHARED_BUFFERS_MB}MB`,
    'log_timezone = UTC',
    'timezone = UTC',
    'log_min_duration_statement = 400ms',
    // Statements may hold what a child wrote: their parameters are never logged.
    'log_parameter_max_length = 0',
    'log_parameter_max_length_on_error = 0',
    ...linesSinceAccounts(platform),
    'idle_in_transaction_session_timeout = 60s',
    '',
  ].join('\n');
}

/** The detail of an error quotes the row: Key (email)=(…) already exists. Before there were accounts no row was anybody's. */
const linesSinceAccounts = ({ spec }: HeroesPlatform): readonly string[] =>
  isAtLeast(spec.release.version, ACCOUNTS_RELEASE) ? ['log_error_verbosity = terse'] : [];

/** The volume of a replica is named VOLUME-STATEFULSET-ORDINAL (kubernetes.io/docs: "StatefulSets"). */
const DATA_VOLUME = 'data';

/** @returns the name of the claim that the StatefulSet makes for its one replica. */
export const dataClaimName = (platform: HeroesPlatform): string =>
  `${DATA_VOLUME}-${childName(platform, 'postgres')}-0`;

/** @returns that claim, as far as it grows: a StatefulSet sizes its claims only when it makes them. */
export function renderDataClaim(platform: HeroesPlatform): Manifest & IPersistentVolumeClaim {
  const { namespace } = platform.metadata;
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: dataClaimName(platform), namespace, labels: selectorLabels(platform, 'postgres') },
    spec: { resources: { requests: { storage: canonicalQuantity(platform.spec.database.embedded.storage) } } },
  };
}

/** @returns PostgreSQL's objects, in the order in which they are applied. */
export function renderDatabase(platform: HeroesPlatform, conf: string, release: Release): Manifest[] {
  return [configMap(platform, conf), service(platform), statefulSet(platform, release)];
}

function configMap(platform: HeroesPlatform, conf: string): Manifest & IConfigMap {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: childMetadata(platform, 'postgres', 'postgres'),
    data: { 'postgres.conf': conf },
  };
}

function service(platform: HeroesPlatform): Manifest & IService {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: childMetadata(platform, 'postgres', 'postgres'),
    spec: {
      clusterIP: 'None',
      selector: selectorLabels(platform, 'postgres'),
      ports: [{ name: 'postgres', port: PORTS.postgres, targetPort: 'postgres', protocol: 'TCP' }],
    },
  };
}

function statefulSet(platform: HeroesPlatform, { version, inputs }: Release): Manifest & IStatefulSet {
  const { storage, storageClassName } = platform.spec.database.embedded;
  const runtime = scratch('run', '/run/postgresql', '16Mi');
  const temporary = scratch('tmp', '/tmp', '256Mi');
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: childMetadata(platform, 'postgres', 'postgres'),
    spec: {
      serviceName: childName(platform, 'postgres'),
      replicas: 1,
      // Else a pod that cannot start is never replaced, not even by a template that could (kubernetes.io/docs: "Forced rollback").
      podManagementPolicy: 'Parallel',
      selector: { matchLabels: selectorLabels(platform, 'postgres') },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: platform.spec.deletionPolicy, whenScaled: 'Retain' },
      template: podTemplate(platform, {
        component: 'postgres',
        version,
        annotations: inputAnnotations(inputs),
        spec: {
          // A fast shutdown writes a checkpoint first; killing it earlier would mean a recovery at the next start.
          terminationGracePeriodSeconds: 60,
          containers: [postgresContainer(platform, version, [runtime.mount, temporary.mount])],
          volumes: [
            runtime.volume,
            temporary.volume,
            { name: 'config', configMap: { name: childName(platform, 'postgres') } },
            credentialFiles(inputs.secret, 'credentials', [
              'superuser-password',
              'owner-password',
              'api-password',
              'backup-password',
            ]),
          ],
        },
      }),
      volumeClaimTemplates: [
        {
          // The list is written whole, so what the API server would fill in stands here too: else it never looks applied.
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          metadata: { name: DATA_VOLUME, labels: selectorLabels(platform, 'postgres') },
          spec: {
            accessModes: ['ReadWriteOnce'],
            ...(storageClassName === undefined ? {} : { storageClassName }),
            resources: { requests: { storage: canonicalQuantity(storage) } },
            volumeMode: 'Filesystem',
          },
          status: { phase: 'Pending' },
        },
      ],
    },
  };
}

function postgresContainer(
  platform: HeroesPlatform,
  version: string,
  scratchMounts: NonNullable<IContainer['volumeMounts']>,
): IContainer {
  const ready = { exec: { command: ['pg_isready', '-q', '-h', '127.0.0.1'] } };
  return container(platform, {
    name: 'postgres',
    image: 'postgres',
    version,
    ports: [{ name: 'postgres', containerPort: PORTS.postgres, protocol: 'TCP' }],
    resources: canonicalResources(platform.spec.database.embedded.resources),
    // Recovery after a crash may take minutes; until it is done the server refuses connections.
    startupProbe: { ...ready, periodSeconds: 2, timeoutSeconds: 5, failureThreshold: 150 },
    readinessProbe: { ...ready, periodSeconds: 5, timeoutSeconds: 5 },
    livenessProbe: { ...ready, periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 3 },
    volumeMounts: [
      { name: 'data', mountPath: '/data' },
      { name: 'config', mountPath: '/etc/heroes/postgres.conf', subPath: 'postgres.conf', readOnly: true },
      { name: 'credentials', mountPath: '/etc/heroes/credentials', readOnly: true },
      ...scratchMounts,
    ],
  });
}

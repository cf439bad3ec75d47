/** PostgreSQL 17: configuration, the Services by which it is found, the StatefulSet and its data volume. */
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { IService } from 'kubernetes-models/v1/Service';
import type { IStatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import type { IContainer } from 'kubernetes-models/v1/Container';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { childMetadata, type Manifest } from '../../platform/manifest.ts';
import { CONFIG_CHECKSUM, childName, CREDENTIALS_CHECKSUM, PORTS, selectorLabels } from '../../platform/names.ts';
import { container, credentialFiles, podTemplate, scratch, type Checksums } from '../../platform/pods.ts';

/** @returns postgres.conf: what differs from PostgreSQL's defaults. */
export function postgresConf(platform: HeroesPlatform): string {
  return [
    `max_connections = ${platform.spec.database.embedded.maxConnections}`,
    'shared_buffers = 128MB',
    'log_timezone = UTC',
    'timezone = UTC',
    'log_min_duration_statement = 400ms',
    // Statements may hold what a child wrote: their parameters are never logged.
    'log_parameter_max_length = 0',
    'log_parameter_max_length_on_error = 0',
    'idle_in_transaction_session_timeout = 60s',
    '',
  ].join('\n');
}

/** @returns PostgreSQL's objects, in the order in which they are applied. */
export function renderDatabase(
  platform: HeroesPlatform,
  release: { version: string; checksums: Checksums },
): Manifest[] {
  return [configMap(platform), service(platform), statefulSet(platform, release)];
}

function configMap(platform: HeroesPlatform): Manifest & IConfigMap {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: childMetadata(platform, 'postgres', 'postgres'),
    data: { 'postgres.conf': postgresConf(platform) },
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

function statefulSet(
  platform: HeroesPlatform,
  { version, checksums }: { version: string; checksums: Checksums },
): Manifest & IStatefulSet {
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
      selector: { matchLabels: selectorLabels(platform, 'postgres') },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: platform.spec.deletionPolicy, whenScaled: 'Retain' },
      template: podTemplate(platform, {
        component: 'postgres',
        version,
        annotations: { [CREDENTIALS_CHECKSUM]: checksums.credentials, [CONFIG_CHECKSUM]: checksums.config },
        spec: {
          // A fast shutdown writes a checkpoint first; killing it earlier would mean a recovery at the next start.
          terminationGracePeriodSeconds: 60,
          containers: [postgresContainer(platform, version, [runtime.mount, temporary.mount])],
          volumes: [
            runtime.volume,
            temporary.volume,
            { name: 'config', configMap: { name: childName(platform, 'postgres') } },
            credentialFiles(platform, 'credentials', [
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
          metadata: { name: 'data', labels: selectorLabels(platform, 'postgres') },
          spec: {
            accessModes: ['ReadWriteOnce'],
            ...(storageClassName === undefined ? {} : { storageClassName }),
            resources: { requests: { storage } },
          },
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
    resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '1Gi' } },
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

/** PgBouncer beside every API container: its configuration, and the native sidecar itself. */
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IVolume } from 'kubernetes-models/v1/Volume';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { childMetadata, type Manifest } from '../../platform/manifest.ts';
import { childName, DATABASE_NAME, PORTS } from '../../platform/names.ts';
import { container, credentialFiles } from '../../platform/pods.ts';
import { BELL_RELEASE, isAtLeast } from '../../platform/versions.ts';

/** Room beyond the API's own pool for an administrator who looks at SHOW POOLS. */
const SPARE_CLIENTS = 10;

/**
 * It has what it uses at the rate at which the autoscaler adds pods, a tenth of what the API does, and no limit of CPU: whatever it is
 * made to wait for, all of the pod's requests wait for, and a burst uses up in some milliseconds of each 100 what a limit grants. Its
 * memory is bounded by its connections.
 */
const RESOURCES = { requests: { cpu: '50m', memory: '32Mi' }, limits: { memory: '64Mi' } };
const RESOURCES_BEFORE = { requests: { cpu: '20m', memory: '32Mi' }, limits: { cpu: '200m', memory: '64Mi' } };

/** Bash opens a TCP connection; the image needs no client for it. */
const LISTENING = `exec 3<>/dev/tcp/127.0.0.1/${PORTS.pgbouncer}`;

/** Of the release that runs. */
export interface Pooled {
  readonly version: string;
  /** Connections that a pod may open to PostgreSQL. */
  readonly serverConnections: number;
}

/** @returns whether a release's PgBouncer takes up another pgbouncer.ini while it runs; before, pods are replaced for it. */
export const takesUpSettings = (version: string): boolean => isAtLeast(version, BELL_RELEASE);

/** @returns pgbouncer.ini. */
export function pgbouncerIni(platform: HeroesPlatform, { version, serverConnections }: Pooled): string {
  const host = childName(platform, 'postgres');
  return [
    '[databases]',
    `${DATABASE_NAME} = host=${host} port=${PORTS.postgres} dbname=${DATABASE_NAME}`,
    '',
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${PORTS.pgbouncer}`,
    'unix_socket_dir =',
    'auth_type = scram-sha-256',
    'auth_file = /etc/pgbouncer-auth/userlist.txt',
    'pool_mode = transaction',
    `default_pool_size = ${serverConnections}`,
    `max_db_connections = ${serverConnections}`,
    // What a bell needs is open before it rings, and stays so: the plans of prepared statements are a connection's own.
    ...(isAtLeast(version, BELL_RELEASE) ? [`min_pool_size = ${serverConnections}`] : []),
    'reserve_pool_size = 0',
    `max_client_conn = ${platform.spec.api.databasePoolSize + SPARE_CLIENTS}`,
    // node-postgres prepares nothing unless a query is named; 100 keeps named ones working in transaction pooling.
    'max_prepared_statements = 100',
    // A client that waits longer than this gets an error, which the API answers with 503 and Retry-After.
    'query_wait_timeout = 5',
    'server_connect_timeout = 5',
    'server_login_retry = 1',
    'server_idle_timeout = 300',
    'stats_users = heroes_api',
    'log_connections = 0',
    'log_disconnections = 0',
    'log_stats = 0',
    '',
  ].join('\n');
}

/** @returns the ConfigMap of pgbouncer.ini. */
export function renderPoolerConfig(platform: HeroesPlatform, pooled: Pooled): Manifest & IConfigMap {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: childMetadata(platform, 'pgbouncer', 'api'),
    data: { 'pgbouncer.ini': pgbouncerIni(platform, pooled) },
  };
}

/** @returns PgBouncer as a native sidecar: started before the API, stopped after it (Kubernetes ≥ 1.33: stable). */
export function poolerSidecar(platform: HeroesPlatform, version: string): IContainer {
  return container(platform, {
    name: 'pgbouncer',
    image: 'pgbouncer',
    version,
    restartPolicy: 'Always',
    resources: isAtLeast(version, BELL_RELEASE) ? RESOURCES : RESOURCES_BEFORE,
    // It listens on the pod's loopback only, where a kubelet's TCP probe does not reach; so the probe runs inside.
    startupProbe: {
      exec: { command: ['bash', '-c', LISTENING] },
      periodSeconds: 1,
      timeoutSeconds: 5,
      failureThreshold: 60,
    },
    volumeMounts: [
      { name: 'pgbouncer-config', mountPath: '/etc/pgbouncer', readOnly: true },
      { name: 'pgbouncer-auth', mountPath: '/etc/pgbouncer-auth', readOnly: true },
    ],
  });
}

/** @returns the volumes that the sidecar mounts. */
export function poolerVolumes(platform: HeroesPlatform, secret: string): IVolume[] {
  return [
    { name: 'pgbouncer-config', configMap: { name: childName(platform, 'pgbouncer') } },
    credentialFiles(secret, 'pgbouncer-auth', ['userlist.txt']),
  ];
}

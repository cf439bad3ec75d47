/** PgBouncer beside every API container: its configuration, and the native sidecar itself. */
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IVolume } from 'kubernetes-models/v1/Volume';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { childMetadata, type Manifest } from '../../platform/manifest.ts';
import { childName, DATABASE_NAME, PORTS } from '../../platform/names.ts';
import { container, credentialFiles } from '../../platform/pods.ts';

/** Room beyond the API's own pool for an administrator who looks at SHOW POOLS. */
const SPARE_CLIENTS = 10;

/** Bash opens a TCP connection; the image needs no client for it. */
const LISTENING = `exec 3<>/dev/tcp/127.0.0.1/${PORTS.pgbouncer}`;

/** @returns pgbouncer.ini for a pod that may open `serverConnections` to PostgreSQL. */
export function pgbouncerIni(platform: HeroesPlatform, serverConnections: number): string {
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
export function renderPoolerConfig(platform: HeroesPlatform, serverConnections: number): Manifest & IConfigMap {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: childMetadata(platform, 'pgbouncer', 'api'),
    data: { 'pgbouncer.ini': pgbouncerIni(platform, serverConnections) },
  };
}

/** @returns PgBouncer as a native sidecar: started before the API, stopped after it (Kubernetes ≥ 1.33: stable). */
export function poolerSidecar(platform: HeroesPlatform, version: string): IContainer {
  return container(platform, {
    name: 'pgbouncer',
    image: 'pgbouncer',
    version,
    restartPolicy: 'Always',
    resources: { requests: { cpu: '20m', memory: '32Mi' }, limits: { cpu: '200m', memory: '64Mi' } },
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

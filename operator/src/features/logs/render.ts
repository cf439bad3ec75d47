/**
 * The agent that ships an API pod's log lines to Elasticsearch: rsyslog, which reads the files that the API writes, keeps what it
 * has not delivered on disk within a bound, and speaks the bulk API. A line's id is its place, so that one that is sent again is
 * stored once (docs/decisions/0020).
 */
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IVolume } from 'kubernetes-models/v1/Volume';
import type { IVolumeMount } from 'kubernetes-models/v1/VolumeMount';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { childMetadata, type Manifest } from '../../platform/manifest.ts';
import { childName } from '../../platform/names.ts';
import { container, secretEnv } from '../../platform/pods.ts';
import { ACCOUNTS_RELEASE, isAtLeast, SURE_LOGS_RELEASE } from '../../platform/versions.ts';

type Logs = NonNullable<HeroesPlatform['spec']['observability']['logs']>;

const LINES = '/var/log/heroes';
const CONFIG = '/etc/heroes/logs';
const AUTHORITY = '/etc/heroes/logs-authority';
const SPOOL = '/var/spool/heroes-logs';
const INDEX_PREFIX = 'heroes-logs';

/** @returns where lines are to be shipped, of a release that writes them to files. */
export function logsOf({ spec }: HeroesPlatform, version: string): Logs | undefined {
  return isAtLeast(version, ACCOUNTS_RELEASE) ? spec.observability.logs : undefined;
}

/** @returns rsyslog.conf of a release. */
export function rsyslogConf({ elasticsearch }: Logs, version: string): string {
  const { protocol, hostname, port } = new URL(elasticsearch.url);
  const isSecure = protocol === 'https:';
  const { username, password, certificateAuthority } = elasticsearch;
  return [
    `global(workDirectory="${SPOOL}" maxMessageSize="64k" net.enableDNS="off")`,
    'module(load="imfile")',
    'module(load="omelasticsearch")',
    '',
    'template(name="line" type="list") { property(name="msg") }',
    'template(name="index" type="list") {',
    `  constant(value="${INDEX_PREFIX}-") property(name="timereported" dateFormat="year" date.inUTC="on")`,
    '  constant(value=".") property(name="timereported" dateFormat="month" date.inUTC="on")',
    '  constant(value=".") property(name="timereported" dateFormat="day" date.inUTC="on")',
    '}',
    'template(name="place" type="list") {',
    '  property(name="$myhostname") constant(value=":") property(name="$!metadata!filename")',
    '  constant(value=":") property(name="$!metadata!fileoffset")',
    '}',
    '',
    `input(type="imfile" file="${LINES}/*.log" tag="heroes" ruleset="ship" addMetadata="on"`,
    // Every hundred lines, too, means before they are in the queue: what an agent that is killed then had read was lost.
    `  ${isAtLeast(version, SURE_LOGS_RELEASE) ? '' : 'persistStateInterval="100" '}persistStateAfterSubmission="on")`,
    '',
    '# What was read is on disk before it counts as read, line by line; when there is no more room, nothing is read.',
    'ruleset(name="ship" queue.type="Disk" queue.filename="ship" queue.maxDiskSpace="32m" queue.maxFileSize="4m"',
    '  queue.checkpointInterval="1" queue.timeoutEnqueue="600000" queue.saveOnShutdown="on") {',
    '  if strlen($.omes!status) > 0 then {',
    '    # It comes back: it is there already, or it will never be taken, or it is tried again.',
    '    if $.omes!status == 409 or $.omes!status == 400 then stop',
    '  }',
    '  action(type="omelasticsearch"',
    `    server="${hostname}" serverport="${port === '' ? (isSecure ? '443' : '80') : port}" usehttps="${isSecure ? 'on' : 'off'}"`,
    '    template="line" searchIndex="index" dynSearchIndex="on" searchType=""',
    '    bulkmode="on" maxBytes="1m" bulkid="place" dynBulkId="on" writeOperation="create"',
    '    retryFailures="on" retryRuleset="ship" action.resumeRetryCount="-1" action.resumeInterval="5"',
    ...(username === undefined || password === undefined
      ? []
      : ['    uid=`echo $ELASTICSEARCH_USERNAME` pwd=`echo $ELASTICSEARCH_PASSWORD`']),
    ...(certificateAuthority === undefined ? [] : [`    tls.cacert="${AUTHORITY}/ca.crt"`]),
    '  )',
    '}',
    '',
    '# What rsyslog says of itself.',
    'action(type="omfile" file="/dev/stdout")',
    '',
  ].join('\n');
}

/** @returns the ConfigMap of rsyslog.conf. */
export function renderLogsConfig(platform: HeroesPlatform, logs: Logs, version: string): Manifest & IConfigMap {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: childMetadata(platform, 'logs', 'api'),
    data: { 'rsyslog.conf': rsyslogConf(logs, version) },
  };
}

/** What an API pod has besides. */
export interface LogsParts {
  readonly directory: string;
  /** Where the API writes its lines. */
  readonly mount: IVolumeMount;
  /** A native sidecar that starts before the API and stops after it. */
  readonly container: IContainer;
  readonly volumes: readonly IVolume[];
}

export function logsParts(platform: HeroesPlatform, logs: Logs, version: string): LogsParts {
  const { username, password, certificateAuthority: authority } = logs.elasticsearch;
  const lines = { name: 'logs', mountPath: LINES };
  return {
    directory: LINES,
    mount: lines,
    container: container(platform, {
      name: 'logs',
      image: 'logs',
      version,
      restartPolicy: 'Always',
      env: [
        ...(username === undefined ? [] : [secretEnv(username.name, 'ELASTICSEARCH_USERNAME', username.key)]),
        ...(password === undefined ? [] : [secretEnv(password.name, 'ELASTICSEARCH_PASSWORD', password.key)]),
      ],
      resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { cpu: '200m', memory: '96Mi' } },
      volumeMounts: [
        { ...lines, readOnly: true },
        { name: 'logs-spool', mountPath: SPOOL },
        { name: 'logs-config', mountPath: CONFIG, readOnly: true },
        ...(authority === undefined ? [] : [{ name: 'logs-authority', mountPath: AUTHORITY, readOnly: true }]),
      ],
    }),
    volumes: [
      { name: 'logs', emptyDir: { sizeLimit: '64Mi' } },
      { name: 'logs-spool', emptyDir: { sizeLimit: '64Mi' } },
      { name: 'logs-config', configMap: { name: childName(platform, 'logs') } },
      ...(authority === undefined
        ? []
        : [
            {
              name: 'logs-authority',
              secret: { secretName: authority.name, items: [{ key: authority.key, path: 'ca.crt' }] },
            },
          ]),
    ],
  };
}

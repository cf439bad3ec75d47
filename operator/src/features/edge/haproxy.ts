/**
 * HAProxy's configuration. The file is the same in every pod; the image's entrypoint says where the cluster's DNS is and what the
 * namespace's domain is. Why each of it is so: docs/decisions/0034-edge.md.
 */
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { childName } from '../../platform/names.ts';
import { answer, FAILURES, NOT_FOUND } from './answers.ts';
import type { EdgeCapacity } from './decide.ts';
import { frontend } from './frontend.ts';
import { tables } from './limits.ts';
import { CERTIFICATE_FOLDER, EDGE_SECONDS, USUAL_PORTS, type EdgePorts } from './settings.ts';

/** A pod that could not be reached so often is left out for as long. */
export const FAILURES_OUT = { failures: 3, seconds: 30 } as const;

/** Rolling, there are as many old pods beside the new ones. */
const SERVERS_PER_REPLICA = 2;

/** Probes, and whoever reads the metrics. */
const OTHER_CONNECTIONS = 50;

/** @returns haproxy.cfg. */
export function haproxyConf(platform: HeroesPlatform, capacity: EdgeCapacity, ports: EdgePorts = USUAL_PORTS): string {
  const parts = [
    ...section('global', globalLines(platform, capacity, ports)),
    ...section('defaults', DEFAULTS),
    ...section('resolvers cluster', RESOLVERS),
    ...section('frontend public', frontend(platform, capacity, ports)),
    ...section('backend api', backend(platform, 'api')),
    // Streams stay for a lesson: counted with requests, a pod that comes would get each request until it has as many streams.
    ...section('backend streams', backend(platform, 'stream')),
    ...(platform.spec.edge.tls === undefined
      ? []
      : section('frontend certificate', [
          `bind 127.0.0.1:${ports.trial} ssl crt ${CERTIFICATE_FOLDER}/./tls.crt`,
          'http-request return status 204',
        ])),
    ...section('backend connections', ['stick-table type ipv6 size 20k expire 2m store conn_cur']),
    ...tables(),
    ...section('frontend metrics', metrics(ports)),
  ];
  return `${parts.join('\n').trimEnd()}\n`;
}

const section = (title: string, lines: readonly string[]): string[] => [
  title,
  ...lines.map((line) => `    ${line}`),
  '',
];

const globalLines = (
  platform: HeroesPlatform,
  { connections, buffers, threads }: EdgeCapacity,
  { trial }: EdgePorts,
): string[] => [
  'log stdout format raw local0 info',
  // Those that are not clients' find room when there is none for clients.
  `maxconn ${connections + OTHER_CONNECTIONS}`,
  // Requests wait for a buffer that another gives back, and memory does not grow.
  `tune.buffers.limit ${buffers}`,
  // As many as the node has cores, and no more than the pod may use.
  `thread-hard-limit ${threads}`,
  'no strict-limits',
  // HTTP/2 would let one connection have a hundred requests under way, each with buffers of its own.
  'tune.h2.fe.max-concurrent-streams 20',
  'tune.h2.fe.glitches-threshold 200',
  `grace ${EDGE_SECONDS.drain}s`,
  // Counted from when the grace is over.
  `hard-stop-after ${EDGE_SECONDS.finish}s`,
  'close-spread-time 2s',
  ...(platform.spec.edge.tls === undefined
    ? []
    : [
        'ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets',
        // tls.key beside tls.crt, as Secrets of that type have them.
        'ssl-load-extra-files key',
        'ssl-load-extra-del-ext',
        `setenv CERTIFICATE ${CERTIFICATE_FOLDER}/tls.crt`,
        `setenv CERTIFICATE_TRIED ${CERTIFICATE_FOLDER}/./tls.crt`,
        `setenv CERTIFICATE_PORT ${trial}`,
        'lua-load /usr/local/share/heroes-edge/certificate.lua',
      ]),
];

const DEFAULTS: readonly string[] = [
  'mode http',
  'option http-no-delay',
  'option abortonclose',
  // A client that is idle when we stop hears of it with its next answer, not by a connection that breaks under its request.
  'option idle-close-on-response',
  `timeout connect ${EDGE_SECONDS.connect}s`,
  `timeout check ${EDGE_SECONDS.connect}s`,
  `timeout client ${EDGE_SECONDS.silence}s`,
  `timeout server ${EDGE_SECONDS.silence}s`,
  `timeout http-request ${EDGE_SECONDS.receive}s`,
  `timeout http-keep-alive ${EDGE_SECONDS.keepAlive}s`,
  'timeout queue 5s',
  'timeout client-fin 5s',
  'timeout server-fin 5s',
  ...FAILURES.map((failure) => `http-error status ${failure.status} ${answer(failure)}`),
];

/** Asked over TCP, where an answer has room for as many pods as there are; one that is longer than it may be is not read at all. */
const RESOLVERS: readonly string[] = [
  'nameserver dns tcp@"${DNS_SERVER}"',
  'accepted_payload_size 65535',
  'resolve_retries 3',
  'timeout resolve 1s',
  'timeout retry 1s',
  'hold valid 1s',
  // A pod that is not named any more gets nothing new, at once.
  'hold obsolete 0s',
  // While the DNS is away, or has forgotten the Service, those that are known are what there is. This counts from its last good
  // answer, and then all are dropped, however well: health checks leave out those that are dead, and DNS trouble is over in a day.
  ...['nx', 'timeout', 'refused', 'other'].map((fault) => `hold ${fault} 24h`),
];

/** The API pods, in slots that are named so; each backend counts for itself who has how many under way. */
function backend(platform: HeroesPlatform, slot: string): string[] {
  const { failures, seconds } = FAILURES_OUT;
  const slots = platform.spec.api.replicas.max * SERVERS_PER_REPLICA;
  return [
    'balance leastconn',
    'option httpchk GET /readyz',
    'http-check expect status 200',
    'retries 3',
    'option redispatch 1',
    'retry-on conn-failure empty-response',
    `default-server check inter 2s fastinter 1s downinter 1s fall ${failures} rise ${seconds} observe layer4 error-limit ${failures} on-error mark-down`,
    `server-template ${slot} ${slots} _http._tcp.${childName(platform, 'api-pods')}."\${DNS_DOMAIN}" resolvers cluster init-addr none`,
  ];
}

const metrics = ({ metrics: port }: EdgePorts): string[] => [
  `bind :${port}`,
  // Asked at the start alone: an edge that has seen an API pod once is well without one, and says so of each request.
  `http-request return status 503 content-type application/json string '{"status":"no API pod yet"}' if { path /started } { nbsrv(api) eq 0 }`,
  `http-request return status 200 content-type application/json string '{"status":"ok"}' if { path /health /started }`,
  'http-request use-service prometheus-exporter if { path /metrics }',
  `http-request return status ${NOT_FOUND.status} ${answer(NOT_FOUND)}`,
];

/**
 * HAProxy's configuration. The file is the same in every pod; the image's entrypoint says where the cluster's DNS is and what the
 * namespace's domain is. Why each of it is so: docs/decisions/0034-edge.md.
 */
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { childName, PORTS } from '../../platform/names.ts';
import { answer, brokenAnswers, FAILURES, NOT_FOUND, quoted, securityRules } from './answers.ts';
import type { EdgeCapacity } from './decide.ts';
import { requestRules, responseRules, tables } from './limits.ts';

export interface EdgePorts {
  readonly http: number;
  readonly https: number;
  readonly metrics: number;
  /** On loopback: where a new certificate has to shake hands before it is served. */
  readonly trial: number;
}

const USUAL_PORTS: EdgePorts = {
  http: PORTS.edge,
  https: PORTS.edgeTls,
  metrics: PORTS.edgeMetrics,
  trial: PORTS.edgeTrial,
};

/** Where haproxy.cfg is mounted, with the files that it names. */
export const CONFIG_FOLDER = '/etc/haproxy';

/** Where the certificate is mounted; the image's certificate.lua takes a new one from there. */
export const CERTIFICATE_FOLDER = '/etc/heroes/edge-tls';

/** How long things may take, seconds (docs/reference/timeouts.md). */
export const EDGE_SECONDS = {
  /** To connect to a pod, and for a pod to answer a health check. */
  connect: 5,
  /** Without a byte in either direction, on either side. Streams of events have a beat each 15 s. */
  silence: 30,
  /** For a client to send its request, with a body of the usual size. */
  receive: 10,
  /** An idle connection of a client: as long as the API keeps its own. */
  keepAlive: 72,
  /** A stopping pod goes on taking requests while load balancers learn of it. */
  drain: 8,
  /** And then lets those that are under way come to their end. */
  finish: 30,
} as const;

/** A pod that could not be reached so often is left out for as long. */
export const FAILURES_OUT = { failures: 3, seconds: 30 } as const;

/** Rolling, there are as many old pods beside the new ones. */
const SERVERS_PER_REPLICA = 2;

/** What the API serves to the world begins so; its probes and its metrics do not. */
export const PUBLIC_PREFIXES = ['/v1/', '/.well-known/'] as const;

/** Proxies in a row that are believed. */
const MOST_HOPS = 4;

/** @returns haproxy.cfg and the files that it names, by name. */
export const edgeFiles = (...parts: Parameters<typeof haproxyConf>): Record<string, string> => ({
  'haproxy.cfg': haproxyConf(...parts),
  ...brokenAnswers(),
});

/** @returns haproxy.cfg. */
export function haproxyConf(platform: HeroesPlatform, capacity: EdgeCapacity, ports: EdgePorts = USUAL_PORTS): string {
  const parts = [
    ...section('global', globalLines(platform, capacity, ports)),
    ...section('defaults', DEFAULTS),
    ...section('resolvers cluster', RESOLVERS),
    ...section('frontend public', frontend(platform, capacity, ports)),
    ...section('backend api', backend(platform)),
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
  `maxconn ${connections}`,
  // Requests wait for a buffer that another gives back, and memory does not grow.
  `tune.buffers.limit ${buffers}`,
  `nbthread ${threads}`,
  'no strict-limits',
  // HTTP/2 would let one connection have a hundred requests under way, each with buffers of its own.
  'tune.h2.fe.max-concurrent-streams 20',
  'tune.h2.fe.glitches-threshold 200',
  `grace ${EDGE_SECONDS.drain}s`,
  `hard-stop-after ${EDGE_SECONDS.drain + EDGE_SECONDS.finish}s`,
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
  // A body is read before a pod is asked: who sends slowly holds no pod, and what was read can be sent again.
  'option http-buffer-request',
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
  ...Object.keys(brokenAnswers()).map((file) => `errorfile ${file.replace('.http', '')} ${CONFIG_FOLDER}/${file}`),
  ...FAILURES.map((failure) => `http-error status ${failure.status} ${answer(failure)}`),
];

/** Asked over TCP, where an answer has room for as many pods as there are. */
const RESOLVERS: readonly string[] = [
  'nameserver dns tcp@"${DNS_SERVER}"',
  'accepted_payload_size 8192',
  'resolve_retries 3',
  'timeout resolve 1s',
  'timeout retry 1s',
  'hold valid 1s',
  // A pod that is not named any more gets nothing new, at once.
  'hold obsolete 0s',
  // While the DNS is away, or has forgotten the Service, those that are known are what there is.
  ...['nx', 'timeout', 'refused', 'other'].map((fault) => `hold ${fault} 60s`),
];

function frontend({ spec }: HeroesPlatform, { connections }: EdgeCapacity, { http, https }: EdgePorts): string[] {
  const { trustedProxies } = spec.network;
  // Nobody takes all there is: the other half is for others. A proxy brings everybody.
  const greedy = `{ src,table_conn_cur(connections) -m int ge ${Math.floor(connections / 2)} }`;
  return [
    `bind :${http}`,
    ...(spec.edge.tls === undefined ? [] : [`bind :${https} ssl crt ${CERTIFICATE_FOLDER}/tls.crt alpn h2,http/1.1`]),
    ...LOGGING,
    'unique-id-format %[uuid()]',
    ...(trustedProxies.length === 0 ? [] : [`acl from_proxy src ${trustedProxies.join(' ')}`]),
    `tcp-request connection reject if ${greedy}${trustedProxies.length === 0 ? '' : ' !from_proxy'}`,
    'tcp-request connection track-sc2 src table connections',
    ...ownAnswers(),
    ...clientRules(trustedProxies),
    ...requestRules(),
    ...forwardingRules(trustedProxies),
    ...responseRules(),
    ...securityRules(),
    'http-after-response set-header connection close if { stopping }',
    'default_backend api',
  ];
}

/** What went wrong alone, and of it neither who asked nor what for: addresses and paths are children's. */
const LOGGING: readonly string[] = [
  // Of the pods' coming and going HAProxy speaks on standard error.
  'log global',
  'option dontlog-normal',
  'option dontlognull',
  `log-format ${quoted(
    JSON.stringify({
      '@timestamp': '%[date,utime(ISO)]',
      'log.level': 'warn',
      message: 'not answered as usual',
      'service.name': 'heroes-edge',
      'http.request.method': '%[method]',
      'http.request.id': '%ID',
      'http.response.status_code': '%ST',
      'heroes.server': '%b/%s',
      'heroes.termination': '%tsc',
      'heroes.times_ms': '%TR/%Tw/%Tc/%Tr/%Ta',
      'heroes.retries': '%rc',
    }).replace('ISO', '"%Y-%m-%dT%H:%M:%SZ"'),
  )}`,
];

/** What no pod is asked for: whether the edge is there, and what is not for the world. */
const ownAnswers = (): string[] => [
  `http-request return status 503 content-type application/json hdr cache-control no-store string '{"status":"stopping"}' if { path /health } { stopping }`,
  `http-request return status 200 content-type application/json hdr cache-control no-store string '{"status":"ok"}' if { path /health }`,
  // By what is let through, as it was sent: whatever else a path may be decoded to, it is not let through.
  `acl is_public path_beg ${PUBLIC_PREFIXES.join(' ')}`,
  `acl has_dots path,url_dec -m reg ${quoted('(^|[/\\\\])[.][.]?([/\\\\]|$)')}`,
  ...['!is_public', 'has_dots'].flatMap((condition) => [
    `http-request set-log-level silent if ${condition}`,
    `http-request return status ${NOT_FOUND.status} ${answer(NOT_FOUND)} if ${condition}`,
  ]),
];

/** Who asks: the peer, or whom a proxy that is trusted names; from the last hop back, for as long as hops are trusted. */
function clientRules(trusted: readonly string[]): string[] {
  const peer = [
    'http-request set-var(txn.client) src',
    'http-request set-var(txn.proto) str(http)',
    'http-request set-var(txn.proto) str(https) if { ssl_fc }',
  ];
  if (trusted.length === 0) return peer;
  const hops = Array.from({ length: MOST_HOPS }, (_, index) => index + 1);
  return [
    ...peer,
    'http-request set-var(txn.hops) int(0) if from_proxy',
    ...hops.flatMap((hop) => {
      const named = `req.hdr_ip(x-forwarded-for,-${hop})`;
      const believed = `if { var(txn.hops) -m int ${hop - 1} } { var(txn.client) -m ip ${trusted.join(' ')} } { ${named} -m found }`;
      return [
        `http-request set-var(txn.hops) int(${hop}) ${believed}`,
        `http-request set-var(txn.client) ${named} if { var(txn.hops) -m int ${hop} } { ${named} -m found }`,
      ];
    }),
    'http-request set-var(txn.proto) req.hdr(x-forwarded-proto) if from_proxy { req.hdr(x-forwarded-proto) -m str http https }',
  ];
}

/** What the API is told, by us alone; what a stranger says of themselves is not passed on. */
const forwardingRules = (trusted: readonly string[]): string[] => [
  // Also of an address with a host in it: a pod is asked for a path.
  'http-request set-uri %[pathq]',
  ...['x-forwarded-', 'x-real-'].map((prefix) => `http-request del-header ${prefix} -m beg`),
  'http-request del-header forwarded',
  ...['traceparent', 'tracestate', 'baggage'].map(
    (name) => `http-request del-header ${name}${trusted.length === 0 ? '' : ' unless from_proxy'}`,
  ),
  'http-request set-header x-real-ip %[var(txn.client)]',
  'http-request set-header x-forwarded-for %[var(txn.client)]',
  'http-request set-header x-forwarded-proto %[var(txn.proto)]',
  // A pod that was never reached has done nothing. One that broke off may have: only what can be done twice is sent again, which a
  // write can by its Idempotency-Key, under which the API answers as the first time.
  'http-request disable-l7-retry unless METH_GET or { req.hdr(idempotency-key) -m found }',
];

function backend(platform: HeroesPlatform): string[] {
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
    `server-template api ${slots} _http._tcp.${childName(platform, 'api-pods')}."\${DNS_DOMAIN}" resolvers cluster init-addr none`,
  ];
}

const metrics = ({ metrics: port }: EdgePorts): string[] => [
  `bind :${port}`,
  `http-request return status 200 content-type application/json string '{"status":"ok"}' if { path /health }`,
  'http-request use-service prometheus-exporter if { path /metrics }',
  `http-request return status ${NOT_FOUND.status} ${answer(NOT_FOUND)}`,
];

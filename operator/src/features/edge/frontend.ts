/** What the edge does with a request before a pod is asked, and with the answer. */
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { answer, NOT_FOUND, quoted, securityRules } from './answers.ts';
import { ADDRESS_SHARE, type EdgeCapacity } from './decide.ts';
import { requestRules, responseRules } from './limits.ts';
import { CERTIFICATE_FOLDER, EDGE_SECONDS, type EdgePorts } from './settings.ts';

/** What the API serves to the world begins so; its probes and its metrics do not. */
export const PUBLIC_PREFIXES = ['/v1/', '/.well-known/'] as const;

/** A GET of what ends so is answered by a stream of events, which stays open. */
export const STREAM_SUFFIX = '/live/events';

/** Proxies in a row that are believed. */
const MOST_HOPS = 4;

/** @returns the rules of what clients see, in the order in which they are asked. */
export function frontend(
  { spec }: HeroesPlatform,
  { connections }: EdgeCapacity,
  { http, https }: EdgePorts,
): string[] {
  const { trustedProxies } = spec.network;
  // Nobody takes all there is: the rest is for others. A proxy brings everybody.
  const greedy = `{ src,table_conn_cur(connections) -m int ge ${Math.floor(connections * ADDRESS_SHARE)} }`;
  // A client that has vanished confirms nothing of what its stream is sent; the kernel alone would try for 15 minutes.
  const gone = `tcp-ut ${EDGE_SECONDS.silence}s`;
  return [
    `bind :${http} ${gone}`,
    ...(spec.edge.tls === undefined
      ? []
      : [`bind :${https} ${gone} ssl crt ${CERTIFICATE_FOLDER}/tls.crt alpn h2,http/1.1`]),
    `maxconn ${connections}`,
    ...LOGGING,
    'unique-id-format %[uuid()]',
    ...(trustedProxies.length === 0 ? [] : [`acl from_proxy src ${trustedProxies.join(' ')}`]),
    `tcp-request connection reject if ${greedy}${trustedProxies.length === 0 ? '' : ' !from_proxy'}`,
    'tcp-request connection track-sc2 src table connections',
    ...ownAnswers(),
    ...clientRules(trustedProxies),
    ...requestRules(),
    ...forwardingRules(trustedProxies),
    // A body is read before a pod is asked: who sends slowly holds no pod, and what was read can be sent again. After the limits
    // (`option http-buffer-request` would be before them): a body that never comes to its end has been paid for.
    `http-request wait-for-body time ${EDGE_SECONDS.receive}s`,
    ...responseRules(),
    ...securityRules(),
    'http-after-response set-header connection close if { stopping }',
    `use_backend streams if METH_GET { path_end ${STREAM_SUFFIX} }`,
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

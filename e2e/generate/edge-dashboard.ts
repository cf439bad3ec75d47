/** The edge's dashboard: who comes in, where they are sent, whom it refuses, and how near its bounds it is. */
import { grafanaDashboard, type Dashboard, type Row, type Variable } from './grafana.ts';
import { max, rate, seriesWith, sum } from './promql.ts';

const WINDOW = '$__rate_interval';
const NAMESPACE = 'namespace="$namespace"';
const series = seriesWith(NAMESPACE, 'job=~"$job"', 'pod=~"$pod"');
/** Of what clients reach, and of the API pods behind it: requests and streams go to them by two backends. */
const ofPublic = (metric: string, ...matchers: string[]): string =>
  series(`haproxy_frontend_${metric}`, 'proxy="public"', ...matchers);
const ofApi = (metric: string, ...matchers: string[]): string =>
  series(`haproxy_backend_${metric}`, 'proxy=~"api|streams"', ...matchers);
const ofServers = (metric: string): string => series(`haproxy_server_${metric}`, 'proxy=~"api|streams"');
const perSecond = (metric: string, ...kept: string[]): string => sum(rate(metric, WINDOW), ...kept);

const edges = (...matchers: readonly string[]): string =>
  seriesWith(...matchers)('haproxy_frontend_status', 'proxy="public"');
const VARIABLES: readonly Variable[] = [
  { name: 'namespace', label: 'Namespace', values: { series: edges(), of: 'namespace' }, several: false },
  { name: 'job', label: 'District', values: { series: edges(NAMESPACE), of: 'job' }, several: true },
  { name: 'pod', label: 'Pod', values: { series: edges(NAMESPACE, 'job=~"$job"'), of: 'pod' }, several: true },
];

const clients: Row = {
  title: 'Clients',
  panels: [
    {
      title: 'Requests by edge pod',
      description: 'About the same for each: the Service spreads connections.',
      unit: 'reqps',
      draw: 'stacked',
      queries: [{ expr: perSecond(ofPublic('http_requests_total'), 'pod'), legend: '{{pod}}' }],
    },
    {
      title: 'Answers by class',
      description: 'Those of the edge itself among them. 5xx: see EdgeErrors, then HighErrorRate.',
      unit: 'reqps',
      draw: 'stacked',
      queries: [{ expr: perSecond(ofPublic('http_responses_total'), 'code'), legend: '{{code}}' }],
    },
    {
      title: 'Refused for their rate (429)',
      description: 'By the edge, before the API was asked. Some at a bell are clients in a hurry.',
      unit: 'reqps',
      queries: [{ expr: perSecond(ofPublic('requests_denied_total'), 'pod'), legend: '{{pod}}' }],
    },
    {
      title: 'Connections',
      description: 'Open, and how many an edge pod may hold: it follows from spec.edge.resources.limits.memory.',
      unit: 'none',
      queries: [
        { expr: max(ofPublic('current_sessions'), 'pod'), legend: '{{pod}}' },
        { expr: max(ofPublic('limit_sessions'), 'pod'), legend: '{{pod}} limit' },
      ],
    },
    {
      title: 'Bytes in and out',
      description: 'Of clients, over all edge pods.',
      unit: 'Bps',
      queries: [
        { expr: perSecond(ofPublic('bytes_in_total')), legend: 'in' },
        { expr: perSecond(ofPublic('bytes_out_total')), legend: 'out' },
      ],
    },
    {
      title: 'What is no HTTP',
      description: 'Requests that broke off, came too slowly or cannot be read.',
      unit: 'reqps',
      queries: [{ expr: perSecond(ofPublic('request_errors_total'), 'pod'), legend: '{{pod}}' }],
    },
  ],
};

const pods: Row = {
  title: 'API pods, as the edge sees them',
  panels: [
    {
      title: 'Pods that take requests',
      description: 'The same for each edge pod within seconds of a change. None: EdgeNoServers.',
      unit: 'none',
      draw: 'steps',
      limit: { below: 1 },
      queries: [{ expr: max(ofApi('active_servers'), 'pod'), legend: '{{pod}}' }],
    },
    {
      title: 'Requests by API pod',
      description:
        'By least connections: who is slower gets fewer. Slots (api1, …; those of streams are stream1, …) are reused as pods come and go.',
      unit: 'reqps',
      draw: 'stacked',
      queries: [{ expr: perSecond(ofServers('http_responses_total'), 'server'), legend: '{{server}}' }],
    },
    {
      title: 'Under way by API pod',
      description:
        'Requests that were sent and not answered yet (api1, …), and streams of events, which stay (stream1, …).',
      unit: 'none',
      queries: [{ expr: sum(ofServers('current_sessions'), 'server'), legend: '{{server}}' }],
    },
    {
      title: 'Time to the answer, mean',
      description: 'Of the last 1,024 requests of each edge pod, until the API began to answer.',
      unit: 's',
      queries: [{ expr: max(ofApi('response_time_average_seconds'), 'pod'), legend: '{{pod}}' }],
    },
    {
      title: 'Failures before an answer',
      description: 'No connection within 5 s, or one that broke; and what was sent again because of it.',
      unit: 'reqps',
      queries: [
        { expr: perSecond(ofApi('connection_errors_total')), legend: 'no connection' },
        { expr: perSecond(ofApi('response_errors_total')), legend: 'no answer' },
        { expr: perSecond(ofApi('retry_warnings_total')), legend: 'sent again' },
        { expr: perSecond(ofApi('redispatch_warnings_total')), legend: 'sent to another pod' },
      ],
    },
    {
      title: 'Pods put out',
      description: 'After three failures, for 30 s.',
      unit: 'ops',
      queries: [{ expr: perSecond(ofServers('check_up_down_total'), 'server'), legend: '{{server}}' }],
    },
  ],
};

const bounds: Row = {
  title: 'Bounds',
  panels: [
    {
      title: 'Buckets in use',
      description: 'Tokens and addresses that are counted. Full tables forget the oldest.',
      unit: 'none',
      queries: [{ expr: max(series('haproxy_sticktable_used'), 'name'), legend: '{{name}}' }],
    },
    {
      title: 'Memory in pools',
      description: 'What HAProxy has taken; see how much the container may have.',
      unit: 'bytes',
      queries: [{ expr: max(series('haproxy_process_pool_allocated_bytes'), 'pod'), legend: '{{pod}}' }],
    },
    {
      title: 'Idle',
      description: 'Share of the time that the process waits. Near none: raise spec.edge.resources.limits.cpu.',
      unit: 'percent',
      limit: { below: 20 },
      queries: [{ expr: max(series('haproxy_process_idle_time_percent'), 'pod'), legend: '{{pod}}' }],
    },
  ],
};

const ROWS: readonly Row[] = [clients, pods, bounds];

export const EDGE_DASHBOARD: Dashboard = {
  uid: 'heroes-edge',
  title: 'Heroes in Waiting / Edge',
  description: 'Who comes in, where they are sent, whom the edge refuses, and how near its bounds it is.',
  tags: ['heroes-in-waiting'],
  variables: VARIABLES,
  rows: ROWS,
};

/** @returns the dashboard as a JSON document. */
export const edgeDashboard = (): string => `${JSON.stringify(grafanaDashboard(EDGE_DASHBOARD), undefined, 2)}\n`;

/** Pure: cases for `promtool test rules` of the edge's alerts, over two edge pods of which the second is the worse. */
import { SLO } from '@heroes/crds/slo.ts';
import { casesOf, constant, growing, type Case, type Threshold } from './rule-tests.ts';

const labels = (severity: string) => ({ severity, namespace: 'district', heroesplatform: 'grand-bend' });

/** Two edge pods. */
const edge = (metric: string, values: readonly [a: string, b: string], labels = ''): Case['series'] =>
  Object.fromEntries(
    values.map((value, index) => [
      `${metric}{namespace="district",job="district/grand-bend-edge",pod="${index}"${labels === '' ? '' : `,${labels}`}}`,
      value,
    ]),
  );
const edgeApi = (metric: string, ...values: [string, string]): Case['series'] =>
  edge(`haproxy_backend_${metric}`, values, 'proxy="api"');
const edgePublic = (metric: string, ...values: [string, string]): Case['series'] =>
  edge(`haproxy_frontend_${metric}`, values, 'proxy="public"');

/** A thousand requests a step, of which this many found no pod that answered. */
const unanswered = (failing: number): Case['series'] => ({
  ...edgeApi('http_requests_total', growing(600), growing(400)),
  ...edgeApi('connection_errors_total', growing(0), growing(failing)),
  ...edgeApi('response_errors_total', growing(0), growing(0)),
});

const { edgeDown, edgeNoServers, edgeErrors, edgeConnections, edgeRefusals } = SLO;

const EDGE: readonly Threshold[] = [
  {
    alert: 'EdgeDown',
    labels: labels('critical'),
    forMinutes: edgeDown.forMinutes,
    above: edge('up', [constant(0), constant(0)]),
    // One of two is enough.
    below: edge('up', [constant(1), constant(0)]),
  },
  {
    alert: 'EdgeNoServers',
    labels: labels('critical'),
    forMinutes: edgeNoServers.forMinutes,
    above: edgeApi('active_servers', constant(3), constant(0)),
    below: edgeApi('active_servers', constant(3), constant(1)),
  },
  {
    alert: 'EdgeErrors',
    labels: labels('critical'),
    forMinutes: edgeErrors.forMinutes,
    above: unanswered(edgeErrors.threshold * 1000 + 1),
    below: unanswered(edgeErrors.threshold * 1000 - 1),
  },
  {
    alert: 'EdgeConnectionsNearLimit',
    labels: labels('warning'),
    forMinutes: edgeConnections.forMinutes,
    above: {
      ...edgePublic('current_sessions', constant(10), constant(edgeConnections.threshold * 1000 + 1)),
      ...edgePublic('limit_sessions', constant(1000), constant(1000)),
    },
    below: {
      ...edgePublic('current_sessions', constant(10), constant(edgeConnections.threshold * 1000)),
      ...edgePublic('limit_sessions', constant(1000), constant(1000)),
    },
  },
  {
    alert: 'EdgeRefusals',
    labels: labels('warning'),
    forMinutes: edgeRefusals.forMinutes,
    above: {
      ...edgePublic('http_requests_total', growing(500), growing(500)),
      ...edgePublic('requests_denied_total', growing(0), growing(edgeRefusals.threshold * 1000 + 1)),
    },
    below: {
      ...edgePublic('http_requests_total', growing(500), growing(500)),
      ...edgePublic('requests_denied_total', growing(0), growing(edgeRefusals.threshold * 1000 - 1)),
    },
  },
];

export const EDGE_CASES: readonly Case[] = [
  ...casesOf(EDGE),
  {
    title: 'EdgeDown fires where there is no pod that could be scraped',
    alert: 'EdgeDown',
    labels: { ...labels('critical'), job: 'district/grand-bend-edge' },
    // Of another district.
    series: { 'up{namespace="other",job="other/other-edge",pod="a"}': constant(1) },
    atMinutes: edgeDown.forMinutes + 1,
    fires: true,
  },
];

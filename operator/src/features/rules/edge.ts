/** Alerts of the edge: what goes wrong before a request reaches the API, of which the API's own metrics know nothing. */
import { SLO } from '@heroes/crds/slo.ts';
import { alert, ofEdge, type Alert, type RulesInput } from './alert.ts';

/** Both ways to the API pods: that of requests, and that of streams. */
const TO_API = 'proxy=~"api|streams"';

/** @returns the alerts of a platform that has an edge. */
export const edgeRules = (platform: RulesInput): readonly Alert[] => [
  edgeDown(platform),
  edgeNoServers(platform),
  edgeErrors(platform),
  edgeConnections(platform),
  edgeRefusals(platform),
];

// With no pod at all there is no series to be 0.
function edgeDown(platform: RulesInput): Alert {
  const up = `up${ofEdge(platform)}`;
  return alert(platform, {
    alert: 'EdgeDown',
    expr: `sum(${up}) < 1 or absent(${up})`,
    for: `${SLO.edgeDown.forMinutes}m`,
    severity: 'critical',
    summary: 'No edge pod answers',
    description: 'None of the pods through which every request comes can be scraped. Nobody can be served.',
  });
}

// The worst of the edge pods: one that sees no API pod refuses all that comes to it.
function edgeNoServers(platform: RulesInput): Alert {
  return alert(platform, {
    alert: 'EdgeNoServers',
    expr: `min(haproxy_backend_active_servers${ofEdge(platform, TO_API)}) < 1`,
    for: `${SLO.edgeNoServers.forMinutes}m`,
    severity: 'critical',
    summary: 'An edge pod has no API pod to send requests to',
    description: 'All that comes to it is answered with 503: no API pod is ready, or it does not find them.',
  });
}

// What the API answered with an error is HighErrorRate's. These are the requests that it was never asked, or did not answer.
function edgeErrors(platform: RulesInput): Alert {
  const { threshold, forMinutes } = SLO.edgeErrors;
  const rate = (metric: string): string => `sum(rate(${metric}${ofEdge(platform, TO_API)}[5m]))`;
  const failed = `(${rate('haproxy_backend_connection_errors_total')} + ${rate('haproxy_backend_response_errors_total')})`;
  return alert(platform, {
    alert: 'EdgeErrors',
    expr: `${failed} / ${rate('haproxy_backend_http_requests_total')} > ${threshold}`,
    for: `${forMinutes}m`,
    severity: 'critical',
    summary: 'Requests do not reach the API, or are not answered',
    description:
      '{{ $value | humanizePercentage }} of the requests found no API pod that answered, after all repetitions.',
  });
}

function edgeConnections(platform: RulesInput): Alert {
  const { threshold, forMinutes } = SLO.edgeConnections;
  const of = (what: string): string => `haproxy_frontend_${what}${ofEdge(platform, 'proxy="public"')}`;
  return alert(platform, {
    alert: 'EdgeConnectionsNearLimit',
    expr: `max(${of('current_sessions')} / ${of('limit_sessions')}) > ${threshold}`,
    for: `${forMinutes}m`,
    severity: 'warning',
    summary: `An edge pod holds more than ${threshold * 100} % of the connections that it may`,
    description:
      '{{ $value | humanizePercentage }} of its connections are taken. Beyond them clients wait to be let in.',
  });
}

function edgeRefusals(platform: RulesInput): Alert {
  const { threshold, forMinutes } = SLO.edgeRefusals;
  const rate = (what: string): string => `sum(rate(haproxy_frontend_${what}${ofEdge(platform, 'proxy="public"')}[5m]))`;
  return alert(platform, {
    alert: 'EdgeRefusals',
    expr: `${rate('requests_denied_total')} / ${rate('http_requests_total')} > ${threshold}`,
    for: `${forMinutes}m`,
    severity: 'warning',
    summary: 'Many requests are refused for their rate',
    description: '{{ $value | humanizePercentage }} of the requests were answered with 429 by the edge.',
  });
}

/** What the operator costs: the rows of its dashboard on requests, caches and the process. */
import type { Row } from './grafana.ts';
import { of, perSecond, WINDOW } from './operator-series.ts';
import { OPERATOR_SLO } from './operator-slo.ts';
import { max, quantile, rate, sum } from './promql.ts';

export const requests: Row = {
  title: 'Requests to the API server',
  panels: [
    {
      title: 'Requests by method and code',
      description: 'Quiet but for the lease (every 2 s) and reopened watches. <error>: no answer came.',
      unit: 'reqps',
      draw: 'stacked',
      queries: [{ expr: perSecond('rest_client_requests_total', 'method', 'code'), legend: '{{method}} {{code}}' }],
    },
    {
      title: 'Latency, p99 by verb',
      description: 'Until the API server had answered; watches are not counted.',
      unit: 's',
      queries: [
        {
          expr: quantile(0.99, of('rest_client_request_duration_seconds_bucket'), { window: WINDOW, kept: ['verb'] }),
          legend: '{{verb}}',
        },
      ],
    },
    {
      title: 'Requests that were sent again',
      description: 'By the code that made it so.',
      unit: 'reqps',
      queries: [{ expr: perSecond('rest_client_request_retries_total', 'code'), legend: '{{code}}' }],
    },
    {
      title: 'Turned away (429)',
      description: 'Share of all requests. Priority and fairness has no room: see the chart value flowSchema.',
      unit: 'percentunit',
      limit: { above: OPERATOR_SLO.throttledRatio.threshold },
      queries: [
        {
          expr: `${sum(rate(of('rest_client_requests_total', 'code="429"'), WINDOW))} / ${perSecond('rest_client_requests_total')}`,
          legend: '429',
        },
      ],
    },
  ],
};

export const caches: Row = {
  title: 'Caches',
  panels: [
    {
      title: 'Objects in memory, by kind',
      description: 'All platforms, and what the operator made for them; of the pod that holds most.',
      unit: 'none',
      draw: 'stacked',
      queries: [{ expr: max(of('reflector_objects'), 'kind'), legend: '{{kind}}' }],
    },
    {
      title: 'Lists, by kind',
      description: 'One at a start. More: watches expire before they can be resumed.',
      unit: 'ops',
      queries: [{ expr: perSecond('reflector_lists_total', 'kind'), legend: '{{kind}}' }],
    },
    {
      title: 'Watches opened, by kind',
      description: 'Each is asked to end after 5 to 10 minutes and is then opened anew.',
      unit: 'ops',
      queries: [{ expr: perSecond('reflector_watches_total', 'kind'), legend: '{{kind}}' }],
    },
    {
      title: 'Failed lists and watches, by kind',
      description: 'Some when the API server restarts. One kind alone: rights, or a definition that has gone.',
      unit: 'ops',
      queries: [{ expr: perSecond('reflector_failures_total', 'kind'), legend: '{{kind}}' }],
    },
    {
      title: 'Missed events, by kind',
      description: 'Changes that a list found and no watch had told of: the cache was wrong meanwhile.',
      unit: 'ops',
      queries: [{ expr: perSecond('reflector_missed_events_total', 'kind'), legend: '{{kind}}' }],
    },
  ],
};

export const process: Row = {
  title: 'Process',
  panels: [
    {
      title: 'Resident memory',
      description: 'Grows with the objects in memory. Near the limit: HeroesOperatorNearMemoryLimit.',
      unit: 'bytes',
      queries: [{ expr: max(of('process_resident_memory_bytes'), 'pod'), legend: '{{pod}}' }],
    },
    {
      title: 'Heap',
      description: 'What is in use saws; what it falls back to must not climb for days.',
      unit: 'bytes',
      queries: [
        { expr: max(of('nodejs_heap_size_used_bytes'), 'pod'), legend: '{{pod}} used' },
        { expr: max(of('nodejs_heap_size_total_bytes'), 'pod'), legend: '{{pod}} total' },
      ],
    },
    {
      title: 'CPU',
      description: 'Cores in use. JavaScript runs on one: near 1, the event loop is the limit.',
      unit: 'none',
      queries: [{ expr: perSecond('process_cpu_seconds_total', 'pod'), legend: '{{pod}}' }],
    },
    {
      title: 'Event loop lag, p99',
      description: 'Seconds that a timer comes late. Renewing the lease has 10 s.',
      unit: 's',
      queries: [{ expr: max(of('nodejs_eventloop_lag_p99_seconds'), 'pod'), legend: '{{pod}}' }],
    },
    {
      title: 'Garbage collection',
      description: 'Share of the time that is spent on it.',
      unit: 'percentunit',
      queries: [{ expr: perSecond('nodejs_gc_duration_seconds_sum', 'pod'), legend: '{{pod}}' }],
    },
    {
      title: 'Open files and sockets',
      description: 'Flat. A climb is a leak.',
      unit: 'none',
      queries: [{ expr: max(of('process_open_fds'), 'pod'), legend: '{{pod}}' }],
    },
  ],
};

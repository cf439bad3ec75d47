/** The dashboard of the bells: what the calendar asked for, what stood, and how the classes fared. One platform at a time. */
import { SLO } from '@heroes/crds/slo.ts';
import { grafanaDashboard, type Dashboard, type Row } from './grafana.ts';
import { max, quantile, rate, seriesWith, sum } from './promql.ts';

const WINDOW = '$__rate_interval';
const NAMESPACE = 'namespace="$namespace"';
/** Of two operators during a hand-over, the larger value. */
const ofPlatform = seriesWith(NAMESPACE, 'heroesplatform="$heroesplatform"');
/** The API's pods, by the job that Prometheus gives those of its PodMonitor. */
const ofApi = seriesWith(NAMESPACE, 'job="$namespace/$heroesplatform-api"');

const connections = (state: string): string => sum(ofApi('db_connection_pool_size', `state="${state}"`));
const requests = (...matchers: readonly string[]): string => rate(ofApi('http_requests_total', ...matchers), WINDOW);
const latency = (share: number): string =>
  quantile(share, ofApi('http_request_duration_seconds_bucket'), { window: WINDOW });

const capacity: Row = {
  title: 'Does capacity stand before the class does?',
  panels: [
    {
      title: 'Floor and ready pods',
      description:
        'Ready pods are at the floor before each bell, and above it on load. Below it between lead time and bell they start.',
      unit: 'short',
      draw: 'steps',
      queries: [
        { expr: max(ofPlatform('heroes_schedule_floor')), legend: 'floor' },
        { expr: max(ofPlatform('heroes_api_ready_pods')), legend: 'ready pods' },
      ],
    },
    {
      title: 'Students in class',
      description:
        'Students whose class has begun, of all schools of the district: the square wave that the floor is ahead of.',
      unit: 'short',
      draw: 'steps',
      queries: [{ expr: max(ofPlatform('heroes_schedule_students_in_class')), legend: 'students' }],
    },
    {
      title: 'Ready before the bell',
      description:
        'How long before the last bell the pods that were due had been ready; below zero they came too late (ClassUnderFloor).',
      unit: 's',
      draw: 'steps',
      signed: true,
      queries: [{ expr: `min(${ofPlatform('heroes_schedule_ready_before_bell_seconds')})`, legend: 'ahead' }],
      limit: { below: 0 },
    },
    {
      title: 'Time under the floor',
      description:
        'Share of each second in class with fewer pods ready than were due. It should be zero at every bell.',
      unit: 'percentunit',
      queries: [
        { expr: max(rate(ofPlatform('heroes_schedule_seconds_under_floor_total'), WINDOW)), legend: 'under the floor' },
      ],
      limit: { above: 0 },
    },
  ],
};

const service: Row = {
  title: 'How do the classes fare?',
  panels: [
    {
      title: 'Requests',
      description: 'Requests a second by status code, over all pods.',
      unit: 'reqps',
      draw: 'stacked',
      queries: [{ expr: sum(requests(), 'status_code'), legend: '{{status_code}}' }],
    },
    {
      title: 'Duration',
      description:
        'Half of the requests, and all but one in twenty, are answered within this; the line is the objective.',
      unit: 's',
      queries: [0.5, 0.95, 0.99].map((share) => ({ expr: latency(share), legend: `p${share * 100}` })),
      limit: { above: SLO.latencyP95.thresholdSeconds },
    },
    {
      title: 'Refused for their rate',
      description:
        'Requests a second that the API answered 429, and the limits that they ran into. None of a class that behaves.',
      unit: 'reqps',
      queries: [
        { expr: sum(requests('status_code="429"')), legend: '429' },
        { expr: sum(rate(ofApi('requests_rate_limited_total'), WINDOW), 'limit'), legend: '{{limit}}' },
      ],
    },
    {
      title: 'Connection pool',
      description: 'Share of the database connections of the API that is in use, over all pods; the line is the alert.',
      unit: 'percentunit',
      queries: [{ expr: `${connections('active')} / ${connections('total')}`, legend: 'in use' }],
      limit: { above: SLO.poolUtilization.threshold },
    },
    {
      title: 'Waiting for a connection',
      description:
        'Requests that wait for a database connection, over all pods. Above zero for long, the pools are too small.',
      unit: 'short',
      queries: [{ expr: connections('waiting'), legend: 'waiting' }],
    },
  ],
};

export const BELL_DASHBOARD: Dashboard = {
  uid: 'heroes-bell',
  title: 'Heroes in Waiting / Bell',
  description: 'What the bell schedule asked for, what stood at each bell, and how the classes fared.',
  tags: ['heroes-in-waiting'],
  variables: [
    {
      name: 'namespace',
      label: 'Namespace',
      values: { series: 'heroes_schedule_floor', of: 'namespace' },
      several: false,
    },
    {
      name: 'heroesplatform',
      label: 'Platform',
      values: { series: `heroes_schedule_floor{${NAMESPACE}}`, of: 'heroesplatform' },
      several: false,
    },
  ],
  // The value is when the last bell rang, so that one look at any later time marks it where it was.
  annotations: [
    {
      name: 'Bells',
      expr: `${max(ofPlatform('heroes_schedule_last_bell_timestamp_seconds'))} * 1000`,
      title: 'Bell',
      color: 'blue',
    },
  ],
  rows: [capacity, service],
};

/** @returns the dashboard as a JSON document. */
export const bellDashboard = (): string => `${JSON.stringify(grafanaDashboard(BELL_DASHBOARD), undefined, 2)}\n`;

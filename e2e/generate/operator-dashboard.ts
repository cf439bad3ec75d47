/** The operator's dashboard: what it does, whether it keeps up, and what it costs. One row for each question. */
import { PLATFORM } from '@heroes/operator/platform/kinds.ts';
import { grafanaDashboard, type Dashboard, type Row, type Variable } from './grafana.ts';
import { caches, process, requests } from './operator-cost-rows.ts';
import { leadership, queue, reconciles } from './operator-work-rows.ts';
import { seriesWith } from './promql.ts';

/** Series by which an operator of ours is told from other controllers, which have metrics of the same names. */
const ours = (...matchers: readonly string[]): string =>
  seriesWith(...matchers)('reflector_objects', `kind="${PLATFORM.kind}"`);

const NAMESPACE = 'namespace="$namespace"';
const VARIABLES: readonly Variable[] = [
  { name: 'namespace', label: 'Namespace', values: { series: ours(), of: 'namespace' }, several: false },
  { name: 'job', label: 'Job', values: { series: ours(NAMESPACE), of: 'job' }, several: true },
  { name: 'pod', label: 'Pod', values: { series: ours(NAMESPACE, 'job=~"$job"'), of: 'pod' }, several: true },
];

const ROWS: readonly Row[] = [leadership, reconciles, queue, requests, caches, process];

export const OPERATOR_DASHBOARD: Dashboard = {
  uid: 'heroes-operator',
  title: 'Heroes in Waiting / Operator',
  description: 'What the operator does, whether it keeps up, and what it costs.',
  tags: ['heroes-in-waiting'],
  variables: VARIABLES,
  rows: ROWS,
};

/** @returns the dashboard as a JSON document. */
export const operatorDashboard = (): string =>
  `${JSON.stringify(grafanaDashboard(OPERATOR_DASHBOARD), undefined, 2)}\n`;

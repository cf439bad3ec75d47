import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { beforeAll, describe, expect, it } from 'vitest';
import { createMetrics } from '@heroes/api/metrics.ts';
import { renderRules } from '@heroes/operator/features/rules/render.ts';
import { createKubeMetrics } from '@heroes/operator/kube/metrics.ts';
import { createPlatformMetrics } from '@heroes/operator/metrics.ts';
import { BELL_DASHBOARD, bellDashboard } from './bell-dashboard.ts';
import { queriesOf } from './grafana.ts';
import { operatorRules } from './operator-alerts.ts';
import { OPERATOR_DASHBOARD, operatorDashboard } from './operator-dashboard.ts';

const RUNBOOKS = join(import.meta.dirname, '../../docs/runbooks');
const OPERATOR = join(import.meta.dirname, '../../operator/src');
const alerts = operatorRules({ namespace: 'system', name: 'operator', memoryLimit: 'Inf' }).groups.flatMap(
  ({ rules }) => rules,
);
const platformAlerts = renderRules({ name: 'a', namespace: 'b' }, { hasEdge: true }).groups.flatMap(
  ({ rules }) => rules,
);

/** What Prometheus itself says of each target, and the labels that it gives to everything of a PodMonitor's. */
const TARGET_METRICS = ['up'];
const TARGET_LABELS = ['namespace', 'job', 'pod', 'container', 'instance', 'endpoint'];

/** The names under which a metric of each type is stored. */
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
};

/** By name: the labels that its series can have. */
function registered(): Map<string, Set<string>> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  createKubeMetrics(registry);
  createPlatformMetrics(registry);
  const api = createMetrics({ poolState: () => ({ active: 0, idle: 0, waiting: 0, total: 0 }), waitMs: () => 0 });
  const found = new Map(TARGET_METRICS.map((name) => [name, new Set(TARGET_LABELS)]));
  for (const metric of [...registry.getMetricsAsArray(), ...api.registry.getMetricsAsArray()]) {
    // Of the registry's own type, a metric has less than the class that it is of.
    const { name, type, labelNames } = metric as unknown as { name: string; type: string; labelNames?: string[] };
    const own = type === 'histogram' ? ['le'] : [];
    for (const suffix of SUFFIXES[type] ?? [''])
      found.set(`${name}${suffix}`, new Set([...(labelNames ?? []), ...own, ...TARGET_LABELS]));
  }
  // The API keeps this one by itself, and tells of it as a histogram.
  const { labels } = api.answers.of('GET', '/v1/lessons', 200);
  for (const suffix of SUFFIXES.histogram ?? [])
    found.set(`${api.answers.histogram().name}${suffix}`, new Set([...Object.keys(labels), 'le', ...TARGET_LABELS]));
  return found;
}

/** Every series of ours is written with braces, and nothing else is. */
const seriesOf = (expr: string): { metric: string; labels: string[] }[] =>
  [...expr.matchAll(/([a-z_:][a-z0-9_:]*)\{([^}]*)\}/gi)].map(([, metric = '', matchers = '']) => ({
    metric,
    labels: [...matchers.matchAll(/([a-z_]+)(=|!=|=~|!~)"/g)].map(([, label = '']) => label),
  }));

const keptLabels = (expr: string): string[] =>
  [...expr.matchAll(/\b(?:by|on) \(([^)]*)\)/g)].flatMap(([, labels = '']) => labels.split(', '));

describe('what is asked of Prometheus', () => {
  const metrics = registered();
  const ofOperator = [...alerts.map(({ expr }) => expr), ...queriesOf(OPERATOR_DASHBOARD)];
  // What HAProxy measures is asked of HAProxy itself (e2e/suites/edge/metrics.integration.test.ts).
  const ofPlatforms = platformAlerts.map(({ expr }) => expr).filter((expr) => !expr.includes('haproxy_'));
  const expressions = [...ofOperator, ...ofPlatforms, ...queriesOf(BELL_DASHBOARD)];

  it.each(expressions)('is measured, with those labels: %s', (expr) => {
    const series = seriesOf(expr);
    expect(series).not.toEqual([]);
    for (const { metric, labels } of series) {
      expect([...metrics.keys()]).toContain(metric);
      for (const label of labels) expect([...(metrics.get(metric) ?? [])]).toContain(label);
    }
    for (const label of keptLabels(expr))
      expect(
        series.some(({ metric }) => metrics.get(metric)?.has(label) === true),
        label,
      ).toBe(true);
  });

  it('is all that the runtime measures', () => {
    const asked = new Set(ofOperator.flatMap(seriesOf).map(({ metric }) => metric.replace(/_(bucket|sum|count)$/, '')));
    const registry = new Registry();
    createKubeMetrics(registry);
    const names = registry.getMetricsAsArray().map(({ name }) => name);
    expect(names.filter((name) => !asked.has(name))).toEqual([]);
  });
});

describe("the operator's alerts", () => {
  it('each speak of one release only', () => {
    for (const { expr } of alerts)
      expect(expr.match(/\{[^}]*\}/g)?.every((matchers) => matchers.includes('job="system/operator"'))).toBe(true);
  });

  it('are told apart by name', () => {
    const names = [...alerts, ...platformAlerts].map(({ alert }) => alert);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(alerts)('say who is to be woken, what is wrong and where to read on: $alert', ({ labels, annotations }) => {
    expect(['critical', 'warning']).toContain(labels.severity);
    for (const name of ['summary', 'description', 'runbook_url']) expect(annotations[name]).toMatch(/\S/);
  });
});

describe('the runbooks', () => {
  const ofOperator = (page: string): boolean => alerts.some(({ alert }) => page === `${alert}.md`);
  const pages = readdirSync(RUNBOOKS);

  it('are one for each alert, and none without', () => {
    const names = [...alerts, ...platformAlerts].map(({ alert }) => `${alert}.md`);
    expect(pages.sort()).toEqual(names.sort());
  });

  it.each(pages)('say what it means and what to do: %s', (page) => {
    const text = readFileSync(join(RUNBOOKS, page), 'utf8');
    const headings = text.split('\n').filter((line) => line.startsWith('#'));
    expect(headings).toEqual([
      `# ${page.replace('.md', '')}`,
      '## Meaning',
      '## Impact',
      '## Diagnosis',
      '## Mitigation',
    ]);
  });

  it.each(pages)('ask only for what is measured: %s', (page) => {
    const metrics = registered();
    const text = readFileSync(join(RUNBOOKS, page), 'utf8');
    const ours = seriesOf(text).filter(({ metric }) =>
      /^(workqueue|controller_runtime|rest_client|reflector|leader|heroes)/.test(metric),
    );
    for (const { metric } of ours) expect([...metrics.keys()]).toContain(metric);
  });

  it('look for words that the operator says', () => {
    const source = globSync('**/*.ts', { cwd: OPERATOR }).map((file) => readFileSync(join(OPERATOR, file), 'utf8'));
    const texts = pages.filter(ofOperator).map((page) => readFileSync(join(RUNBOOKS, page), 'utf8'));
    const searches = texts.flatMap((text) => [...text.matchAll(/grep (?:-E )?'([^']+)'/g)]);
    expect(searches.length).toBeGreaterThan(3);
    for (const [, words = ''] of searches)
      expect(
        source.some((text) => new RegExp(words).test(text)),
        words,
      ).toBe(true);
  });

  it.each(pages)('name only pages that there are: %s', (page) => {
    const text = readFileSync(join(RUNBOOKS, page), 'utf8');
    for (const [name] of text.matchAll(/HeroesOperator\w+/g))
      expect(existsSync(join(RUNBOOKS, `${name}.md`)), name).toBe(true);
  });
});

interface PanelJson {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: { readonly uid: string };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
  readonly targets?: readonly { readonly refId: string; readonly expr: string; readonly datasource: { uid: string } }[];
}

/** The rules of Grafana's dashboard-linter, for what they say of a dashboard like ours. */
const DASHBOARDS = [
  { dashboard: OPERATOR_DASHBOARD, json: operatorDashboard },
  { dashboard: BELL_DASHBOARD, json: bellDashboard },
];

describe.each(DASHBOARDS)('the dashboard $dashboard.uid', ({ dashboard, json }) => {
  let panels: readonly PanelJson[] = [];
  let variables: readonly string[] = [];
  beforeAll(() => {
    const { panels: all, templating } = JSON.parse(json()) as {
      readonly panels: readonly PanelJson[];
      readonly templating: { readonly list: readonly { readonly name: string }[] };
    };
    panels = all;
    variables = templating.list.map(({ name }) => name);
  });

  it('numbers its panels, and none covers another', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.every(({ gridPos: { x, w } }) => x >= 0 && x + w <= 24)).toBe(true);
  });

  it('names every graph, says how to read it, and has a unit and queries from the chosen data source', () => {
    for (const { type, title, description, fieldConfig, targets = [] } of panels.filter(({ type }) => type !== 'row')) {
      expect(['stat', 'timeseries']).toContain(type);
      for (const text of [title, description, fieldConfig?.defaults.unit]) expect(text).toMatch(/\S/);
      expect(targets.length).toBeGreaterThan(0);
      expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
      for (const { datasource } of targets) expect(datasource.uid).toBe('${datasource}');
    }
  });

  it('asks only for variables that it has', () => {
    const known = new Set([...variables, '__rate_interval']);
    for (const [, name = ''] of json().matchAll(/\$\{?(\w+)\}?/g))
      if (name !== '__all') expect(known, name).toContain(name);
  });

  it('takes rates over an interval that follows the scrape interval', () => {
    for (const expr of queriesOf(dashboard))
      for (const [, window] of expr.matchAll(/\[([^\]]*)\]/g)) expect(window).toBe('$__rate_interval');
  });
});

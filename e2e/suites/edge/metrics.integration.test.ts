/** What the alerts and the dashboard of the edge ask for, beside what the real HAProxy measures. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderPodMonitors } from '@heroes/operator/features/monitoring/render.ts';
import { renderRules } from '@heroes/operator/features/rules/render.ts';
import { EDGE_DASHBOARD } from '../../generate/edge-dashboard.ts';
import { queriesOf } from '../../generate/grafana.ts';
import { ApiPod } from './api-pod.ts';
import { ask } from './asking.ts';
import { lead, platformOf, startEdge } from './edge.ts';

/** What Prometheus says of each target, and the labels that it gives to everything of a PodMonitor's. */
const TARGET = { metrics: ['up'], labels: ['namespace', 'job', 'pod'] };

const opened = new AsyncDisposableStack();
/** By name: the labels that its series have. */
const measured = new Map<string, Set<string>>();
let scraped = '';

/** @returns what is asked for by the PodMonitor. */
function scrapePath(): string {
  const monitor = renderPodMonitors(platformOf({})).find(({ metadata }) => metadata.name === 'test-edge');
  const [endpoint] = (monitor?.spec as { podMetricsEndpoints: [{ path: string; params: Record<string, string[]> }] })
    .podMetricsEndpoints;
  const pairs = Object.entries(endpoint.params).flatMap(([name, values]) => values.map((value) => [name, value]));
  return `${endpoint.path}?${new URLSearchParams(pairs).toString()}`;
}

beforeAll(async () => {
  const edge = opened.use(await startEdge());
  const pod = opened.use(await ApiPod.start('a'));
  await lead(edge, [pod]);
  scraped = (await ask(edge.ports.metrics, scrapePath())).text;
  for (const [, name = '', labels = ''] of scraped.matchAll(/^(haproxy_\w+)(?:\{([^}]*)\})? /gm)) {
    const known = measured.get(name) ?? new Set(TARGET.labels);
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) known.add(label);
    measured.set(name, known);
  }
  for (const name of TARGET.metrics) measured.set(name, new Set(TARGET.labels));
});
afterAll(async () => opened.disposeAsync());

const alerts = renderRules({ name: 'a', namespace: 'b' }, { hasEdge: true })
  .groups.flatMap(({ rules }) => rules)
  .filter(({ alert }) => alert.startsWith('Edge'))
  .map(({ expr }) => expr);

describe('what is asked of the edge', () => {
  it.each([...alerts, ...queriesOf(EDGE_DASHBOARD)])('is measured, with those labels: %s', (expr) => {
    const series = [...expr.matchAll(/([a-z_]+)\{([^}]*)\}/g)];
    expect(series).not.toEqual([]);
    for (const [, metric = '', matchers = ''] of series) {
      expect([...measured.keys()]).toContain(metric);
      for (const [, label = ''] of matchers.matchAll(/(\w+)=~?"/g))
        expect([...(measured.get(metric) ?? [])]).toContain(label);
    }
    for (const [, labels = ''] of expr.matchAll(/by \(([^)]*)\)/g))
      for (const label of labels.split(', '))
        expect(
          series.some(([, metric = '']) => measured.get(metric)?.has(label) === true),
          label,
        ).toBe(true);
  });

  it('is no slot that stands empty: of 24 servers one is there, for requests and for streams', () => {
    expect(scraped.match(/^haproxy_server_current_sessions\{/gm)).toHaveLength(2);
  });
});

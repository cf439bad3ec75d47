import { describe, expect, it } from 'vitest';
import { EDGE_DASHBOARD, edgeDashboard } from './edge-dashboard.ts';
import { queriesOf } from './grafana.ts';

interface PanelJson {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
  readonly targets?: readonly { readonly expr: string; readonly datasource: { uid: string } }[];
}

/** The rules of Grafana's dashboard-linter, for what they say of a dashboard like this one. */
describe("the edge's dashboard", () => {
  const { uid, panels, templating } = JSON.parse(edgeDashboard()) as {
    readonly uid: string;
    readonly panels: readonly PanelJson[];
    readonly templating: { readonly list: readonly { readonly name: string }[] };
  };

  it('is found again by its uid, and no panel covers another', () => {
    expect(uid).toBe('heroes-edge');
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });

  it('says how each graph is read, with a unit, from the chosen data source', () => {
    const graphs = panels.filter(({ type }) => type !== 'row');
    expect(graphs.length).toBe(15);
    for (const { title, description, fieldConfig, targets = [] } of graphs) {
      for (const text of [title, description, fieldConfig?.defaults.unit]) expect(text).toMatch(/\S/);
      for (const { datasource } of targets) expect(datasource.uid).toBe('${datasource}');
    }
  });

  it('asks only for variables that it has, of one district at a time, over an interval that follows the scrapes', () => {
    const known = new Set([...templating.list.map(({ name }) => name), '__rate_interval', '__all']);
    for (const [, name = ''] of edgeDashboard().matchAll(/\$\{?(\w+)\}?/g)) expect(known, name).toContain(name);
    for (const expr of queriesOf(EDGE_DASHBOARD)) {
      expect(expr).toContain('namespace="$namespace",job=~"$job"');
      for (const [, window] of expr.matchAll(/\[([^\]]*)\]/g)) expect(window).toBe('$__rate_interval');
    }
  });
});

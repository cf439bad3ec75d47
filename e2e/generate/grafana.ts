/** Pure: Grafana dashboards as JSON (schema version 42, Grafana 12 and 13), of the few parts that ours need. */

export interface Query {
  readonly expr: string;
  /** Names each series, as `{{pod}}`. */
  readonly legend: string;
}

export interface Panel {
  readonly title: string;
  /** What a reader should see in it, and when to worry. */
  readonly description: string;
  /** A unit of Grafana's, as `s`, `bytes`, `reqps`. */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** A line for each series unless it says otherwise; `number` is the latest value alone. */
  readonly draw?: 'lines' | 'stacked' | 'steps' | 'number';
  /** Whether it may be below zero. */
  readonly signed?: boolean;
  /** Where good ends: above it, or below it for what must not fall. */
  readonly limit?: { readonly above: number } | { readonly below: number };
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

export interface Variable {
  readonly name: string;
  readonly label: string;
  /** The series and the label whose values can be chosen from. */
  readonly values: { readonly series: string; readonly of: string };
  /** Whether several can be chosen, or all. */
  readonly several: boolean;
}

/** Instants that are marked in every panel. */
export interface Annotation {
  readonly name: string;
  /** Its value is the instant, epoch milliseconds, however often it is told. */
  readonly expr: string;
  readonly title: string;
  readonly color: string;
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly variables: readonly Variable[];
  readonly annotations?: readonly Annotation[];
  readonly rows: readonly Row[];
}

/** @returns the PromQL of all panels and annotations. */
export function queriesOf({ rows, annotations = [] }: Dashboard): string[] {
  const panels = rows.flatMap(({ panels: all }) => all);
  return [...panels.flatMap(({ queries }) => queries), ...annotations].map(({ expr }) => expr);
}

const SCHEMA_VERSION = 42;
const DATASOURCE = { type: 'prometheus', uid: '${datasource}' } as const;
const GRID = { columns: 24, panelWidth: 8, panelHeight: 8 } as const;

/** @returns the dashboard as Grafana reads it. */
export function grafanaDashboard({
  uid,
  title,
  description,
  tags,
  variables,
  annotations = [],
  rows,
}: Dashboard): object {
  return {
    uid,
    title,
    description,
    tags,
    schemaVersion: SCHEMA_VERSION,
    editable: false,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-3h', to: 'now' },
    timepicker: {},
    timezone: '',
    annotations: { list: annotations.map(annotationQuery) },
    links: [],
    templating: { list: [datasourceVariable, ...variables.map(queryVariable)] },
    panels: placed(rows),
  };
}

const datasourceVariable = {
  name: 'datasource',
  label: 'Data source',
  type: 'datasource',
  query: 'prometheus',
  hide: 0,
  includeAll: false,
  multi: false,
  refresh: 1,
  regex: '',
  options: [],
};

/** Marks less than a minute apart are one, which is what `step` says. */
const annotationQuery = ({ name, expr, title, color }: Annotation): object => ({
  name,
  datasource: DATASOURCE,
  enable: true,
  hide: false,
  iconColor: color,
  expr,
  step: '60s',
  titleFormat: title,
  textFormat: '',
  tagKeys: '',
  useValueForTime: true,
});

function queryVariable({ name, label, values, several }: Variable): object {
  const query = `label_values(${values.series}, ${values.of})`;
  return {
    name,
    label,
    type: 'query',
    datasource: DATASOURCE,
    definition: query,
    query: { query, refId: name },
    hide: 0,
    includeAll: several,
    multi: several,
    ...(several ? { allValue: '.+', current: { text: ['All'], value: ['$__all'] } } : {}),
    // 2: anew whenever the time range changes. Sorted by the alphabet.
    refresh: 2,
    sort: 1,
    regex: '',
    options: [],
  };
}

/** @returns rows and panels from the top down, three panels side by side. */
function placed(rows: readonly Row[]): object[] {
  const out: object[] = [];
  let y = 0;
  for (const { title, panels } of rows) {
    out.push(rowAt(y, { id: out.length + 1, title }));
    y += 1;
    const perLine = GRID.columns / GRID.panelWidth;
    for (const [index, panel] of panels.entries()) {
      const position = {
        x: (index % perLine) * GRID.panelWidth,
        y: y + Math.floor(index / perLine) * GRID.panelHeight,
      };
      out.push(panelAt(position, { id: out.length + 1, panel }));
    }
    y += Math.ceil(panels.length / perLine) * GRID.panelHeight;
  }
  return out;
}

const rowAt = (y: number, { id, title }: { readonly id: number; readonly title: string }): object => ({
  id,
  type: 'row',
  title,
  collapsed: false,
  gridPos: { x: 0, y, w: GRID.columns, h: 1 },
  panels: [],
});

function panelAt(
  position: { readonly x: number; readonly y: number },
  { id, panel }: { readonly id: number; readonly panel: Panel },
): object {
  const { title, description, queries } = panel;
  const latest = panel.draw === 'number';
  return {
    id,
    type: latest ? 'stat' : 'timeseries',
    title,
    description,
    datasource: DATASOURCE,
    gridPos: { ...position, w: GRID.panelWidth, h: GRID.panelHeight },
    fieldConfig: { defaults: fieldDefaults(panel), overrides: [] },
    options: latest ? STAT_OPTIONS : LINES_OPTIONS,
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + index),
      datasource: DATASOURCE,
      editorMode: 'code',
      expr,
      legendFormat: legend,
      instant: latest,
      range: !latest,
    })),
  };
}

const STAT_OPTIONS = {
  colorMode: 'value',
  graphMode: 'none',
  justifyMode: 'auto',
  orientation: 'auto',
  textMode: 'auto',
  wideLayout: true,
  showPercentChange: false,
  percentChangeColorMode: 'standard',
  reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
};

const LINES_OPTIONS = {
  legend: { calcs: ['lastNotNull', 'max'], displayMode: 'table', placement: 'bottom', showLegend: true },
  tooltip: { mode: 'multi', sort: 'desc' },
};

function fieldDefaults({ unit, draw = 'lines', limit, signed = false }: Panel): object {
  const latest = draw === 'number';
  return {
    unit,
    ...(signed ? {} : { min: 0 }),
    color: { mode: latest ? 'thresholds' : 'palette-classic' },
    thresholds: { mode: 'absolute', steps: steps(limit) },
    ...(latest ? {} : { custom: drawn(draw, limit !== undefined) }),
  };
}

function steps(limit: Panel['limit']): object[] {
  if (limit === undefined) return [{ color: 'green', value: null }];
  const [under, from] = 'above' in limit ? ['green', 'red'] : ['red', 'green'];
  return [
    { color: under, value: null },
    { color: from, value: 'above' in limit ? limit.above : limit.below },
  ];
}

const drawn = (draw: 'lines' | 'stacked' | 'steps', limited: boolean): object => ({
  drawStyle: 'line',
  lineInterpolation: draw === 'steps' ? 'stepAfter' : 'linear',
  lineWidth: 1,
  fillOpacity: draw === 'lines' ? 0 : 25,
  showPoints: 'never',
  spanNulls: false,
  stacking: { group: 'A', mode: draw === 'stacked' ? 'normal' : 'none' },
  thresholdsStyle: { mode: limited ? 'line' : 'off' },
});

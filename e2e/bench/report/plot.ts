/** Pure: a plot of figures over a size, both axes logarithmic, as an SVG that reads well on light and dark pages. */

export interface Series {
  readonly name: string;
  /** Size and figure, both above 0. */
  readonly points: readonly (readonly [number, number])[];
}

export interface Plot {
  readonly title: string;
  readonly x: string;
  readonly series: readonly Series[];
}

const WIDTH = 720;
const HEIGHT = 420;
const MARGIN = { top: 48, right: 200, bottom: 56, left: 64 } as const;
/** Told apart by people who do not see all colours (Okabe and Ito). */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7'];
const GREY = '#808080';

/** @returns the SVG. */
export function plot({ title, x, series }: Plot): string {
  const points = series.flatMap((each) => each.points);
  const across = axis(
    points.map(([size]) => size),
    [MARGIN.left, WIDTH - MARGIN.right],
  );
  const up = axis(
    points.map(([, value]) => value),
    [HEIGHT - MARGIN.bottom, MARGIN.top],
  );
  const middle = (MARGIN.left + WIDTH - MARGIN.right) / 2;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13" fill="${GREY}">`,
    `<title>${escape(title)}</title>`,
    text(title, { x: middle, y: 24, more: 'text-anchor="middle" font-size="15"' }),
    ...across.decades.flatMap((decade) => gridAcross(decade, across.at(decade))),
    ...up.decades.flatMap((decade) => gridUp(decade, up.at(decade))),
    text(x, { x: middle, y: HEIGHT - 12, more: 'text-anchor="middle"' }),
    ...series.flatMap((each, index) => line(each, colourOf(index), { across, up })),
    ...labels(series.map(({ name, points: own }, index) => ({ name, index, y: up.at(own.at(-1)?.[1] ?? 1) }))),
    '</svg>',
    '',
  ].join('\n');
}

interface Axis {
  readonly decades: readonly number[];
  readonly at: (value: number) => number;
}

/** Spans whole decades, at least one. */
function axis(values: readonly number[], [from, to]: readonly [number, number]): Axis {
  const lowest = Math.floor(Math.log10(Math.min(...values)));
  const highest = Math.max(lowest + 1, Math.ceil(Math.log10(Math.max(...values))));
  return {
    decades: Array.from({ length: highest - lowest + 1 }, (_, index) => 10 ** (lowest + index)),
    at: (value) => round(from + ((Math.log10(value) - lowest) / (highest - lowest)) * (to - from)),
  };
}

const round = (value: number): number => Math.round(value * 10) / 10;

const gridAcross = (decade: number, x: number): string[] => [
  `<path d="M${x} ${MARGIN.top}V${HEIGHT - MARGIN.bottom}" stroke="${GREY}" stroke-opacity="0.25"/>`,
  text(String(decade), { x, y: HEIGHT - MARGIN.bottom + 20, more: 'text-anchor="middle"' }),
];

const gridUp = (decade: number, y: number): string[] => [
  `<path d="M${MARGIN.left} ${y}H${WIDTH - MARGIN.right}" stroke="${GREY}" stroke-opacity="0.25"/>`,
  text(String(decade), { x: MARGIN.left - 8, y: y + 4, more: 'text-anchor="end"' }),
];

const colourOf = (index: number): string => COLOURS[index % COLOURS.length] ?? GREY;

function line({ points }: Series, colour: string, { across, up }: { across: Axis; up: Axis }): string[] {
  const places = points.map(([size, value]) => [across.at(size), up.at(value)] as const);
  return [
    `<polyline points="${places.map((place) => place.join(',')).join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ...places.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="3.5" fill="${colour}"/>`),
  ];
}

const LINE_HEIGHT = 16;

/** Each beside the end of its line, and below the label above it. */
function labels(ends: readonly { readonly name: string; readonly index: number; readonly y: number }[]): string[] {
  let above = -Infinity;
  return [...ends]
    .sort((a, b) => a.y - b.y)
    .map(({ name, index, y }) => {
      above = Math.max(y, above + LINE_HEIGHT);
      const more = `fill="${colourOf(index)}"`;
      return text(name, { x: WIDTH - MARGIN.right + 10, y: above + 4, more });
    });
}

const text = (words: string, { x, y, more }: { x: number; y: number; more: string }): string =>
  `<text x="${x}" y="${y}" ${more}>${escape(words)}</text>`;

const escape = (words: string): string => words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

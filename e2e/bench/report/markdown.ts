/** Pure: measures as tables of a page, laid out as Prettier does it, so that the page is left as it is written. */
import type { Measure } from './measure.ts';

/** @returns those that have a bar, beside it. */
export const barsTable = (measures: readonly Measure[]): string =>
  markdownTable([
    ['figure', 'measured', 'bar', 'holds'],
    ...measures
      .filter(({ bar }) => bar !== '')
      .map((each) => [each.name, valueOf(each), each.bar, each.holds ? 'yes' : '**no**']),
  ]);

/** @returns those that are only told. */
export const figuresTable = (measures: readonly Measure[]): string =>
  markdownTable([
    ['figure', 'measured'],
    ...measures.filter(({ bar }) => bar === '').map((each) => [each.name, valueOf(each)]),
  ]);

const valueOf = ({ value, unit }: Measure): string => `${value} ${unit}`.trimEnd();

/** The first line is the head. */
export function markdownTable(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(3, ...lines.map((line) => line[column]?.length ?? 0)));
  const [head, ...body] = lines.map(
    (line) => `| ${widths.map((width, column) => (line[column] ?? '').padEnd(width)).join(' | ')} |`,
  );
  return [head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body].join('\n');
}

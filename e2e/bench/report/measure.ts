/** What a bench measured, each figure beside the bar that it has to hold. */

export interface Measure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** In words, as `<= 1.4`; empty for a figure that is only told. */
  readonly bar: string;
  readonly holds: boolean;
  /** What it was measured on, where that is not what the newest of its results were. */
  readonly machine?: string;
}

type Figure = Pick<Measure, 'name' | 'value' | 'unit'>;

/** @returns a figure without a bar. */
export const told = (name: string, value: number, unit: string): Measure => ({
  ...figure(name, value, unit),
  bar: '',
  holds: true,
});

/** @returns a figure that must not be higher. */
export const atMost = (limit: number, name: string, value: number, unit: string): Measure => ({
  ...figure(name, value, unit),
  bar: `<= ${limit}`,
  holds: value <= limit,
});

/** @returns a figure that must not be lower. */
export const atLeast = (limit: number, name: string, value: number, unit: string): Measure => ({
  ...figure(name, value, unit),
  bar: `>= ${limit}`,
  holds: value >= limit,
});

/** @returns a figure that must be just that. */
export const exactly = (wanted: number, name: string, value: number, unit: string): Measure => ({
  ...figure(name, value, unit),
  bar: `= ${wanted}`,
  holds: value === wanted,
});

/** Three decimals are more than any of these measurements is good for. */
const figure = (name: string, value: number, unit: string): Figure => ({
  name,
  value: Math.round(value * 1000) / 1000,
  unit,
});

/** @returns the value that a fraction of the sample does not exceed (nearest rank). */
export function percentile(sample: readonly number[], fraction: number): number {
  const sorted = [...sample].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(fraction * sorted.length) - 1)] ?? NaN;
}

/** @returns the measures as lines of a table, for a terminal. */
export function table(measures: readonly Measure[]): string {
  const rows = measures.map(({ name, value, unit, bar, holds }) => [
    bar === '' ? '' : holds ? 'ok' : 'FAILS',
    name,
    `${value} ${unit}`,
    bar,
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

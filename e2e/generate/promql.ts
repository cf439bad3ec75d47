/** Pure: the PromQL of which the operator's alerts and its dashboard are made. */

/** Names a metric's series, as `metric{job="…"}`. */
export type Series = (metric: string, ...matchers: readonly string[]) => string;

/** @returns a way to name series that all carry the same matchers. */
export const seriesWith =
  (...common: readonly string[]): Series =>
  (metric, ...matchers) =>
    `${metric}{${[...common, ...matchers].join(',')}}`;

/** @returns a sum, over all labels but those that are kept. */
export const sum = (vector: string, ...kept: readonly string[]): string => aggregate('sum', vector, kept);

/** @returns the largest value, over all labels but those that are kept. */
export const max = (vector: string, ...kept: readonly string[]): string => aggregate('max', vector, kept);

const aggregate = (operator: string, vector: string, kept: readonly string[]): string =>
  kept.length === 0 ? `${operator}(${vector})` : `${operator} by (${kept.join(', ')}) (${vector})`;

export const rate = (series: string, window: string): string => `rate(${series}[${window}])`;

export const increase = (series: string, window: string): string => `increase(${series}[${window}])`;

/** @returns a quantile of a histogram, over all labels but those that are kept; `buckets` names its `_bucket` series. */
export function quantile(
  share: number,
  buckets: string,
  { window, kept = [] }: { readonly window: string; readonly kept?: readonly string[] },
): string {
  return `histogram_quantile(${share}, ${sum(rate(buckets, window), 'le', ...kept)})`;
}

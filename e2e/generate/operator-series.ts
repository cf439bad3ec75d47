/** Pure: the queries that the rows of the operator's dashboard are made of. */
import type { Query } from './grafana.ts';
import { quantile, rate, seriesWith, sum } from './promql.ts';

/** As long as a step of the graph, and never shorter than four scrapes. */
export const WINDOW = '$__rate_interval';
/** Names the series of the pods that are looked at. */
export const of = seriesWith('namespace="$namespace"', 'job=~"$job"', 'pod=~"$pod"');

/** @returns how often a second something is counted, over all pods. */
export const perSecond = (metric: string, ...kept: readonly string[]): string => sum(rate(of(metric), WINDOW), ...kept);

/** @returns one query for each of the usual quantiles of a histogram. */
export const quantiles = (metric: string, shares: readonly number[] = [0.5, 0.95, 0.99]): readonly Query[] =>
  shares.map((share) => ({
    expr: quantile(share, of(`${metric}_bucket`), { window: WINDOW }),
    legend: `p${share * 100}`,
  }));

/** Of the pods that lead alone: a standby's keys wait for it to lead, and nothing is wrong. */
export const ofLeader = (vector: string): string =>
  `${vector} and on (pod) ${of('leader_election_master_status')} == 1`;

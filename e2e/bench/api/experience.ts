/** Pure: what a load was like for those who sent it. */
import { SLO } from '@heroes/crds/slo.ts';
import type { Sample } from './arrivals.ts';
import { percentile } from '../report/measure.ts';

/** The objective of the service, milliseconds. */
export const OBJECTIVE_MS = SLO.latencyP95.thresholdSeconds * 1000;

export interface Experience {
  readonly requests: number;
  readonly errors: number;
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** What is not there is an error of ours as well: the load asks for nothing that is not. */
export const failed = ({ status }: Pick<Sample, 'status'>): boolean => status === 0 || status >= 400;

/** @returns latencies in milliseconds; those of errors count, too. */
export function experienceOf(samples: readonly Sample[]): Experience {
  const latencies = samples.map(({ latencyMs }) => latencyMs);
  const at = (fraction: number): number => percentile(latencies, fraction);
  return {
    requests: samples.length,
    errors: samples.filter(failed).length,
    mean: latencies.reduce((sum, each) => sum + each, 0) / Math.max(1, latencies.length),
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
  };
}

/** @returns how many requests failed, by what and how, as `join 503: 2`. */
export function errorsIn(samples: readonly Sample[]): string[] {
  const groups = Map.groupBy(samples.filter(failed), ({ name, status }) => `${name} ${status}`);
  return [...groups].map(([what, each]) => `${what}: ${each.length}`);
}

export interface Disturbance {
  readonly errors: number;
  /** The longest time in which nothing was answered well, milliseconds. */
  readonly longestGapMs: number;
  /** From the fault to when the last request that failed, or took longer than the objective, was due; 0 when none did. */
  readonly normalAfterMs: number;
}

/** @param faultMs - when the fault began, milliseconds from the start of the load */
export function disturbanceOf(samples: readonly Sample[], faultMs: number): Disturbance {
  const answered = samples
    .filter((sample) => !failed(sample))
    .map(({ dueMs, latencyMs }) => dueMs + latencyMs)
    .sort((a, b) => a - b);
  const gaps = answered.map((atMs, index) => atMs - (answered[index - 1] ?? 0));
  const after = samples.filter(({ dueMs }) => dueMs >= faultMs);
  const bad = after.filter((sample) => failed(sample) || sample.latencyMs > OBJECTIVE_MS);
  return {
    errors: samples.filter(failed).length,
    longestGapMs: Math.max(0, ...gaps),
    normalAfterMs: Math.max(0, ...bad.map(({ dueMs }) => dueMs - faultMs)),
  };
}

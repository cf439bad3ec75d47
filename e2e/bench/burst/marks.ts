/** Pure: how a burst was for those in it, from mark to mark, and how many pods there were. */
import type { Sample } from '../api/arrivals.ts';
import { experienceOf } from '../api/experience.ts';
import { told, type Measure } from '../report/measure.ts';
import { countAt, type Moment } from './standing.ts';

/** Seconds after the bell; what is told of one is of the time since the one before. */
const MARKS = [5, 15, 30, 60, 120, 180, 240, 300] as const;

export const FIGURES = { pods: 'pods ready', p95: 'p95', errors: 'errors' } as const;
export type Figure = keyof typeof FIGURES;

/** The burst with the calendar, and the same without it. */
export const RUNS = { calendar: 'bell, calendar', alone: 'bell, autoscaler alone' } as const;
export type Run = keyof typeof RUNS;

export const markName = (run: Run, mark: number, figure: Figure): string =>
  `${RUNS[run]}, ${mark} s after the bell: ${FIGURES[figure]}`;

export interface Seen {
  readonly samples: readonly Sample[];
  readonly moments: readonly Moment[];
  /** Epoch milliseconds. */
  readonly bellMs: number;
}

/** @returns the figures of each mark that was come to. */
export function marksOf(run: Run, { samples, moments, bellMs }: Seen): Measure[] {
  const lastMs = Math.max(0, ...samples.map(({ dueMs }) => dueMs));
  return MARKS.flatMap((mark, index) => {
    const fromMs = (MARKS[index - 1] ?? 0) * 1000;
    // The last request of a burst is due a little before its end.
    if (fromMs >= lastMs) return [];
    const { errors, p95 } = experienceOf(samples.filter(({ dueMs }) => dueMs >= fromMs && dueMs < mark * 1000));
    return [
      told(markName(run, mark, 'pods'), countAt(moments, bellMs + mark * 1000, 'ready'), 'pods'),
      told(markName(run, mark, 'p95'), p95, 'ms'),
      told(markName(run, mark, 'errors'), errors, 'requests'),
    ];
  });
}

/** @returns whether a measure is of a mark. */
export const isMark = ({ name }: Pick<Measure, 'name'>): boolean => name.includes(' s after the bell: ');

/** @returns the marks that are told of. */
export const marksIn = (measures: readonly Measure[]): number[] =>
  MARKS.filter((mark) =>
    measures.some(({ name }) => Object.keys(RUNS).some((run) => name === markName(run as Run, mark, 'p95'))),
  );

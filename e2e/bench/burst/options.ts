/** What of the burst's bench is run, and how much of it. */
import { readArguments } from '../report/arguments.ts';
import type { Measure } from '../report/measure.ts';

const PARTS = ['calendar', 'edge', 'bell', 'classes', 'budget'] as const;
export type Part = (typeof PARTS)[number];

/** What the bars are about. */
const NUMBERS = {
  /** Schools of the district whose year is evaluated. */
  calendars: 60,
  /** How often it is, each time from the spec on. */
  evaluations: 50,
  /** Through the edge, for each number of pods. */
  spreadRequests: 3_000,
  /** How often two sides are measured in turn. */
  rounds: 3,
  /** Of lessons at 50 requests a second, a side and round. */
  edgeSeconds: 30,
  /** How far away the bell is when the calendar is applied. */
  bellMinutes: 3,
  burstMinutes: 5,
  /** Requests a second, from one moment to the next. */
  burstRate: 200,
  /** Share of the time for which the operator has the autoscaler look back before it takes pods away. */
  windowShare: 1,
  /** Of the morning that is replayed. */
  classes: 6,
  /** For which all pods of the largest budget are at work, and again while they are replaced. */
  budgetSeconds: 60,
} as const;

export type Options = { readonly [Name in keyof typeof NUMBERS]: number } & {
  readonly parts: readonly Part[];
  /** Whether it is less than what the bars are about. */
  readonly short: boolean;
};

/** What a part is told. */
export interface How {
  readonly options: Options;
  /** Takes figures as soon as they are there: what follows may fail. */
  readonly record: (measures: readonly Measure[]) => void;
}

/** @returns the options. @throws Failure that tells how they are written. */
export function parseOptions(argv: readonly string[]): Options {
  const { parts, numbers, short } = readArguments({ bench: 'burst', parts: PARTS, numbers: NUMBERS }, argv);
  return { ...numbers, parts, short };
}

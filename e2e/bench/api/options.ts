/** What of the API's bench is run, and how much of it. */
import { readArguments } from '../report/arguments.ts';

const PARTS = ['ratios', 'warm', 'bell', 'lesson', 'knee', 'memory', 'failures', 'counts'] as const;
export type Part = (typeof PARTS)[number];

/** What the bars are about. */
const NUMBERS = {
  /** How often a ratio's two sides are measured in turn. */
  rounds: 3,
  ratioSeconds: 15,
  /** Of pods whose first requests are looked at. */
  starts: 8,
  /** At 50 requests a second. */
  steadyMinutes: 5,
  /** At 200 requests a second. */
  busySeconds: 60,
  kneeSeconds: 20,
  school: 1_500,
  bellSeconds: 60,
  /** Of requests at 50 a second, sent faster. */
  memoryMinutes: 60,
  faultSeconds: 10,
} as const;

export type Options = { readonly [Name in keyof typeof NUMBERS]: number } & {
  readonly parts: readonly Part[];
  /** Whether it is less than what the bars are about. */
  readonly short: boolean;
};

/** @returns the options. @throws Failure that tells how they are written. */
export function parseOptions(argv: readonly string[]): Options {
  const { parts, numbers, short } = readArguments({ bench: 'api', parts: PARTS, numbers: NUMBERS }, argv);
  return { ...numbers, parts, short };
}

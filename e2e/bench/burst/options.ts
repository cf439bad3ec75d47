/** What of the burst's bench is run, and how much of it. */
import { readArguments } from '../report/arguments.ts';

const PARTS = ['edge'] as const;
export type Part = (typeof PARTS)[number];

/** What the bars are about. */
const NUMBERS = {
  /** Through the edge, for each number of pods. */
  spreadRequests: 3_000,
  /** How often two sides are measured in turn. */
  rounds: 3,
  /** Of lessons at 50 requests a second, a side and round. */
  edgeSeconds: 60,
} as const;

export type Options = { readonly [Name in keyof typeof NUMBERS]: number } & {
  readonly parts: readonly Part[];
  /** Whether it is less than what the bars are about. */
  readonly short: boolean;
};

/** @returns the options. @throws Failure that tells how they are written. */
export function parseOptions(argv: readonly string[]): Options {
  const { parts, numbers, short } = readArguments({ bench: 'burst', parts: PARTS, numbers: NUMBERS }, argv);
  return { ...numbers, parts, short };
}

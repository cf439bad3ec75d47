/** What of the operator's bench is run, and how much of it. */
import { join, resolve } from 'node:path';
import { ROOT } from '../../cluster/layout.ts';
import { readArguments } from '../report/arguments.ts';

const PARTS = ['at-once', 'quiet', 'restart', 'edits', 'drift', 'replicas', 'growth', 'churn'] as const;
export type Part = (typeof PARTS)[number];

export interface Options {
  readonly parts: readonly Part[];
  readonly platforms: number;
  /** How many times the ceiling and the operator are measured in turn. */
  readonly rounds: number;
  /** Requests that the ceiling's loop has under way. */
  readonly concurrency: number;
  readonly edits: number;
  readonly quietMinutes: number;
  readonly churnMinutes: number;
  readonly churnPlatforms: number;
  readonly takeovers: number;
  /** The repository whose operator is measured. */
  readonly checkout: string;
  /** Whether it is less than what the bars are about, or of another operator. */
  readonly short: boolean;
}

/** What the bars are about. */
const NUMBERS = {
  platforms: 1_000,
  rounds: 1,
  concurrency: 32,
  edits: 200,
  quietMinutes: 10,
  churnMinutes: 30,
  churnPlatforms: 100,
  takeovers: 3,
} as const;

/** @returns the options. @throws Failure that tells how they are written. */
export function parseOptions(argv: readonly string[]): Options {
  const layout = { bench: 'operator', parts: PARTS, numbers: NUMBERS, texts: { checkout: 'FOLDER' } };
  const { parts, numbers, texts, short } = readArguments(layout, argv);
  const checkout = texts.checkout === undefined ? ROOT : resolve(join(ROOT, '.'), texts.checkout);
  return { ...numbers, parts, checkout, short: short || checkout !== ROOT };
}

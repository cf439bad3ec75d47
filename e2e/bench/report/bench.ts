/** What a file of e2e/bench exports as `bench`. */
import type { Measure } from './measure.ts';

export interface Bench {
  /** Reads the arguments. @throws Failure when they make no sense. */
  readonly prepare: (argv: readonly string[]) => Run;
}

export interface Run {
  /** Whether it is smaller or shorter than what the bars are about. */
  readonly short: boolean;
  /** Measures; each part's figures are handed over when it is done. */
  readonly measure: (record: (measures: readonly Measure[]) => void) => Promise<void>;
  /** Writes what people read, from the file with the figures. */
  readonly publish?: (file: string) => void;
}

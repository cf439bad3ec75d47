/** What of the operator's bench is run, and how much of it. */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../../cluster/layout.ts';
import { Failure, messageOf } from '../../cluster/progress.ts';

export const PARTS = ['at-once', 'quiet', 'restart', 'edits', 'drift', 'replicas', 'growth', 'churn'] as const;
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

type NumberName = keyof typeof NUMBERS;

const NAMES = Object.keys(NUMBERS) as NumberName[];
const flagOf = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const USAGE = `npm run bench -- operator [--only PART,…] [--checkout FOLDER] ${NAMES.map((name) => `[--${flagOf(name)} ${NUMBERS[name]}]`).join(' ')}
parts: ${PARTS.join(', ')}`;

/** @returns the options. @throws Failure that tells how they are written. */
export function parseOptions(argv: readonly string[]): Options {
  const flags = ['only', 'checkout', ...NAMES.map(flagOf)];
  try {
    const options = Object.fromEntries(flags.map((flag) => [flag, { type: 'string' } as const]));
    const { values } = parseArgs({ args: [...argv], options });
    const numbers = NAMES.map((name) => [name, numberOf(name, values[flagOf(name)])]);
    return {
      ...(Object.fromEntries(numbers) as Record<NumberName, number>),
      parts: partsOf(values.only),
      checkout: checkoutOf(values.checkout),
    };
  } catch (error) {
    throw new Failure(messageOf(error), { remedy: USAGE });
  }
}

/** Whether it is less than what the bars are about, or of another operator. */
export const isShort = (options: Options): boolean =>
  options.checkout !== ROOT || NAMES.some((name) => options[name] < NUMBERS[name]);

function numberOf(name: NumberName, text: string | undefined): number {
  const value = Number(text ?? NUMBERS[name]);
  if (!(value > 0)) throw new Error(`--${flagOf(name)} must be a number above 0, not ${text ?? ''}`);
  return value;
}

function partsOf(text: string | undefined): readonly Part[] {
  if (text === undefined) return PARTS;
  const wanted = text.split(',');
  const unknown = wanted.find((name) => !PARTS.some((part) => part === name));
  if (unknown !== undefined) throw new Error(`there is no part named ${unknown}`);
  return PARTS.filter((part) => wanted.includes(part));
}

function checkoutOf(folder: string | undefined): string {
  return folder === undefined ? ROOT : resolve(join(ROOT, '.'), folder);
}

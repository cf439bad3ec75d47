/** The arguments of a bench: which of its parts are run, and how much of each. */
import { parseArgs } from 'node:util';
import { Failure, messageOf } from '../../cluster/progress.ts';

export interface Layout<Part extends string, Name extends string> {
  /** The bench's own name. */
  readonly bench: string;
  readonly parts: readonly Part[];
  /** What the bars are about: with less of any the run is a short one. */
  readonly numbers: Readonly<Record<Name, number>>;
  /** Further flags that take a text, with its placeholder. */
  readonly texts?: Readonly<Record<string, string>>;
}

export interface Arguments<Part extends string, Name extends string> {
  readonly parts: readonly Part[];
  readonly numbers: Readonly<Record<Name, number>>;
  readonly texts: Readonly<Record<string, string | undefined>>;
  /** Whether any number is less than what the bars are about. */
  readonly short: boolean;
}

const flagOf = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** @returns what the arguments say. @throws Failure that tells how they are written. */
export function readArguments<Part extends string, Name extends string>(
  layout: Layout<Part, Name>,
  argv: readonly string[],
): Arguments<Part, Name> {
  const { parts, numbers, texts = {} } = layout;
  const names = Object.keys(numbers) as Name[];
  const flags = ['only', ...Object.keys(texts), ...names.map(flagOf)];
  try {
    const options = Object.fromEntries(flags.map((flag) => [flag, { type: 'string' } as const]));
    const { values } = parseArgs({ args: [...argv], options });
    const read = names.map((name) => [name, numberOf(name, values[flagOf(name)] ?? String(numbers[name]))] as const);
    return {
      parts: partsOf(parts, values.only),
      numbers: Object.fromEntries(read) as Record<Name, number>,
      texts: Object.fromEntries(Object.keys(texts).map((flag) => [flag, values[flag]])),
      short: read.some(([name, value]) => value < numbers[name]),
    };
  } catch (error) {
    throw new Failure(messageOf(error), { remedy: usage(layout) });
  }
}

function usage({ bench, parts, numbers, texts = {} }: Layout<string, string>): string {
  const flags = [
    '[--only PART,…]',
    ...Object.entries(texts).map(([flag, placeholder]) => `[--${flag} ${placeholder}]`),
    ...Object.entries(numbers).map(([name, value]) => `[--${flagOf(name)} ${value}]`),
  ];
  return `npm run bench -- ${bench} ${flags.join(' ')}\nparts: ${parts.join(', ')}`;
}

function numberOf(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${flagOf(name)} must be a number above 0, not ${text}`);
  return value;
}

function partsOf<Part extends string>(parts: readonly Part[], text: string | undefined): readonly Part[] {
  if (text === undefined) return parts;
  const wanted = text.split(',');
  const unknown = wanted.find((name) => !parts.some((part) => part === name));
  if (unknown !== undefined) throw new Error(`there is no part named ${unknown}`);
  return parts.filter((part) => wanted.includes(part));
}

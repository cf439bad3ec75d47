/**
 * Lines of a log that differ in a few fields alone and that there are thousands of in a second. The logger itself writes one of
 * them, and the others are that one with other values; they are written some at a time, since each writing takes longer than
 * all of what the line tells of.
 */
import { pino, type LoggerOptions } from 'pino';
import { madeOf, type Logger } from './logger.ts';

/** What waits to be written: no more lines than this, and no longer than that, milliseconds. */
const MOST_LINES = 64;
const LONGEST_MS = 100;

/** A value that stands for all that a field can have: like nothing else in the line. */
export interface Sample {
  /** As the logger is given it. */
  readonly given: string | number;
  /** As it stands in the line. */
  readonly shown: string;
}

export interface Repeated<Field extends string> {
  /** As the logger takes them. */
  readonly fields: Readonly<Record<string, string | number>>;
  readonly varying: Readonly<Record<Field, Sample>>;
  readonly message: string;
}

/** Takes values as they stand in a line: nothing is escaped in them, so they must be of our own making. */
export type WriteLine<Field extends string> = (values: Readonly<Record<Field, string | number>>) => void;

export interface RepeatedLines {
  /** @returns what writes such a line, with values in place of the samples. @throws Error where a sample is not in it just once. */
  readonly lineOf: <Field extends string>(repeated: Repeated<Field>) => WriteLine<Field>;
  /** Writes what waits. */
  readonly flush: () => void;
}

/** @returns lines of a logger that createLogger has made, as it writes them. */
export function repeatedLines(logger: Logger): RepeatedLines {
  const { settings, places } = madeOf(logger);
  let waiting: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length === 0) return;
    const lines = waiting.join('');
    waiting = [];
    for (const place of places) place.write(lines);
  };
  const write = (line: string): void => {
    if (waiting.push(line) >= MOST_LINES) flush();
    else timer ??= setTimeout(flush, LONGEST_MS).unref();
  };
  return {
    lineOf: ({ fields, varying, message }) => {
      const samples = Object.entries<Sample>(varying);
      const given = Object.fromEntries(samples.map(([name, each]) => [name, each.given]));
      const shown = Object.fromEntries(samples.map(([name, each]) => [name, each.shown]));
      const line = lineAs(settings, { ...fields, ...given }, message);
      const parts = partsOf(line, { '@timestamp': timeIn(line), ...shown });
      return (values) => {
        const all: Readonly<Record<string, string | number>> = { ...values, '@timestamp': now() };
        write(parts.map(({ name, text }) => (name === undefined ? text : all[name])).join(''));
      };
    },
    flush,
  };
}

/** @returns a line as a logger of these settings writes it. */
function lineAs(settings: LoggerOptions, fields: object, message: string): string {
  let sample = '';
  const destination = {
    write: (line: string) => {
      sample += line;
    },
  };
  pino(settings, destination).info(fields, message);
  return sample;
}

const TIME = /"@timestamp":"([^"]+)"/;
const timeIn = (line: string): string => TIME.exec(line)?.[1] ?? '';

interface Part {
  readonly text: string;
  /** What stands in its place; undefined for what stays. */
  readonly name: string | undefined;
}

/** @returns the line cut at its samples. @throws Error where one is not in it just once. */
function partsOf(line: string, samples: Readonly<Record<string, string>>): readonly Part[] {
  return Object.entries(samples).reduce<readonly Part[]>(
    (parts, [name, sample]) => {
      if (line.split(sample).length !== 2) throw new Error(`a line has not one ${name}: ${sample}`);
      return parts.flatMap((part) => (part.name === undefined ? cut(part.text, name, sample) : [part]));
    },
    [{ text: line, name: undefined }],
  );
}

const cut = (text: string, name: string, sample: string): readonly Part[] =>
  text.split(sample).flatMap((piece, index) => {
    const stays: Part = { text: piece, name: undefined };
    return index === 0 ? [stays] : [{ text: '', name }, stays];
  });

let nowMs = 0;
let nowText = '';
/** The time as the logger writes it; made once a millisecond. */
function now(): string {
  const ms = Date.now();
  if (ms !== nowMs) [nowMs, nowText] = [ms, new Date(ms).toISOString()];
  return nowText;
}

/** Metrics as a process exposes them (Prometheus' text format), to be looked up by name and labels. */

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

export class Metrics {
  readonly samples: readonly Sample[];

  constructor(text: string) {
    this.samples = text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map(parseLine);
  }

  /** @returns the sum of the samples of a name that have these labels, or undefined when there is none. */
  value(name: string, labels: Labels = {}): number | undefined {
    const found = this.samples.filter((sample) => sample.name === name && hasAll(sample.labels, labels));
    return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
  }
}

const hasAll = (labels: Labels, wanted: Labels): boolean =>
  Object.entries(wanted).every(([label, value]) => labels[label] === value);

function parseLine(line: string): Sample {
  const [, name = '', labels = '', value = ''] = /^([^{\s]+)(?:\{(.*)\})? (\S+)/.exec(line) ?? [];
  return { name, labels: parseLabels(labels), value: value === '+Inf' ? Infinity : Number(value) };
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n' };

const parseLabels = (text: string): Labels =>
  Object.fromEntries(
    [...text.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', value = '']) => [
      label,
      value.replaceAll(/\\(.)/g, (_, escaped: string) => ESCAPES[escaped] ?? escaped),
    ]),
  );

/** Times with exactly six digits, which the real server demands (apimachinery, meta/v1/micro_time.go). */
import { isRecord } from './field-paths.ts';

const LAYOUT = '2006-01-02T15:04:05.000000Z07:00';
/** Go's time.Parse, step by step: what is read, and what it calls that step. */
const STEPS = [
  [/^\d{4}/, '2006'],
  [/^-/, '-'],
  [/^(0[1-9]|1[0-2])/, '01'],
  [/^-/, '-'],
  [/^(0[1-9]|[12]\d|3[01])/, '02'],
  [/^T/, 'T'],
  [/^([01]\d|2[0-3])/, '15'],
  [/^:/, ':'],
  [/^[0-5]\d/, '04'],
  [/^:/, ':'],
  [/^[0-5]\d/, '05'],
  [/^\.\d{6}/, '.000000'],
  [/^(Z|[+-]\d\d:\d\d)$/, 'Z07:00'],
] as const;

/** Where each kind has such times. */
const FIELDS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'coordination.k8s.io/v1/Lease': [
    ['spec', 'acquireTime'],
    ['spec', 'renewTime'],
  ],
  'events.k8s.io/v1/Event': [['eventTime'], ['series', 'lastObservedTime']],
};

/** @returns what the real server says of an object's times, or undefined when they are well formed. */
export function faultyTime(object: { readonly apiVersion: string; readonly kind: string }): string | undefined {
  const paths = FIELDS[`${object.apiVersion}/${object.kind}`] ?? [];
  const values = paths.map((path) =>
    path.reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), object),
  );
  return values.map(faultOf).find((fault) => fault !== undefined);
}

function faultOf(time: unknown): string | undefined {
  if (time === undefined || time === null) return undefined;
  if (typeof time !== 'string')
    return 'json: cannot unmarshal a value that is not a string into Go value of type string';
  let rest = time;
  for (const [pattern, name] of STEPS) {
    const read = pattern.exec(rest)?.[0];
    if (read === undefined) return `parsing time "${time}" as "${LAYOUT}": cannot parse "${rest}" as "${name}"`;
    rest = rest.slice(read.length);
  }
  return undefined;
}

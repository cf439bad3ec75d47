/** Pure: what differs between two JSON documents, by path, as people read it. */
import { isDeepStrictEqual } from 'node:util';

export interface Difference {
  /** As `spec.template.spec.containers[api].image`; items of a list by their name where they have one. */
  readonly path: string;
  /** Undefined for what is added. */
  readonly before?: unknown;
  /** Undefined for what is removed. */
  readonly after?: unknown;
}

/** @returns every difference, in the order of the paths. */
export function differences(before: unknown, after: unknown, path = ''): Difference[] {
  if (isDeepStrictEqual(before, after)) return [];
  const [old, young] = [fieldsOf(before), fieldsOf(after)];
  if (old === undefined || young === undefined) return [{ path, ...given('before', before), ...given('after', after) }];
  const list = Array.isArray(before);
  const names = [...new Set([...old.keys(), ...young.keys()])];
  return names.flatMap((name) => differences(old.get(name), young.get(name), extended(path, name, list)));
}

const given = (name: 'before' | 'after', value: unknown): object => (value === undefined ? {} : { [name]: value });

const extended = (path: string, name: string, list: boolean): string =>
  list ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`;

/** @returns the fields of an object or the items of a list by their names; undefined for what has none. */
function fieldsOf(value: unknown): Map<string, unknown> | undefined {
  if (Array.isArray(value))
    return new Map(value.map((item: unknown, index) => [nameOf(item, value) ?? String(index), item]));
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : undefined;
}

function nameOf(item: unknown, list: readonly unknown[]): string | undefined {
  const name = ofName(item);
  return name !== undefined && list.filter((other) => ofName(other) === name).length === 1 ? name : undefined;
}

function ofName(item: unknown): string | undefined {
  const name = typeof item === 'object' && item !== null && 'name' in item ? item.name : undefined;
  return typeof name === 'string' ? name : undefined;
}

/** @returns a difference in one line or, for text of several lines, one for each line that goes or comes. */
export function worded({ path, before, after }: Difference): string[] {
  if (isText(before) && isText(after)) return [`${path}:`, ...lineDifferences(before, after)];
  if (before === undefined) return [`${path}: + ${short(after)}`];
  return [after === undefined ? `${path}: - ${short(before)}` : `${path}: ${short(before)} → ${short(after)}`];
}

const isText = (value: unknown): value is string => typeof value === 'string' && value.includes('\n');

function lineDifferences(before: string, after: string): string[] {
  const [old, young] = [before.split('\n'), after.split('\n')];
  const gone = old.filter((line) => !young.includes(line)).map((line) => `  - ${line}`);
  return [...gone, ...young.filter((line) => !old.includes(line)).map((line) => `  + ${line}`)];
}

const LONGEST = 160;

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}

/** Paths of fields as the API server writes them in conflicts: `.spec.containers[name="api"].ports[containerPort=80,protocol="TCP"].name`. */
import { isDeepStrictEqual } from 'node:util';

/** A field's name; an item's key, its value or its place. */
export type Step =
  | { readonly field: string }
  | { readonly key: Readonly<Record<string, unknown>> }
  | { readonly value: unknown }
  | { readonly index: number };

const STEP = /\.([^.[\]]+)|\[((?:"(?:[^"\\]|\\.)*"|[^\]"])*)\]/gy;
const PAIR = /([A-Za-z0-9_-]+)=("(?:[^"\\]|\\.)*"|[^,]+)/g;

/** @returns the steps of a path (structured-merge-diff's fieldpath.Path.String), or undefined when it cannot be read. */
export function parsePath(path: string): Step[] | undefined {
  const steps: Step[] = [];
  let end = 0;
  for (const match of path.matchAll(STEP)) {
    const [whole, field, item] = match;
    steps.push(field === undefined ? itemStep(item ?? '') : { field });
    end = match.index + whole.length;
  }
  return end === path.length && steps.length > 0 ? steps : undefined;
}

function itemStep(text: string): Step {
  if (text.startsWith('=')) return { value: JSON.parse(text.slice(1)) };
  if (/^\d+$/.test(text)) return { index: Number(text) };
  const pairs = [...text.matchAll(PAIR)].map(([, name = '', value = '']) => [name, JSON.parse(value)] as const);
  return { key: Object.fromEntries(pairs) };
}

/** @returns a copy without the field at a path; the same value when there is none. */
export function without(value: unknown, steps: readonly Step[]): unknown {
  const [step, ...rest] = steps;
  if (step === undefined || typeof value !== 'object' || value === null) return value;
  if ('field' in step) return withoutField(value as Fields, step.field, rest);
  if (!Array.isArray(value)) return value;
  const found = (item: unknown, index: number): boolean => isAt(item, index, step);
  if (!value.some(found)) return value;
  return rest.length === 0
    ? value.filter((item, index) => !found(item, index))
    : value.map((item: unknown, index) => (found(item, index) ? without(item, rest) : item));
}

type Fields = Readonly<Record<string, unknown>>;

function withoutField(record: Fields, name: string, rest: readonly Step[]): unknown {
  const [next, ...after] = rest;
  // The API server does not quote names that hold dots, as `app.kubernetes.io/name`: which names are meant is seen by what is there.
  if (!leads(record, name, rest))
    return next !== undefined && 'field' in next ? withoutField(record, `${name}.${next.field}`, after) : record;
  if (next !== undefined) return { ...record, [name]: without(record[name], rest) };
  return Object.fromEntries(Object.entries(record).filter(([field]) => field !== name));
}

/** @returns whether there is a field of that name, and the rest of the path in it. */
function leads(record: Fields, name: string, rest: readonly Step[]): boolean {
  if (!Object.hasOwn(record, name)) return false;
  return rest.length === 0 || without(record[name], rest) !== record[name];
}

function isAt(item: unknown, index: number, step: Exclude<Step, { readonly field: string }>): boolean {
  if ('index' in step) return index === step.index;
  return 'value' in step ? isDeepStrictEqual(item, step.value) : hasKey(item, step.key);
}

function hasKey(item: unknown, key: Readonly<Record<string, unknown>>): boolean {
  const fields = item as Readonly<Record<string, unknown>>;
  // A key's field may be missing in what we apply, where the API server knows its default.
  return Object.entries(key).every(
    ([name, value]) => fields[name] === undefined || isDeepStrictEqual(fields[name], value),
  );
}

/** Changing parts of plain JSON: merge patches, and the merging and pruning of server-side apply. Nothing is changed in place. */
import { isRecord, itemElement, shapeOf, type Path } from './field-paths.ts';

/** @returns a value after a merge patch (RFC 7386). */
export function patched(value: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const result: Record<string, unknown> = isRecord(value) ? { ...value } : {};
  for (const [name, change] of Object.entries(patch)) {
    if (change === null) Reflect.deleteProperty(result, name);
    else result[name] = patched(result[name], change);
  }
  return result;
}

/** @returns a value with an applied one laid over it; `name` is that of the field that holds it. */
export function merged(live: unknown, applied: unknown, name = ''): unknown {
  switch (shapeOf(name, applied)) {
    case 'map':
      return isRecord(live) ? mergedMap(live, applied as Readonly<Record<string, unknown>>) : applied;
    case 'keyed':
      return Array.isArray(live) ? mergedList(live, applied as readonly unknown[], name) : applied;
    case 'set':
      return Array.isArray(live) ? [...new Set([...(live as unknown[]), ...(applied as unknown[])])] : applied;
    case 'atom':
      return applied;
  }
}

function mergedMap(live: Readonly<Record<string, unknown>>, applied: Readonly<Record<string, unknown>>): unknown {
  const result: Record<string, unknown> = { ...live };
  for (const [name, value] of Object.entries(applied)) result[name] = merged(live[name], value, name);
  return result;
}

function mergedList(live: readonly unknown[], applied: readonly unknown[], name: string): unknown[] {
  const items = new Map(live.map((item) => [itemElement(name, item), item]));
  for (const item of applied) {
    const element = itemElement(name, item);
    items.set(element, merged(items.get(element), item));
  }
  return [...items.values()];
}

/** @returns a value without the part at a path, nor what holds nothing else; undefined when nothing is left. */
export function without(value: unknown, path: Path, name = ''): unknown {
  const [element, ...rest] = path;
  if (element === undefined) return undefined;
  if (element.startsWith('f:')) return withoutField(value, element.slice(2), rest);
  if (!Array.isArray(value)) return value;
  const kept = value.flatMap((item: unknown) => {
    const is = element.startsWith('v:') ? `v:${JSON.stringify(item)}` : itemElement(name, item);
    const left = is === element ? without(item, rest) : item;
    return left === undefined ? [] : [left];
  });
  return kept.length === 0 ? undefined : kept;
}

function withoutField(value: unknown, name: string, rest: Path): unknown {
  if (!isRecord(value) || !(name in value)) return value;
  const left = without(value[name], rest, name);
  const others = Object.fromEntries(Object.entries(value).filter(([field]) => field !== name));
  if (left !== undefined) return { ...value, [name]: left };
  return Object.keys(others).length === 0 ? undefined : others;
}

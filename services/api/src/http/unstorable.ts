/** Text that no database can hold: with a NUL, or with half of a surrogate pair. Refused before anything is done with it. */
import type { FastifyRequest } from 'fastify';
import { Problem } from './problems.ts';
import type { Schemas } from './route.ts';

const PARTS = { params: 'params', query: 'querystring', body: 'body' } as const satisfies Record<keyof Schemas, string>;
type Part = keyof typeof PARTS;

/** @returns the parts of a request that a route reads: of the others nothing is kept. */
export const partsRead = (schemas: Schemas): readonly Part[] =>
  (Object.keys(PARTS) as Part[]).filter((part) => schemas[part] !== undefined);

/**
 * @param judged - properties of the body whose items the route judges by itself
 * @throws Problem 400 when there is such text in one of the parts of a request, or a part is nested more deeply than any of ours is.
 */
export function refuseUnstorable(
  request: Pick<FastifyRequest, Part>,
  parts: readonly Part[],
  judged: readonly string[] = [],
): void {
  for (const part of parts) {
    if (isTooDeep(request[part]))
      throw new Problem({ status: 400, detail: `The ${part} is nested more deeply than anything that we take.` });
    const value = part === 'body' ? without(request.body, judged) : request[part];
    const pointer = unstorableIn(value, `/${PARTS[part]}`);
    if (pointer === undefined) continue;
    const errors = [{ pointer, detail: 'must be Unicode text without NUL' }];
    throw new Problem({ status: 400, detail: 'There is a character that cannot be kept.', errors });
  }
}

const without = (body: unknown, names: readonly string[]): unknown =>
  names.length === 0 || typeof body !== 'object' || body === null
    ? body
    : Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));

/** Deeper than a lesson, which is the deepest that we take. */
const DEEPEST = 32;

/** Pure. Level by level and not by calls: thousands of brackets would be as many calls, for which no stack is deep enough. */
export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= DEEPEST; depth += 1) {
    level = level.flatMap((each) =>
      typeof each === 'object' && each !== null && !Buffer.isBuffer(each) ? (Object.values(each) as unknown[]) : [],
    );
    if (level.length === 0) return false;
  }
  return true;
}

/** Pure. @returns where such text is, as a JSON Pointer (RFC 6901), or undefined. */
export function unstorableIn(value: unknown, at: string): string | undefined {
  if (typeof value === 'string') return isStorable(value) ? undefined : at;
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    // The name itself cannot be shown either.
    if (!isStorable(name)) return at;
    const found = unstorableIn(inner, `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

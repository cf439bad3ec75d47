/** Pages of lists, by keyset: a list that grows meanwhile neither skips nor repeats an item. */
import { cursorAfter, positionOf, type Position } from '../domain/cursor.ts';
import { Problem } from './problems.ts';

const DEFAULT_LIMIT = 20;

/** Forms of values that lists are ordered by: anything else the database would refuse with an error of its own. */
export const UUID_PART = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
export const NUMBER_PART = /^\d{1,18}$/;
export const LESSON_PART = /^[a-z0-9-]{1,64}$/;

export interface PageRequest {
  readonly limit: number;
  /** Of the last item of the page before. */
  readonly after: Position | undefined;
}

/**
 * @param list - names the list; a cursor of one is of no use to another
 * @param parts - what orders it: the form of each column's values, or how many there are where the database takes any
 * @throws Problem 400 for a cursor that the list did not give
 */
export function pageRequest(
  list: string,
  parts: number | readonly RegExp[],
  { limit = DEFAULT_LIMIT, cursor }: { readonly limit?: number; readonly cursor?: string },
): PageRequest {
  if (cursor === undefined) return { limit, after: undefined };
  const forms = typeof parts === 'number' ? [] : parts;
  const after = positionOf(list, cursor, typeof parts === 'number' ? parts : parts.length);
  if (after === undefined || !forms.every((form, index) => form.test(String(after[index]))))
    throw new Problem({ status: 400, detail: 'The cursor is not one that this list gave. Start without one.' });
  return { limit, after };
}

/**
 * @param rows - one more than the limit where there are more
 * @returns the page's rows, and the cursor of the next one
 */
export function pageFrom<Row>(
  list: string,
  rows: readonly Row[],
  { limit, position }: { readonly limit: number; readonly position: (row: Row) => Position },
): { readonly rows: readonly Row[]; readonly nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { rows: shown, nextCursor: more ? cursorAfter(list, position(last)) : null };
}

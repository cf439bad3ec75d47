/** Pages of lists, by keyset: a list that grows meanwhile neither skips nor repeats an item. */
import { cursorAfter, positionOf, type Position } from '../domain/cursor.ts';
import { Problem } from './problems.ts';

const DEFAULT_LIMIT = 20;

export interface PageRequest {
  readonly limit: number;
  /** Of the last item of the page before. */
  readonly after: Position | undefined;
}

/**
 * @param list - names the list; a cursor of one is of no use to another
 * @param parts - how many columns order it
 * @throws Problem 400 for a cursor that the list did not give
 */
export function pageRequest(
  list: string,
  parts: number,
  { limit = DEFAULT_LIMIT, cursor }: { readonly limit?: number; readonly cursor?: string },
): PageRequest {
  if (cursor === undefined) return { limit, after: undefined };
  const after = positionOf(list, cursor, parts);
  if (after === undefined)
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

/** Cursors of lists: opaque to clients, who hand back what they were given. */

/** What a list is ordered by, of the last item of a page. */
export type Position = readonly (string | number)[];

/** @returns the cursor that stands after a position in a list. */
export const cursorAfter = (list: string, position: Position): string =>
  Buffer.from(JSON.stringify([list, ...position])).toString('base64url');

/** @returns the position that a cursor stands after, or undefined when it is not one of that list, in that many parts. */
export function positionOf(list: string, cursor: string, parts: number): Position | undefined {
  let read: unknown;
  try {
    read = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
  if (!Array.isArray(read) || read.length !== parts + 1 || read[0] !== list) return undefined;
  const position = read.slice(1) as unknown[];
  return position.every((part) => typeof part === 'string' || Number.isSafeInteger(part))
    ? (position as Position)
    : undefined;
}

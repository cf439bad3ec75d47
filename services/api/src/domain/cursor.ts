/** Cursors of lists: opaque to clients, who hand back what they were given. */

/** @returns the cursor that stands after a position. */
export const cursorAfter = (position: number): string => Buffer.from(`after:${position}`).toString('base64url');

/** @returns the position that a cursor stands after, or undefined when it is not one of ours. */
export function positionOf(cursor: string): number | undefined {
  const [, digits] = /^after:(\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (digits === undefined) return undefined;
  const position = Number(digits);
  return cursorAfter(position) === cursor ? position : undefined;
}

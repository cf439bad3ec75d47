/** Lists of which the newest item comes first, by a time and an id. */
import { sql, type RawBuilder } from 'kysely';
import type { Position } from '../../domain/cursor.ts';
import { UUID_PART } from '../../http/paging.ts';

/** Milliseconds since 1970, of some time that there is. */
const MOMENT_PART = /^\d{1,14}$/;

export const NEWEST_PARTS = [MOMENT_PART, UUID_PART] as const;

export const positionAt = (time: Date, id: string): Position => [time.getTime(), id];

/** @returns whether a row comes after a position, or true for the first page. */
export function comesAfter(after: Position | undefined, time: string): RawBuilder<boolean> {
  if (after === undefined) return sql<boolean>`true`;
  const [moment, id] = after;
  return sql<boolean>`(${sql.ref(time)}, id) < (${new Date(Number(moment))}, ${String(id)}::uuid)`;
}

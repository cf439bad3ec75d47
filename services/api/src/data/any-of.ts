/** Lists of ids in statements: one parameter, and so one statement, however many there are. */
import { sql, type RawBuilder } from 'kysely';

/** @returns the right side of a comparison with `=`: true for any of the ids. */
export const anyOf = (ids: readonly string[]): RawBuilder<string> => sql<string>`any(${ids}::uuid[])`;

/** When a student was last seen, as exactly as a teacher needs it. */
import { sql, type RawBuilder } from 'kysely';

/** @returns a part of a statement (of its `with`) that notes it, at most once in five minutes: a row is not written for each request. */
export const seenNow = (enrolmentId: string): RawBuilder<unknown> => sql`seen as (
  update student_sessions set last_seen_at = now()
  where id = ${enrolmentId} and last_seen_at < now() - interval '5 minutes'
)`;

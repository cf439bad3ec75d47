/** Writing answers to activities: domain/answers.ts in SQL. */
import { sql, type Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Student } from '../../access/roles.ts';
import type { Plan } from '../../domain/sync.ts';
import { seenNow } from './seen.ts';

/** Keeps answers unless a later one is there. */
export async function writeAnswers(
  db: Transaction<DB>,
  { enrolmentId, classroomId }: Student,
  answers: Plan['answers'],
): Promise<void> {
  if (answers.length === 0) return;
  const given = answers.map(({ lessonId, version, activityId, choices, answeredAtMs }) => ({
    lesson_id: lessonId,
    version,
    activity_id: activityId,
    choices,
    answered_at: new Date(answeredAtMs),
  }));
  await sql`
    with ${seenNow(enrolmentId)}
    insert into activity_responses as known
      (enrolment_id, classroom_id, lesson_id, version, activity_id, choices, answered_at)
    select ${enrolmentId}::uuid, ${classroomId}::uuid, lesson_id, version, activity_id, choices, answered_at
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
      as given (lesson_id text, version integer, activity_id text, choices smallint[], answered_at timestamptz)
    order by lesson_id, activity_id
    on conflict (enrolment_id, lesson_id, activity_id) do update set
      version = excluded.version, choices = excluded.choices, answered_at = excluded.answered_at
    where (excluded.answered_at, excluded.version, excluded.choices) > (known.answered_at, known.version, known.choices)`.execute(
    db,
  );
}

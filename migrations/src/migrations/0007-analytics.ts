import { sql, type Kysely } from 'kysely';

/** What a class did, counted once for all who look: no child has a score. Refreshed by a job while school is in session. */
export const phase = 'expand';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create materialized view classroom_summary as
    select
      c.id as classroom_id,
      c.school_id,
      c.owner_id,
      c.grade_level,
      count(distinct s.id)::int as students,
      count(distinct s.id) filter (where s.last_seen_at > now() - interval '7 days')::int as active_students,
      count(p.lesson_id)::int as lessons_started,
      count(p.completed_at)::int as lessons_completed,
      count(distinct s.id) filter (where p.completed_at is not null)::int as students_completed,
      max(p.updated_at) as last_progress_at,
      now() as refreshed_at
    from classrooms c
    left join student_sessions s on s.classroom_id = c.id and s.removed_at is null
    left join lesson_progress p on p.session_id = s.id
    where c.archived_at is null
    group by c.id;
    create unique index classroom_summary_key on classroom_summary (classroom_id);
    create index classroom_summary_school_id_idx on classroom_summary (school_id);
  `.execute(db);
}

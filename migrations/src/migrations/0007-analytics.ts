import { sql, type Kysely } from 'kysely';

/**
 * What a class did, counted once for all who look: no child has a score. Refreshed by a job while school is in session. It
 * holds counts of however few, which no answer may: the API has no right to it, and reads it through a view (0010) that
 * knows who asks; services/api/src/domain/suppression.ts says what of it is told.
 */
export const phase = 'expand';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create materialized view classroom_summary as
    with week as (
      -- The last whole one. One that goes on would tell, by how it changes, how each child felt that has just checked in.
      select date_trunc('week', now(), 'UTC') as ends_at
    ), enrolled as (
      select id, classroom_id from student_sessions where removed_at is null
    ), classes as (
      select classroom_id, count(*)::int as students from enrolled group by classroom_id
    ), lessons as (
      -- By lesson: how many have begun it, and how many of them have completed it.
      select classroom_id, jsonb_object_agg(lesson_id, jsonb_build_array(started, completed)) as lessons
      from (
        select e.classroom_id, p.lesson_id, count(*) as started, count(p.completed_at) as completed
        from enrolled e join lesson_progress p on p.session_id = e.id
        group by e.classroom_id, p.lesson_id
      ) counted
      group by classroom_id
    ), feelings as (
      -- Each child counts once, with what it said last.
      select classroom_id, jsonb_object_agg(feeling, students) as feelings
      from (
        select classroom_id, feeling, count(*) as students
        from (
          select distinct on (i.enrolment_id) e.classroom_id, i.feeling
          from enrolled e join check_ins i on i.enrolment_id = e.id cross join week w
          where i.created_at >= w.ends_at - interval '7 days' and i.created_at < w.ends_at
          order by i.enrolment_id, i.created_at desc, i.id
        ) said
        group by classroom_id, feeling
      ) counted
      group by classroom_id
    )
    select
      c.id as classroom_id,
      coalesce(s.students, 0) as students,
      coalesce(l.lessons, '{}') as lessons,
      coalesce(f.feelings, '{}') as feelings,
      ((w.ends_at at time zone 'UTC') - interval '7 days')::date as week_of,
      now() as refreshed_at
    from classrooms c
    cross join week w
    left join classes s on s.classroom_id = c.id
    left join lessons l on l.classroom_id = c.id
    left join feelings f on f.classroom_id = c.id
    where c.archived_at is null;
    create unique index classroom_summary_key on classroom_summary (classroom_id);
    revoke all on classroom_summary from heroes_api;
  `.execute(db);
}

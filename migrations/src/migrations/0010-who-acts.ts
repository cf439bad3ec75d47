import { sql, type Kysely } from 'kysely';

/**
 * Who acts: the API sets it in each transaction (app.kind and, by kind, app.account, app.roles, app.schools, app.enrolment,
 * app.classroom). Policies and views ask these functions; unset, nothing is shown.
 *
 * Kinds: `student`; `account`; `gate` lets people in and knows nobody yet; `worker` does what no request waits for.
 */
export const phase = 'expand';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function app_setting(name text) returns text language sql stable parallel safe
      return nullif(current_setting('app.' || name, true), '');
    create function app_kind() returns text language sql stable parallel safe return app_setting('kind');
    create function app_account() returns uuid language sql stable parallel safe return app_setting('account')::uuid;
    create function app_enrolment() returns uuid language sql stable parallel safe return app_setting('enrolment')::uuid;
    create function app_classroom() returns uuid language sql stable parallel safe return app_setting('classroom')::uuid;
    create function app_has_role(role text) returns boolean language sql stable parallel safe
      return app_kind() = 'account' and role = any (string_to_array(app_setting('roles'), ','));
    create function app_administers(school uuid) returns boolean language sql stable parallel safe
      return app_has_role('district_admin')
        or (app_has_role('school_admin') and school::text = any (string_to_array(app_setting('schools'), ',')));
    -- As its owner, whom the policies of account_roles let see all: otherwise they would ask each other without end.
    create function app_administers_account(account uuid) returns boolean language sql stable security definer set search_path = public
      return app_has_role('district_admin')
        or exists (select from account_roles r where r.account_id = account and app_administers(r.school_id));
  `.execute(db);
  // A materialised view knows no policies: the API reads it through one that asks whose the class is now. It runs as its owner.
  await sql`
    create view classroom_summaries with (security_barrier) as
      select s.classroom_id, c.school_id, c.grade_level, s.students, s.lessons, s.feelings, s.week_of, s.refreshed_at
      from classroom_summary s join classrooms c on c.id = s.classroom_id
      where app_kind() = 'worker' or (app_kind() = 'account' and (c.owner_id = app_account() or app_administers(c.school_id)));
    revoke insert, update, delete on classroom_summaries from heroes_api;
  `.execute(db);
  // Which migrations were run is for those who run them.
  await sql`revoke all on kysely_migration, kysely_migration_lock from heroes_api`.execute(db);
}

import { sql, type Kysely } from 'kysely';

/**
 * Row-level security on everything that is somebody's. The API sets in each transaction who acts (app.kind and, by kind,
 * app.account, app.roles, app.schools, app.enrolment, app.classroom); unset, nothing is shown. Contract: a release that sets
 * nothing must have gone.
 *
 * Kinds: `student`; `account`; `gate` lets people in and knows nobody yet; `worker` does what no request waits for.
 */
export const phase = 'contract';

/** By table, who sees and writes which rows. What is not named here is nobody's in particular. */
const POLICIES: Readonly<Record<string, string>> = {
  schools: `app_kind() in ('account', 'gate', 'worker')`,
  accounts: `app_kind() in ('gate', 'worker') or id = app_account() or app_administers_account(id)`,
  account_identities: `app_kind() = 'gate' or account_id = app_account()`,
  account_roles: `app_kind() in ('gate', 'worker') or account_id = app_account() or app_administers(school_id)`,
  invitations: `app_kind() = 'gate' or app_administers(school_id)`,
  sign_ins: `app_kind() in ('gate', 'worker') or account_id = app_account() or app_administers_account(account_id)`,
  refresh_tokens: `app_kind() in ('gate', 'worker') or exists (select from sign_ins s where s.id = sign_in_id)`,
  oidc_requests: `app_kind() in ('gate', 'worker')`,
  classrooms: `app_kind() in ('gate', 'worker')
    or (app_kind() = 'student' and id = app_classroom())
    or (app_kind() = 'account' and (owner_id = app_account() or app_administers(school_id)))`,
  student_sessions: `app_kind() in ('gate', 'worker')
    or (app_kind() = 'student' and id = app_enrolment())
    or (app_kind() = 'account' and exists (select from classrooms c where c.id = classroom_id))`,
  lesson_pins: `exists (select from classrooms c where c.id = classroom_id)`,
  live_sessions: `exists (select from classrooms c where c.id = classroom_id)`,
  lesson_progress: `case app_kind() when 'student' then session_id = app_enrolment()
    else exists (select from student_sessions s where s.id = session_id) end`,
  check_ins: `case app_kind() when 'student' then enrolment_id = app_enrolment()
    else exists (select from classrooms c where c.id = classroom_id) end`,
  activity_responses: `case app_kind() when 'student' then enrolment_id = app_enrolment()
    else exists (select from classrooms c where c.id = classroom_id) end`,
  sync_batches: `enrolment_id = app_enrolment() or app_kind() = 'worker'`,
  help_signals: `case app_kind() when 'student' then enrolment_id = app_enrolment()
    else exists (select from classrooms c where c.id = classroom_id) end`,
  incident_reports: `case app_kind() when 'student' then enrolment_id = app_enrolment() and classroom_id = app_classroom()
    else exists (select from classrooms c where c.id = classroom_id) end`,
  consents: `app_kind() in ('gate', 'account', 'worker')`,
  rights_requests: `app_kind() = 'worker' or app_has_role('district_admin') or account_id = app_account()`,
  exports: `app_kind() = 'worker' or requested_by = app_account()`,
  export_links: `app_kind() in ('gate', 'worker') or exists (select from exports e where e.id = export_id)`,
  retention_runs: `app_kind() in ('account', 'worker')`,
};

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
  for (const [table, condition] of Object.entries(POLICIES)) {
    await sql
      .raw(
        `alter table ${table} enable row level security;
         alter table ${table} force row level security;
         create policy ${table}_actor on ${table} for all using (${condition}) with check (${condition});
         create policy ${table}_owner on ${table} for all to current_user using (true) with check (true);`,
      )
      .execute(db);
  }
  // A materialised view knows no policies: the API reads it through one that asks for them.
  await sql`
    create view classroom_summaries with (security_barrier) as
      select * from classroom_summary
      where app_kind() = 'worker' or (app_kind() = 'account' and (owner_id = app_account() or app_administers(school_id)));
  `.execute(db);
}

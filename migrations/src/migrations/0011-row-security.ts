import { sql, type Kysely } from 'kysely';

/**
 * Row-level security on everything that is somebody's. The API sets in each transaction who acts (app.kind and, by kind,
 * app.account, app.roles, app.schools, app.enrolment, app.classroom); unset, nothing is shown. Contract: a release that sets
 * nothing must have gone.
 *
 * Kinds: `student`; `account`; `gate` lets people in and knows nobody yet; `worker` does what no request waits for.
 */
export const phase = 'contract';

const SEES_AUDIT = `app_kind() = 'worker' or app_has_role('district_admin') or app_has_role('platform_operator')`;

/** Who sees rows and writes them: the same, unless `write` says otherwise of what may become of them. */
type Policy = string | { readonly see: string; readonly write: string };

const EDITS_LESSONS = `(app_has_role('content_editor') or app_has_role('district_admin'))`;

/** By table, who sees and writes which rows. What is not named here is nobody's in particular. */
const POLICIES: Readonly<Record<string, Policy>> = {
  schools: { see: `app_kind() in ('account', 'gate', 'worker')`, write: `app_has_role('district_admin')` },
  accounts: `app_kind() in ('gate', 'worker') or id = app_account() or app_administers_account(id)`,
  account_identities: `app_kind() in ('gate', 'worker') or account_id = app_account()`,
  // Nobody gives a role to themselves, and a school's administrators make facilitators, not more of their own.
  account_roles: {
    see: `app_kind() in ('gate', 'worker') or account_id = app_account() or app_administers(school_id)`,
    write: `app_kind() = 'gate' or app_has_role('district_admin') or (role = 'facilitator' and app_administers(school_id))`,
  },
  invitations: {
    see: `app_kind() in ('gate', 'worker') or app_administers(school_id)`,
    write: `app_kind() = 'gate' or app_has_role('district_admin') or (role = 'facilitator' and app_administers(school_id))`,
  },
  sign_in_failures: `app_kind() in ('gate', 'worker')`,
  sign_ins: `app_kind() in ('gate', 'worker') or account_id = app_account() or app_administers_account(account_id)`,
  refresh_tokens: `app_kind() in ('gate', 'worker') or exists (select from sign_ins s where s.id = sign_in_id)`,
  oidc_requests: `app_kind() in ('gate', 'worker')`,
  // A student sees its class and changes nothing of it.
  classrooms: {
    see: `app_kind() in ('gate', 'worker')
      or (app_kind() = 'student' and id = app_classroom())
      or (app_kind() = 'account' and (owner_id = app_account() or app_administers(school_id)))`,
    write: `app_kind() in ('gate', 'worker')
      or (app_kind() = 'account' and (owner_id = app_account() or app_administers(school_id)))`,
  },
  student_sessions: `app_kind() in ('gate', 'worker')
    or (app_kind() = 'student' and id = app_enrolment())
    or (app_kind() = 'account' and exists (select from classrooms c where c.id = classroom_id))`,
  lesson_versions: { see: `state in ('published', 'retired') or ${EDITS_LESSONS}`, write: EDITS_LESSONS },
  lesson_version_authors: EDITS_LESSONS,
  lesson_pins: {
    see: `exists (select from classrooms c where c.id = classroom_id)`,
    write: `app_kind() in ('account', 'worker') and exists (select from classrooms c where c.id = classroom_id)`,
  },
  live_sessions: {
    see: `exists (select from classrooms c where c.id = classroom_id)`,
    write: `app_kind() in ('account', 'worker') and exists (select from classrooms c where c.id = classroom_id)`,
  },
  lesson_progress: `case app_kind() when 'student' then session_id = app_enrolment()
    else exists (select from student_sessions s where s.id = session_id) end`,
  // Nobody writes in a student's name.
  check_ins: {
    see: `case app_kind() when 'student' then enrolment_id = app_enrolment()
      else exists (select from classrooms c where c.id = classroom_id) end`,
    write: `app_kind() = 'worker' or (enrolment_id = app_enrolment() and classroom_id = app_classroom())`,
  },
  activity_responses: {
    see: `case app_kind() when 'student' then enrolment_id = app_enrolment()
      else exists (select from classrooms c where c.id = classroom_id) end`,
    write: `app_kind() = 'worker' or (enrolment_id = app_enrolment() and classroom_id = app_classroom())`,
  },
  sync_batches: `enrolment_id = app_enrolment() or app_kind() = 'worker'`,
  help_signals: `case app_kind() when 'student' then enrolment_id = app_enrolment()
    else exists (select from classrooms c where c.id = classroom_id) end`,
  incident_reports: `case app_kind() when 'student' then enrolment_id = app_enrolment() and classroom_id = app_classroom()
    else exists (select from classrooms c where c.id = classroom_id) end`,
  // Whoever does something writes what must be told of it; nobody but the worker reads it.
  outbox: { see: `app_kind() = 'worker'`, write: `app_kind() in ('student', 'account', 'worker')` },
  district_settings: { see: 'app_kind() is not null', write: `app_has_role('district_admin')` },
  consents: { see: `app_kind() in ('gate', 'account', 'worker')`, write: `app_has_role('district_admin')` },
  rights_requests: `app_kind() = 'worker' or app_has_role('district_admin') or account_id = app_account()
    or requested_by = app_account()`,
  exports: `app_kind() = 'worker' or requested_by = app_account()`,
  export_links: `app_kind() in ('gate', 'worker') or exists (select from exports e where e.id = export_id)`,
  retention_runs: `app_kind() in ('account', 'worker')`,
  // Everybody adds to the audit; the rights of 0009-audit say that nobody changes it.
  audit_entries: { see: SEES_AUDIT, write: 'true' },
  audit_personal: { see: `app_kind() = 'worker' or app_has_role('district_admin')`, write: 'true' },
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
  for (const [table, policy] of Object.entries(POLICIES)) {
    const { see, write } = typeof policy === 'string' ? { see: policy, write: policy } : policy;
    await sql
      .raw(
        `alter table ${table} enable row level security;
         alter table ${table} force row level security;
         create policy ${table}_actor on ${table} for all using (${see}) with check (${write});
         create policy ${table}_owner on ${table} for all to current_user using (true) with check (true);`,
      )
      .execute(db);
  }
  // A materialised view knows no policies: the API reads it through one that asks whose the class is now. It runs as its owner.
  await sql`
    create view classroom_summaries with (security_barrier) as
      select s.classroom_id, c.school_id, c.grade_level, s.students, s.lessons, s.feelings, s.week_of, s.refreshed_at
      from classroom_summary s join classrooms c on c.id = s.classroom_id
      where app_kind() = 'worker' or (app_kind() = 'account' and (c.owner_id = app_account() or app_administers(c.school_id)));
    revoke insert, update, delete on classroom_summaries from heroes_api;
  `.execute(db);
}

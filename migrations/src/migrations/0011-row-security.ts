import { sql, type Kysely } from 'kysely';

/**
 * Row-level security on everything that is somebody's, by who acts (0010). Contract: a release that does not say who acts must
 * have gone, since it would see nothing any more.
 */
export const phase = 'contract';

const SEES_AUDIT = `app_kind() = 'worker' or app_has_role('district_admin') or app_has_role('platform_operator')`;

/** Who sees rows and writes them: the same, unless `write` says otherwise; `add`, who adds rows that they may not change. */
type Policy = string | { readonly see: string; readonly write: string; readonly add?: string };

/** Of what a class does: its own, and whoever has the class; nobody who is only being let in. */
const IN_CLASS = `app_kind() <> 'gate' and exists (select from classrooms c where c.id = classroom_id)`;
const TAUGHT = `app_kind() in ('account', 'worker') and exists (select from classrooms c where c.id = classroom_id)`;
/** Of what a student does: the student, and whoever has the class. */
const OF_STUDENT = `case app_kind() when 'student' then enrolment_id = app_enrolment() and classroom_id = app_classroom() else ${TAUGHT} end`;
/** Nobody writes in a student's name. */
const BY_STUDENT = `app_kind() = 'worker' or (enrolment_id = app_enrolment() and classroom_id = app_classroom())`;

const ASKED_FOR = `app_kind() = 'worker' or app_has_role('district_admin') or account_id = app_account()
  or requested_by = app_account()`;

const EDITS_LESSONS = `(app_has_role('content_editor') or app_has_role('district_admin'))`;

/** By table, who sees and writes which rows. What is not named here is nobody's in particular. */
const POLICIES: Readonly<Record<string, Policy>> = {
  schools: { see: `app_kind() in ('account', 'gate', 'worker')`, write: `app_has_role('district_admin')` },
  accounts: `app_kind() in ('gate', 'worker') or id = app_account() or app_administers_account(id)`,
  account_identities: `app_kind() in ('gate', 'worker') or account_id = app_account()`,
  // Nobody gives a role to themselves, and a school's administrators make facilitators, not more of their own.
  account_roles: {
    see: `app_kind() in ('gate', 'worker') or account_id = app_account() or app_administers(school_id)`,
    write: `app_kind() in ('gate', 'worker') or app_has_role('district_admin') or (role = 'facilitator' and app_administers(school_id))`,
  },
  invitations: {
    see: `app_kind() in ('gate', 'worker') or app_administers(school_id)`,
    write: `app_kind() in ('gate', 'worker') or app_has_role('district_admin') or (role = 'facilitator' and app_administers(school_id))`,
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
    or (app_kind() = 'student' and id = app_enrolment() and classroom_id = app_classroom())
    or (app_kind() = 'account' and exists (select from classrooms c where c.id = classroom_id))`,
  lesson_versions: { see: `state in ('published', 'retired') or ${EDITS_LESSONS}`, write: EDITS_LESSONS },
  lesson_version_authors: `app_kind() = 'worker' or ${EDITS_LESSONS}`,
  lesson_pins: { see: IN_CLASS, write: TAUGHT },
  live_sessions: { see: IN_CLASS, write: TAUGHT },
  lesson_progress: {
    see: `case app_kind() when 'student' then session_id = app_enrolment()
      when 'gate' then false else exists (select from student_sessions s where s.id = session_id) end`,
    write: `app_kind() = 'worker' or session_id = app_enrolment()`,
  },
  check_ins: { see: OF_STUDENT, write: BY_STUDENT },
  activity_responses: { see: OF_STUDENT, write: BY_STUDENT },
  sync_batches: `enrolment_id = app_enrolment() or app_kind() = 'worker'`,
  help_signals: OF_STUDENT,
  incident_reports: OF_STUDENT,
  // Whoever does something writes what must be told of it; nobody but the worker reads it.
  outbox: {
    see: `app_kind() = 'worker'`,
    write: `app_kind() = 'worker'`,
    add: `app_kind() in ('student', 'account', 'worker')`,
  },
  district_settings: { see: 'app_kind() is not null', write: `app_has_role('district_admin')` },
  consents: { see: `app_kind() in ('gate', 'account', 'worker')`, write: `app_has_role('district_admin')` },
  // Asked for by whoever has the student's class at the time; it stays theirs when they have it no more.
  rights_requests: {
    see: ASKED_FOR,
    write: ASKED_FOR,
    add: `(${ASKED_FOR}) and (enrolment_id is null or exists (select from student_sessions s where s.id = enrolment_id))`,
  },
  exports: `app_kind() = 'worker' or (requested_by = app_account()
    and (classroom_id is null or exists (select from classrooms c where c.id = classroom_id)))`,
  export_links: `app_kind() in ('gate', 'worker') or exists (select from exports e where e.id = export_id)`,
  retention_runs: `app_kind() in ('account', 'worker')`,
  // Everybody adds to the audit; nobody changes it. What is personal in it goes with its own time.
  audit_entries: { see: SEES_AUDIT, write: 'false', add: 'app_kind() is not null' },
  audit_personal: {
    see: `app_kind() = 'worker' or app_has_role('district_admin')`,
    write: `app_kind() = 'worker'`,
    add: 'app_kind() is not null',
  },
};

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const [table, policy] of Object.entries(POLICIES)) {
    await sql
      .raw(
        `alter table ${table} enable row level security;
         alter table ${table} force row level security;
         ${policiesOf(table, policy)}
         create policy ${table}_owner on ${table} for all to current_user using (true) with check (true);`,
      )
      .execute(db);
  }
}

/** What may be seen but not written must not be deleted either, and a policy for all decides of that by what may be seen. */
function policiesOf(table: string, policy: Policy): string {
  if (typeof policy === 'string')
    return `create policy ${table}_actor on ${table} for all using (${policy}) with check (${policy});`;
  const { see, write, add = write } = policy;
  return `create policy ${table}_see on ${table} for select using (${see});
    create policy ${table}_add on ${table} for insert with check (${add});
    create policy ${table}_change on ${table} for update using (${write}) with check (${write});
    create policy ${table}_remove on ${table} for delete using (${write});`;
}

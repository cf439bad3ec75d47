/** All that is kept of somebody, as it is given to them. */
import { sql, type Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import type { RightsSubject } from './subjects.ts';

type Own = Readonly<Record<string, unknown>>;

/** @returns what is kept, by table and in the words of the API. For a transaction that acts as the worker. */
export async function keptOf(db: Transaction<DB>, { enrolmentId, accountId }: RightsSubject): Promise<Own> {
  if (enrolmentId !== null) return ofStudent(db, enrolmentId);
  return accountId === null ? {} : ofAccount(db, accountId);
}

/** By name: a query whose one parameter is the id, and whose rows are given as they are. */
type Questions = Readonly<Record<string, (id: string) => ReturnType<typeof sql<Own>>>>;

const STUDENT: Questions = {
  enrolment: (id) => sql`select alias, created_at as "joinedAt", last_seen_at as "lastSeenAt", removed_at as "removedAt"
    from student_sessions where id = ${id}`,
  progress: (
    id,
  ) => sql`select lesson_id as "lessonId", version, step, started_at as "startedAt", completed_at as "completedAt"
    from lesson_progress where session_id = ${id} order by started_at`,
  checkIns: (id) => sql`select feeling, intensity, needs_help as "needsHelp", felt_at as "feltAt"
    from check_ins where enrolment_id = ${id} order by felt_at`,
  answers: (
    id,
  ) => sql`select lesson_id as "lessonId", version, activity_id as "activityId", choices, answered_at as "answeredAt"
    from activity_responses where enrolment_id = ${id} order by answered_at`,
  helpSignals: (id) => sql`select state, raised_at as "raisedAt", pressed_at as "pressedAt", presses,
      acknowledged_at as "acknowledgedAt", escalated_at as "escalatedAt", resolved_at as "resolvedAt"
    from help_signals where enrolment_id = ${id} order by raised_at`,
  incidentReports: (
    id,
  ) => sql`select role, category, happened_at::text as "happenedOn", description, state, created_at as "createdAt"
    from incident_reports where enrolment_id = ${id} order by created_at`,
};

const ACCOUNT: Questions = {
  account: (
    id,
  ) => sql`select email, display_name as "displayName", created_at as "createdAt", last_active_at as "lastActiveAt",
      suspended_at as "suspendedAt", password_hash is not null as "hasPassword", totp_confirmed_at as "secondFactorSince"
    from accounts where id = ${id}`,
  roles: (id) => sql`select r.role, s.name as school, r.created_at as "since"
    from account_roles r left join schools s on s.id = r.school_id where r.account_id = ${id} order by r.created_at`,
  identities: (id) =>
    sql`select issuer, subject, created_at as "createdAt" from account_identities where account_id = ${id}`,
  signIns: (id) => sql`select method, created_at as "createdAt", expires_at as "expiresAt", ended_at as "endedAt",
      ended_because as "endedBecause"
    from sign_ins where account_id = ${id} order by created_at`,
  classrooms: (
    id,
  ) => sql`select title, grade_level as "gradeLevel", created_at as "createdAt", archived_at as "archivedAt"
    from classrooms where owner_id = ${id} order by created_at`,
  audit: (id) => sql`select e.at, e.action, e.object, e.detail, p.fields as personal
    from audit_entries e left join audit_personal p on p.sequence = e.sequence
    where e.actor = ${`account:${id}`} or e.object = ${`account:${id}`} order by e.sequence desc limit 10000`,
};

const ofStudent = async (db: Transaction<DB>, id: string): Promise<Own> => answersTo(db, STUDENT, id);
const ofAccount = async (db: Transaction<DB>, id: string): Promise<Own> => answersTo(db, ACCOUNT, id);

async function answersTo(db: Transaction<DB>, questions: Questions, id: string): Promise<Own> {
  const own: Record<string, unknown> = {};
  for (const [name, question] of Object.entries(questions)) own[name] = (await question(id).execute(db)).rows;
  return own;
}

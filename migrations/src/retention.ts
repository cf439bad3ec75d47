/**
 * What is deleted by age: of every table that holds something of somebody, to which class it belongs, which of its rows are
 * due, and what goes with them. Read by the job that deletes, by the API's preview, and where somebody's data is deleted at
 * their wish, so that none of them forgets a table. A test compares it with the database's foreign keys.
 */
import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { DB } from './tables.ts';

/** Classes with a time of their own; the district sets it (spec.privacy.retention). In the order in which they are deleted. */
export const KEPT_CLASSES = [
  'Operational',
  'Export',
  'CheckIn',
  'ActivityResponse',
  'HelpSignal',
  'IncidentReport',
  'StudentSession',
  'Classroom',
  'Account',
  'Audit',
  'Evidence',
] as const;
export type KeptClass = (typeof KEPT_CLASSES)[number];

/** @returns the time before which what is of a class is due. @throws Error for a class without a policy. */
export type CutoffOf = (kept: KeptClass) => Date;

export type Condition = RawBuilder<boolean>;
export type Table = keyof DB;

export interface Target {
  readonly table: Table;
  readonly class: KeptClass;
  /** Which rows are due, by the table's own columns. */
  readonly due: (cutoffOf: CutoffOf) => Condition;
}

/** A target whose rows are due by one moment of their own. */
const aged = (kept: KeptClass, table: Table, moment: string): Target => ({
  table,
  class: kept,
  due: (cutoffOf) => sql<boolean>`${sql.raw(moment)} < ${cutoffOf(kept)}`,
});

/** The last that was done about a call for help. What is kept of it, and of a report, keeps its student and its class. */
const HELPED = sql.raw('coalesce(h.resolved_at, h.raised_at)');

const STUDENT_SESSIONS: Target = {
  table: 'student_sessions',
  class: 'StudentSession',
  due: (cutoffOf) => sql<boolean>`last_seen_at < ${cutoffOf('StudentSession')}
    and not exists (select from help_signals h where h.enrolment_id = student_sessions.id
      and ${HELPED} >= ${cutoffOf('HelpSignal')})`,
};

const CLASSROOMS: Target = {
  table: 'classrooms',
  class: 'Classroom',
  due: (cutoffOf) => sql<boolean>`least(archived_at, expires_at) < ${cutoffOf('Classroom')}
    and not exists (select from student_sessions s where s.classroom_id = classrooms.id
      and s.last_seen_at >= ${cutoffOf('StudentSession')})
    and not exists (select from help_signals h where h.classroom_id = classrooms.id
      and ${HELPED} >= ${cutoffOf('HelpSignal')})
    and not exists (select from incident_reports r where r.classroom_id = classrooms.id
      and r.created_at >= ${cutoffOf('IncidentReport')})`,
};

/** The district is never left without the last one who can let others in. */
const ACCOUNTS: Target = {
  table: 'accounts',
  class: 'Account',
  due: (cutoffOf) => sql<boolean>`last_active_at < ${cutoffOf('Account')}
    and (not exists (select from account_roles r where r.account_id = accounts.id and r.role = 'district_admin')
      or exists (select from account_roles r join accounts other on other.id = r.account_id
        where r.role = 'district_admin' and other.suspended_at is null
          and other.last_active_at >= ${cutoffOf('Account')}))`,
};

/** Contents are of no use after their time, and are gone with the next run whatever the class's time is. */
const EXPORTS: Target = {
  table: 'exports',
  class: 'Export',
  due: (cutoffOf) => sql<boolean>`expires_at < now() or created_at < ${cutoffOf('Export')}`,
};

/** Every table of which rows are deleted by age, in the order of the classes. */
export const TARGETS: readonly Target[] = [
  aged('Operational', 'idempotency_keys', 'created_at'),
  aged('Operational', 'sync_batches', 'created_at'),
  aged('Operational', 'oidc_requests', 'expires_at'),
  aged('Operational', 'refresh_tokens', 'expires_at'),
  aged('Operational', 'sign_ins', 'least(ended_at, expires_at)'),
  aged('Operational', 'sign_in_failures', 'greatest(failed_at, held_until)'),
  aged('Operational', 'invitations', 'expires_at'),
  // What was not delivered is never given up because of its age.
  aged('Operational', 'outbox', 'delivered_at'),
  EXPORTS,
  aged('CheckIn', 'check_ins', 'created_at'),
  aged('ActivityResponse', 'activity_responses', 'created_at'),
  aged('HelpSignal', 'help_signals', 'coalesce(resolved_at, raised_at)'),
  aged('IncidentReport', 'incident_reports', 'created_at'),
  STUDENT_SESSIONS,
  CLASSROOMS,
  ACCOUNTS,
  aged('Audit', 'audit_personal', 'created_at'),
  aged('Evidence', 'retention_runs', 'coalesce(finished_at, started_at)'),
  aged('Evidence', 'rights_requests', 'finished_at'),
  aged('Evidence', 'consents', 'revoked_at'),
];

/** Tables that are nobody's, or that hold of somebody no more than an id that means nothing without its row elsewhere. */
export const NOT_BY_AGE: Readonly<Partial<Record<Table, string>>> = {
  lessons: 'curriculum: of nobody',
  lesson_versions: 'curriculum: what was published stays as it was taught',
  schools: 'an institution; archived, not deleted',
  district_settings: 'one row of settings',
  signing_keys: 'keys of ours; the public halves prove certificates',
  audit_entries: 'append-only; its personal fields are in audit_personal',
  audit_head: 'one row',
  audit_anchors: 'hashes',
};

/** Whose rows go with those of another table: by which column, and of which class they are. */
export interface Part {
  readonly table: Table;
  readonly column: string;
  readonly class: KeptClass;
}

const part = (kept: KeptClass, table: Table, column: string): Part => ({ table, column, class: kept });

/** What goes with the rows of a table, which have an `id`. */
export const PARTS: Readonly<Partial<Record<Table, readonly Part[]>>> = {
  student_sessions: [
    part('StudentSession', 'lesson_progress', 'session_id'),
    part('CheckIn', 'check_ins', 'enrolment_id'),
    part('ActivityResponse', 'activity_responses', 'enrolment_id'),
    part('Operational', 'sync_batches', 'enrolment_id'),
    part('HelpSignal', 'help_signals', 'enrolment_id'),
  ],
  classrooms: [
    part('StudentSession', 'student_sessions', 'classroom_id'),
    part('CheckIn', 'check_ins', 'classroom_id'),
    part('ActivityResponse', 'activity_responses', 'classroom_id'),
    part('HelpSignal', 'help_signals', 'classroom_id'),
    part('IncidentReport', 'incident_reports', 'classroom_id'),
    part('Export', 'exports', 'classroom_id'),
    part('Classroom', 'lesson_pins', 'classroom_id'),
    part('Classroom', 'live_sessions', 'classroom_id'),
  ],
  accounts: [
    part('Operational', 'sign_ins', 'account_id'),
    part('Operational', 'invitations', 'account_id'),
    part('Account', 'account_identities', 'account_id'),
    part('Account', 'account_roles', 'account_id'),
    part('Account', 'lesson_version_authors', 'account_id'),
    part('Export', 'exports', 'requested_by'),
  ],
  sign_ins: [part('Operational', 'refresh_tokens', 'sign_in_id')],
  exports: [part('Export', 'export_links', 'export_id')],
  rights_requests: [part('Export', 'exports', 'rights_request_id')],
};

const partsOf = (table: Table): readonly Part[] => PARTS[table] ?? [];

/** @returns the classes of what goes with rows of a table: without a time for each of them, nothing of it may be deleted. */
export const classesWith = (table: Table): readonly KeptClass[] => [
  ...new Set(partsOf(table).flatMap((each) => [each.class, ...classesWith(each.table)])),
];

/** How many rows of which table were deleted. */
export type Counts = Readonly<Partial<Record<Table, number>>>;

/**
 * Deletes rows by their ids with all that goes with them, in the transaction that it is given. The database would do the
 * same by itself, and not say how much it was.
 * @returns how many rows of which table
 */
export async function deleteWhole(db: Kysely<DB>, table: Table, ids: readonly string[]): Promise<Counts> {
  let counts: Counts = {};
  for (const { table: inner, column } of partsOf(table)) {
    const theirs = sql<boolean>`${sql.ref(column)} = any(${[...ids]}::uuid[])`;
    const deleted =
      partsOf(inner).length === 0
        ? { [inner]: await deleteWhere(db, inner, theirs) }
        : await deleteWhole(db, inner, await idsWhere(db, inner, theirs));
    counts = added(counts, deleted);
  }
  const own = await deleteWhere(db, table, sql<boolean>`id = any(${[...ids]}::uuid[])`);
  return added(counts, { [table]: own });
}

/** @returns how many rows were deleted. */
export async function deleteWhere(db: Kysely<DB>, table: Table, condition: Condition): Promise<number> {
  const { numAffectedRows = 0n } = await sql`delete from ${sql.table(table)} where ${condition}`.execute(db);
  return Number(numAffectedRows);
}

async function idsWhere(db: Kysely<DB>, table: Table, condition: Condition): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`select id from ${sql.table(table)} where ${condition}`.execute(db);
  return rows.map(({ id }) => id);
}

/** @returns the sums of counts, by table. */
export function added(one: Counts, other: Counts): Counts {
  const tables = [...new Set([...Object.keys(one), ...Object.keys(other)])] as Table[];
  return Object.fromEntries(tables.map((table) => [table, (one[table] ?? 0) + (other[table] ?? 0)]));
}

const CLASS_OF = new Map<Table, KeptClass>(
  [...TARGETS, ...Object.values(PARTS).flat()].map((each) => [each.table, each.class]),
);

/** @returns counts of rows by the class that their tables are of; tables of none are left out. */
export function byClass(counts: Counts): Readonly<Partial<Record<KeptClass, number>>> {
  const sums: Partial<Record<KeptClass, number>> = {};
  for (const [table, rows] of Object.entries(counts)) {
    const kept = CLASS_OF.get(table as Table);
    if (kept !== undefined && rows > 0) sums[kept] = (sums[kept] ?? 0) + rows;
  }
  return sums;
}

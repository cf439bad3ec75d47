/**
 * What each actor may see and do in each table, said once more and otherwise than the policies say it: by conditions on rows with
 * the district's own ids, which the owner of the tables evaluates.
 */
import type { District } from '../district/district.ts';
import { peopleOf, type Kind } from './actors.ts';

/** A condition on a row `t`. */
type Condition = string;
type ByKind = Readonly<Partial<Record<Kind, Condition>>>;

export interface Rights {
  readonly sees: ByKind;
  /** Which rows there may be after it has changed or removed one. */
  readonly writes: ByKind;
  /** Which it may add; those that it writes, unless said otherwise. */
  readonly adds?: ByKind;
}

const ALL: Condition = 'true';
const NONE: ByKind = {};
const EVERY_ACCOUNT = ['facilitator', 'school_admin', 'district_admin', 'content_editor', 'platform_operator'] as const;

const forAll = (...kinds: readonly Kind[]): ByKind => Object.fromEntries(kinds.map((kind) => [kind, ALL]));
const same = (rights: ByKind): Rights => ({ sees: rights, writes: rights });

/** @returns the rights, by table. */
export function rightsIn(district: District): Readonly<Record<string, Rights>> {
  return { ...ofPeople(district), ...ofClasses(district), ...ofTheDistrict(district) };
}

/** By account, a condition with its id. */
const each = (district: District, condition: (id: string) => Condition): ByKind =>
  Object.fromEntries(
    Object.entries(peopleOf(district)).map(([kind, { accountId }]) => [kind, condition(`'${accountId}'`)]),
  );

function ofPeople(district: District): Record<string, Rights> {
  const school = `'${district.here.schoolId}'`;
  const parts = forAll('gate', 'worker');
  const colleagues = (column: string): Condition =>
    `t.${column} in (select account_id from account_roles where school_id = ${school})`;
  const accounts = (column: string): ByKind => ({
    ...parts,
    ...each(district, (id) => `t.${column} = ${id}`),
    school_admin: colleagues(column),
    district_admin: ALL,
  });
  const ofSignIns: ByKind = Object.fromEntries(
    Object.entries(accounts('account_id')).map(([kind, condition]) => [
      kind,
      `t.sign_in_id in (select t.id from sign_ins t where ${condition})`,
    ]),
  );
  const makesFacilitators = `t.role = 'facilitator' and t.school_id = ${school}`;
  const makes: ByKind = { ...parts, school_admin: makesFacilitators, district_admin: ALL };
  return {
    schools: { sees: forAll(...EVERY_ACCOUNT, 'gate', 'worker'), writes: forAll('district_admin') },
    accounts: same(accounts('id')),
    account_identities: same({ ...parts, ...each(district, (id) => `t.account_id = ${id}`) }),
    account_roles: {
      sees: {
        ...parts,
        ...each(district, (id) => `t.account_id = ${id}`),
        school_admin: `t.school_id = ${school}`,
        district_admin: ALL,
      },
      writes: makes,
    },
    invitations: { sees: { ...parts, school_admin: `t.school_id = ${school}`, district_admin: ALL }, writes: makes },
    sign_in_failures: same(parts),
    oidc_requests: same(parts),
    sign_ins: same(accounts('account_id')),
    refresh_tokens: same(ofSignIns),
  };
}

function ofClasses({ here }: District): Record<string, Rights> {
  const classroom = `'${here.classroom.id}'`;
  const student = `'${here.student.enrolmentId}'`;
  const by = (condition: (classes: string) => Condition): ByKind => ({
    facilitator: condition(`owner_id = '${here.facilitator.accountId}'`),
    school_admin: condition(`school_id = '${here.schoolId}'`),
    district_admin: ALL,
  });
  const ofClass = by((classes) => `t.classroom_id in (select id from classrooms where ${classes})`);
  const worker = forAll('worker');
  const taught: Rights = {
    sees: { ...ofClass, ...worker, student: `t.classroom_id = ${classroom}` },
    writes: { ...ofClass, ...worker },
  };
  const own: ByKind = { ...worker, student: `t.enrolment_id = ${student}` };
  const told: Rights = { sees: { ...ofClass, ...own }, writes: own };
  const progress: ByKind = { ...worker, student: `t.session_id = ${student}` };
  const ofSessions = by(
    (classes) =>
      `t.session_id in (select s.id from student_sessions s join classrooms c on c.id = s.classroom_id where c.${classes})`,
  );
  const owned = by((classes) => `t.${classes}`);
  const parts = forAll('gate', 'worker');
  return {
    classrooms: { sees: { ...owned, ...parts, student: `t.id = ${classroom}` }, writes: { ...owned, ...parts } },
    student_sessions: same({ ...ofClass, ...parts, student: `t.id = ${student} and t.classroom_id = ${classroom}` }),
    lesson_pins: taught,
    live_sessions: taught,
    lesson_progress: { sees: { ...ofSessions, ...progress }, writes: progress },
    check_ins: told,
    activity_responses: told,
    sync_batches: same(own),
    help_signals: same({ ...ofClass, ...own }),
    incident_reports: same({ ...ofClass, ...own }),
  };
}

function ofTheDistrict(district: District): Record<string, Rights> {
  const worker = forAll('worker');
  const noClass = 't.classroom_id is null';
  const inClasses = (classes: string): Condition =>
    `(${noClass} or t.classroom_id in (select id from classrooms where ${classes}))`;
  const { facilitator, schoolAdmin, schoolId } = district.here;
  const mine = (id: string): Condition => `t.requested_by = ${id}`;
  const asked: ByKind = {
    ...each(district, (id) => `${mine(id)} and ${noClass}`),
    facilitator: `${mine(`'${facilitator.accountId}'`)} and ${inClasses(`owner_id = '${facilitator.accountId}'`)}`,
    school_admin: `${mine(`'${schoolAdmin.accountId}'`)} and ${inClasses(`school_id = '${schoolId}'`)}`,
    district_admin: mine(`'${district.districtAdmin.accountId}'`),
  };
  const requests: ByKind = {
    ...worker,
    ...each(district, (id) => `${id} in (t.requested_by, t.account_id)`),
    district_admin: ALL,
  };
  const editors = forAll('content_editor', 'district_admin');
  const everybody = forAll('student', ...EVERY_ACCOUNT, 'gate', 'worker', 'anonymous');
  const ofExports: ByKind = Object.fromEntries(
    Object.entries(asked).map(([kind, condition]) => [
      kind,
      `t.export_id in (select t.id from exports t where ${condition})`,
    ]),
  );
  return {
    lesson_versions: {
      sees: {
        ...Object.fromEntries(Object.keys(everybody).map((kind) => [kind, `t.state in ('published', 'retired')`])),
        ...editors,
      },
      writes: editors,
    },
    lesson_version_authors: same({ ...editors, ...worker }),
    outbox: { sees: worker, writes: worker, adds: forAll('student', ...EVERY_ACCOUNT, 'worker') },
    district_settings: { sees: everybody, writes: forAll('district_admin') },
    consents: { sees: forAll(...EVERY_ACCOUNT, 'gate', 'worker'), writes: forAll('district_admin') },
    rights_requests: { ...same(requests), adds: ofStudentsThatTheyHave(district, requests) },
    exports: same({ ...worker, ...asked }),
    export_links: same({ ...forAll('gate', 'worker'), ...ofExports }),
    retention_runs: { sees: forAll(...EVERY_ACCOUNT, 'worker'), writes: NONE, adds: NONE },
    audit_entries: { sees: forAll('district_admin', 'platform_operator', 'worker'), writes: NONE, adds: everybody },
    audit_personal: { sees: forAll('district_admin', 'worker'), writes: worker, adds: everybody },
  };
}

function ofStudentsThatTheyHave({ here }: District, requests: ByKind): ByKind {
  const students = (classes: string): Condition =>
    `(select s.id from student_sessions s join classrooms c on c.id = s.classroom_id where ${classes})`;
  const theirs: ByKind = {
    facilitator: students(`c.owner_id = '${here.facilitator.accountId}'`),
    school_admin: students(`c.school_id = '${here.schoolId}'`),
    district_admin: students(ALL),
    worker: students(ALL),
  };
  return Object.fromEntries(
    Object.entries(requests).map(([kind, condition]) => {
      const has = theirs[kind as Kind];
      const within = has === undefined ? 'false' : `t.enrolment_id in ${has}`;
      return [kind, `(${condition}) and (t.enrolment_id is null or ${within})`];
    }),
  );
}

/** Tables that are nobody's in particular, and why the API may read them whoever acts. What is not here must have policies. */
export const NOBODYS: Readonly<Record<string, string>> = {
  lessons: 'what is published is public, and what is not is in lesson_versions',
  signing_keys: 'public halves are published, private ones sealed',
  idempotency_keys: 'found by a digest of who asked and of a key that is not kept; what was answered is sealed with it',
  audit_head: 'a number and a hash; written by a trigger alone',
  audit_anchors: 'numbers and hashes; not written by the API',
};

/** Tables and views of which the API is granted nothing at all. */
export const NOT_THE_APIS: readonly string[] = ['classroom_summary', 'kysely_migration', 'kysely_migration_lock'];

/** Who may call the API. A student is no account: nothing of one is known but the enrolment that a class code gave. */

export const ROLES = [
  'student',
  'facilitator',
  'school_admin',
  'district_admin',
  'content_editor',
  'platform_operator',
] as const;
export type Role = (typeof ROLES)[number];
export type AccountRole = Exclude<Role, 'student'>;

/** A role that an account holds; that of a school's people names their school. */
export interface Grant {
  readonly role: AccountRole;
  readonly schoolId?: string;
}

export interface Student {
  readonly kind: 'student';
  readonly enrolmentId: string;
  readonly classroomId: string;
}

export interface Account {
  readonly kind: 'account';
  readonly accountId: string;
  /** The sign-in that the token came of: all its tokens end with it. */
  readonly signInId: string;
  readonly grants: readonly Grant[];
}

export interface Anonymous {
  readonly kind: 'anonymous';
}

/** What acts before, or without, anybody being known: lets people in (`gate`), or does what no request waits for (`worker`). */
export interface Part {
  readonly kind: 'gate' | 'worker';
}

export type Actor = Student | Account | Anonymous | Part;

/** @returns the roles that an actor holds. */
export function rolesOf(actor: Actor): readonly Role[] {
  if (actor.kind === 'account') return actor.grants.map(({ role }) => role);
  return actor.kind === 'student' ? ['student'] : [];
}

/** @returns the schools that an account belongs to, by whatever role. */
export const schoolsOf = ({ grants }: Account): readonly string[] => [
  ...new Set(grants.flatMap(({ schoolId }) => (schoolId === undefined ? [] : [schoolId]))),
];

/** @returns the schools that an account administers, which belonging to one does not make it do. */
export const administeredSchools = ({ grants }: Account): readonly string[] =>
  grants.flatMap(({ role, schoolId }) => (role === 'school_admin' && schoolId !== undefined ? [schoolId] : []));

/** @returns what says, in logs, limits and the audit, who acts: an id that means nothing outside of this database. */
export function subjectOf(actor: Actor): string | undefined {
  if (actor.kind === 'student') return `student:${actor.enrolmentId}`;
  return actor.kind === 'account' ? `account:${actor.accountId}` : undefined;
}

/** @returns the account that acts, on a route that no student may call. @throws Error where one is let in all the same. */
export function asAccount(actor: Actor): Account {
  if (actor.kind !== 'account') throw new Error('only accounts are let in here');
  return actor;
}

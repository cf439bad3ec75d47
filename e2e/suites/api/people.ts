/** People and classes for tests, made past the API: each is what its test needs and no more. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { AccountRole, Student } from '@heroes/api/access/roles.ts';
import type { Context } from '@heroes/api/context.ts';
import { classCode } from '@heroes/api/domain/codes.ts';
import type { Stack } from './stack.ts';

/** What it takes to make people: the database as its owner, and tokens. A stack has both. */
export type Makings = Pick<Stack, 'db'> & { readonly context: Pick<Context, 'tokens'> };

const HOUR_MS = 3_600_000;

export interface Person {
  readonly accountId: string;
  readonly token: string;
}

export async function makeSchool({ db }: Makings): Promise<string> {
  const { id } = await db
    .insertInto('schools')
    .values({ name: `School ${randomUUID()}` })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** An account of one role that has signed in. */
export async function makePerson(stack: Makings, role: AccountRole, schoolId?: string): Promise<Person> {
  const { db, context } = stack;
  const { id: accountId, epoch } = await db
    .insertInto('accounts')
    .values({ email: `${randomUUID()}@example.org`, display_name: role })
    .returning(['id', 'epoch'])
    .executeTakeFirstOrThrow();
  await db
    .insertInto('account_roles')
    .values({ account_id: accountId, role, school_id: schoolId ?? null })
    .execute();
  const { id: signInId } = await db
    .insertInto('sign_ins')
    .values({ account_id: accountId, method: 'password', expires_at: new Date(Date.now() + HOUR_MS) })
    .returning('id')
    .executeTakeFirstOrThrow();
  const grants = [schoolId === undefined ? { role } : { role, schoolId }];
  const { token } = await context.tokens.forAccount({ accountId, signInId, grants }, epoch);
  return { accountId, token };
}

export interface Classroom {
  readonly id: string;
  readonly code: string;
}

export async function makeClassroom({ db }: Makings, ownerId: string, schoolId: string): Promise<Classroom> {
  const { id, code } = await db
    .insertInto('classrooms')
    .values({
      code: classCode(randomBytes(8)),
      grade_level: 5,
      owner_id: ownerId,
      school_id: schoolId,
      expires_at: new Date(Date.now() + 24 * HOUR_MS),
    })
    .returning(['id', 'code'])
    .executeTakeFirstOrThrow();
  return { id, code };
}

export interface Enrolled extends Omit<Student, 'kind'> {
  readonly token: string;
}

export async function enrol({ db, context }: Makings, { id: classroomId }: Pick<Classroom, 'id'>): Promise<Enrolled> {
  const { id: enrolmentId } = await db
    .insertInto('student_sessions')
    .values({ classroom_id: classroomId, alias: `Calm Otter ${randomUUID().slice(0, 8)}` })
    .returning('id')
    .executeTakeFirstOrThrow();
  const student = { enrolmentId, classroomId };
  const { token } = await context.tokens.forStudent(student, 0);
  return { ...student, token };
}

/** The header by which a token is sent. */
export const bearer = ({ token }: { readonly token: string }) => ({ authorization: `Bearer ${token}` });

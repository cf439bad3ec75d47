/** What the suites of privacy and exports share: a school with a class of students that have done something. */
import { randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { returnCode } from '@heroes/api/domain/codes.ts';
import { makeNext } from '@heroes/api/features/exports/make.ts';
import { returnCodeHash } from '@heroes/api/features/students/return-codes.ts';
import {
  bearer,
  enrol,
  makeClassroom,
  makePerson,
  makeSchool,
  type Classroom,
  type Enrolled,
  type Person,
} from './people.ts';
import { checkIn, progress, report, signal } from './retention-run.ts';
import type { Stack } from './stack.ts';

export interface Scene {
  readonly admin: Person;
  readonly principal: Person;
  readonly teacher: Person;
  readonly schoolId: string;
  readonly classroom: Classroom;
  readonly student: Enrolled;
  /** By which the student comes back. */
  readonly returnCode: string;
}

/** A student that has done all that one can do, in the class of a teacher, in the school of a principal. */
export async function makeScene(stack: Stack): Promise<Scene> {
  const admin = await makePerson(stack, 'district_admin');
  const schoolId = await makeSchool(stack);
  const principal = await makePerson(stack, 'school_admin', schoolId);
  const teacher = await makePerson(stack, 'facilitator', schoolId);
  const classroom = await makeClassroom(stack, teacher.accountId, schoolId);
  const student = await enrol(stack, classroom);
  const code = returnCode(randomBytes(6));
  await stack.db
    .updateTable('student_sessions')
    .set({ return_code_hash: returnCodeHash(stack.context)(classroom.id, code) })
    .where('id', '=', student.enrolmentId)
    .execute();
  await progress(stack, student);
  await checkIn(stack, student);
  await signal(stack, student);
  await report(stack, student);
  await stack.db.updateTable('incident_reports').set({ description: 'what the child wrote' }).execute();
  await sql`insert into activity_responses (enrolment_id, classroom_id, lesson_id, version, activity_id, choices, answered_at)
    select ${student.enrolmentId}::uuid, ${classroom.id}::uuid, id, 1, 'pledge', '{1}', now() from lessons limit 1`.execute(
    stack.db,
  );
  return { admin, principal, teacher, schoolId, classroom, student, returnCode: code };
}

export interface Asked {
  readonly as?: { readonly token: string };
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answered<T> {
  readonly status: number;
  readonly body: T;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** Asks the API. @param what - as `POST /v1/exports` */
export async function ask<T = Record<string, unknown>>(
  { app }: Stack,
  what: string,
  { as, body, headers = {} }: Asked = {},
): Promise<Answered<T>> {
  const [method = 'GET', url = ''] = what.split(' ');
  const answer = await app.inject({
    method: method as 'GET' | 'POST',
    url,
    headers: { ...(as === undefined ? {} : bearer(as)), ...headers },
    ...(body === undefined ? {} : { payload: body }),
  });
  const isJson = String(answer.headers['content-type']).includes('json');
  return { status: answer.statusCode, body: (isJson ? answer.json() : answer.body) as T, headers: answer.headers };
}

/** Makes all exports that are queued, as the workers do. */
export async function makeExports({ context }: Stack): Promise<void> {
  while (await makeNext(context.db));
}

export const someId = (): string => randomUUID();

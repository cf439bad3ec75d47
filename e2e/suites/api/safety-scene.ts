/** A school with a class in it, and those who are about when a child needs help. */
import type { LightMyRequestResponse } from 'fastify';
import { sql } from 'kysely';
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
import type { Stack } from './stack.ts';

export interface Scene {
  readonly schoolId: string;
  readonly teacher: Person;
  readonly schoolAdmin: Person;
  readonly classroom: Classroom;
  readonly student: Enrolled;
}

export async function makeScene(stack: Stack): Promise<Scene> {
  const schoolId = await makeSchool(stack);
  const teacher = await makePerson(stack, 'facilitator', schoolId);
  const classroom = await makeClassroom(stack, teacher.accountId, schoolId);
  return {
    schoolId,
    teacher,
    schoolAdmin: await makePerson(stack, 'school_admin', schoolId),
    classroom,
    student: await enrol(stack, classroom),
  };
}

export interface Signal {
  readonly id: string;
  readonly state: string;
  readonly student: { readonly enrolmentId: string; readonly alias: string };
  readonly presses: number;
  readonly escalatesAt: string | null;
  readonly escalatedAt: string | null;
  readonly acknowledgedAt: string | null;
  readonly acknowledgedBy: string | null;
  readonly resolvedBy: string | null;
  readonly revision: number;
}

interface Page<Item> {
  readonly items: Item[];
  readonly nextCursor: string | null;
}

/** Who sends a request: an adult or a student. */
export type Caller = Pick<Person, 'token'>;

export async function get(stack: Stack, caller: Caller, url: string): Promise<LightMyRequestResponse> {
  return stack.app.inject({ url, headers: bearer(caller) });
}

export async function post(stack: Stack, caller: Caller, url: string, body?: object): Promise<LightMyRequestResponse> {
  return stack.app.inject({
    method: 'POST',
    url,
    headers: bearer(caller),
    ...(body === undefined ? {} : { payload: body }),
  });
}

export const askForHelp = async (stack: Stack, student: Caller): Promise<LightMyRequestResponse> =>
  post(stack, student, '/v1/me/help');

/** @returns a class's queue, as an adult sees it. */
export async function queueOf(stack: Stack, adult: Caller, { id }: Classroom, query = ''): Promise<Page<Signal>> {
  const answer = await get(stack, adult, `/v1/classrooms/${id}/help-signals${query}`);
  if (answer.statusCode !== 200) throw new Error(answer.body);
  return answer.json<Page<Signal>>();
}

export async function act(
  stack: Stack,
  adult: Caller,
  { classroom, signalId, what }: { classroom: Classroom; signalId: string; what: string },
): Promise<LightMyRequestResponse> {
  return post(stack, adult, `/v1/classrooms/${classroom.id}/help-signals/${signalId}/${what}`);
}

/** @returns the topics of what is told of a signal, in the order in which it was written. */
export async function toldOf({ db }: Stack, signalId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('outbox')
    .select('topic')
    .where(sql<boolean>`payload ->> 'signalId' = ${signalId}`)
    .orderBy('created_at')
    .execute();
  return rows.map(({ topic }) => topic);
}

/** @returns what the audit has of an object, as "actor action". */
export async function auditOf({ db }: Stack, object: string): Promise<string[]> {
  const rows = await db
    .selectFrom('audit_entries')
    .select(['actor', 'action'])
    .where('object', '=', object)
    .orderBy('sequence')
    .execute();
  return rows.map(({ actor, action }) => `${actor} ${action}`);
}

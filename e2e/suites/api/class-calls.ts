/** What the suites of classes, students and live sessions share: calls as somebody, and classes that can be joined. */
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Grant } from '@heroes/api/access/roles.ts';
import type { Context } from '@heroes/api/context.ts';
import { classCode } from '@heroes/api/domain/codes.ts';
import type { InjectOptions } from 'fastify';
import { bearer, makePerson, makeSchool, type Classroom, type Person } from './people.ts';
import { startStack, type Stack, type StackOptions } from './stack.ts';

const HOUR_MS = 3_600_000;

export interface Answered<Body = Record<string, unknown>> {
  readonly status: number;
  readonly body: Body;
  readonly headers: Readonly<Record<string, unknown>>;
}

export interface Asked extends Omit<InjectOptions, 'headers'> {
  readonly as?: { readonly token: string };
  readonly headers?: Readonly<Record<string, string>>;
}

/** @returns a way to call the API of a stack. */
export const caller =
  ({ app }: Stack) =>
  async <Body = Record<string, unknown>>(
    url: string,
    { as, headers = {}, ...asked }: Asked = {},
  ): Promise<Answered<Body>> => {
    const answer = await app.inject({ url, ...asked, headers: { ...(as ? bearer(as) : {}), ...headers } });
    const body = (answer.body === '' ? undefined : answer.json()) as Body;
    return { status: answer.statusCode, body, headers: answer.headers };
  };

/** A context that refuses nobody for being late: the machine of a suite may be busy with others. */
export const unhurried = (context: Context): Context => ({
  ...context,
  shedding: { ...context.shedding, admit: () => undefined, admitToDatabase: () => undefined },
});

/** A stack whose callers are not counted either: suites call faster than people do. */
export const startUncounted = async ({ adapt = (context) => context, ...options }: StackOptions = {}): Promise<Stack> =>
  startStack({
    ...options,
    adapt: (context) =>
      adapt(unhurried({ ...context, rates: { ...context.rates, admit: async () => Promise.resolve() } })),
  });

/** The district's word that students may take part. */
export async function recordConsent({ db }: Pick<Stack, 'db'>, basis: 'school' | 'parent' = 'school'): Promise<void> {
  await db
    .insertInto('consents')
    .values({ basis, notice_version: '2026-08', signer: 'A superintendent', signed_on: '2026-08-01' })
    .execute();
}

/** An account with grants of any kind, signed in. */
export async function makeStaff(stack: Stack, grants: readonly Grant[]): Promise<Person> {
  const { db, context } = stack;
  const { id: accountId } = await db
    .insertInto('accounts')
    .values({ email: `${randomUUID()}@example.org`, display_name: 'staff' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const { id: signInId } = await db
    .insertInto('sign_ins')
    .values({ account_id: accountId, method: 'password', expires_at: new Date(Date.now() + HOUR_MS) })
    .returning('id')
    .executeTakeFirstOrThrow();
  const { token } = await context.tokens.forAccount({ accountId, signInId, grants }, 0);
  return { accountId, token };
}

export interface TaughtClass extends Classroom {
  readonly schoolId: string;
  readonly teacher: Person;
}

export interface ClassSettings {
  readonly capacity?: number;
  readonly enrolment?: 'open' | 'returning' | 'closed';
  readonly consent_basis?: 'school' | 'parent';
  readonly expires_at?: Date;
  readonly locked_at?: Date;
  readonly archived_at?: Date;
}

/** A class with a teacher of its own, in a school of its own. */
export async function makeTaughtClass(stack: Stack, settings: ClassSettings = {}): Promise<TaughtClass> {
  const schoolId = await makeSchool(stack);
  const teacher = await makePerson(stack, 'facilitator', schoolId);
  const { id, code } = await stack.db
    .insertInto('classrooms')
    .values({
      code: classCode(randomBytes(8)),
      grade_level: 5,
      owner_id: teacher.accountId,
      school_id: schoolId,
      expires_at: new Date(Date.now() + 24 * HOUR_MS),
      ...settings,
    })
    .returning(['id', 'code'])
    .executeTakeFirstOrThrow();
  return { id, code, schoolId, teacher };
}

export interface Joined {
  readonly alias: string;
  readonly returnCode: string;
  readonly classroomId: string;
  readonly gradeLevel: number;
  readonly token: string;
  readonly expiresInSeconds: number;
}

export const join = async (stack: Stack, code: string, more: Readonly<Record<string, unknown>> = {}) =>
  caller(stack)<Joined & { readonly detail?: string }>('/v1/join', { method: 'POST', payload: { code, ...more } });

/** Calls again while the answer is "not now", as a client does: how busy the machine of a suite is decides nothing. */
export async function patiently<Body>(work: () => Promise<Answered<Body>>): Promise<Answered<Body>> {
  for (;;) {
    const answer = await work();
    if (answer.status !== 503) return answer;
    await sleep(Number(answer.headers['retry-after'] ?? 1) * 1000);
  }
}

/** @returns somebody who has joined. @throws Error when the class did not take them. */
export async function joined(stack: Stack, code: string): Promise<Joined> {
  const { status, body } = await patiently(async () => join(stack, code));
  if (status !== 201) throw new Error(`${status}: ${body.detail ?? ''}`);
  return body;
}

/** @returns how often something has been counted. */
export async function counted({ context }: Stack, activity: string, grade = 5): Promise<number> {
  const { values } = await context.metrics.activity.get();
  const found = values.find(({ labels }) => labels.activity_type === activity && labels.grade_level === grade);
  return found?.value ?? 0;
}

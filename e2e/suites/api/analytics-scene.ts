/** Classes that have done something, and how it is counted and asked for. */
import { randomUUID } from 'node:crypto';
import type { KyselyPlugin } from 'kysely';
import { pino } from 'pino';
import { expect } from 'vitest';
import { runRefresh, type RefreshOutcome } from '@heroes/jobs/refresh.ts';
import { PASSWORDS } from '../containers.ts';
import { enrol, type Classroom, type Enrolled, type Person } from './people.ts';
import { get } from './safety-scene.ts';
import { startStack, type Stack } from './stack.ts';

const DAY_MS = 86_400_000;

export interface PatientStack extends Stack {
  /** Lets nothing that was remembered so far be remembered any more. */
  readonly forget: () => void;
}

/** An API that sheds nothing: analytics would go first, on a machine that does more than this. */
export async function startPatient(...plugins: readonly KyselyPlugin[]): Promise<PatientStack> {
  let turn = 0;
  const stack = await startStack({
    adapt: (context) => ({
      ...context,
      db: plugins.reduce((db, plugin) => db.withPlugin(plugin), context.db),
      cache: {
        ...context.cache,
        remember: async (key, seconds, load) => context.cache.remember(`${turn}:${key}`, seconds, load),
      },
      shedding: { ...context.shedding, admit: () => undefined, admitToDatabase: () => undefined },
    }),
  });
  return { ...stack, forget: () => void (turn += 1) };
}

/** Runs the job. */
export async function refresh(stack: Stack): Promise<RefreshOutcome> {
  const config = {
    SERVICE_VERSION: 'test',
    LOG_LEVEL: 'silent',
    DATABASE_HOST: '127.0.0.1',
    DATABASE_PORT: stack.postgres.container.getMappedPort(5432),
    DATABASE_NAME: 'heroes',
    DATABASE_USER: 'heroes_owner',
    DATABASE_PASSWORD: PASSWORDS.owner,
    TERMINATION_LOG: '/dev/null',
  };
  return runRefresh(config, pino({ level: 'silent' }));
}

export const students = async (stack: Stack, count: number, classroom: Pick<Classroom, 'id'>): Promise<Enrolled[]> =>
  Promise.all(Array.from({ length: count }, async () => enrol(stack, classroom)));

/** Lets students begin a lesson, and some of them complete it. */
export async function teach(
  stack: Stack,
  taught: readonly Enrolled[],
  { started, completed }: { readonly started: number; readonly completed: number },
): Promise<void> {
  const { id: lessonId } = await stack.db
    .selectFrom('lessons')
    .select('id')
    .orderBy('id')
    .limit(1)
    .executeTakeFirstOrThrow();
  await stack.db
    .insertInto('lesson_progress')
    .values(
      taught
        .slice(0, started)
        .map(({ enrolmentId }, index) => ({
          session_id: enrolmentId,
          lesson_id: lessonId,
          step: 1,
          completed_at: index < completed ? new Date() : null,
        })),
    )
    .execute();
}

/** @returns when this week began, UTC. */
export function monday(): number {
  const now = new Date();
  const midnight = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  return midnight - ((now.getUTCDay() + 6) % 7) * DAY_MS;
}

/** Lets students say at a time how they feel. */
export async function feel(
  stack: Stack,
  felt: readonly Enrolled[],
  { feeling, at }: { readonly feeling: string; readonly at: number },
): Promise<void> {
  await stack.db
    .insertInto('check_ins')
    .values(
      felt.map(({ enrolmentId, classroomId }) => ({
        id: randomUUID(),
        enrolment_id: enrolmentId,
        classroom_id: classroomId,
        feeling,
        intensity: 3,
        felt_at: new Date(at),
        created_at: new Date(at),
      })),
    )
    .execute();
}

export interface Told {
  readonly students: number | null;
  readonly classrooms: { readonly counted: number; readonly withheld: number };
  readonly lessons: readonly Record<string, unknown>[];
  readonly checkIns: unknown;
  readonly refreshedAt: string | null;
}

/** @returns what somebody is told. */
export async function told(stack: Stack, person: Person, url: string): Promise<Told> {
  const answer = await get(stack, person, url);
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['cache-control']).toBe('no-store');
  return answer.json<Told>();
}

export const ofClass = (classroom: Pick<Classroom, 'id'>): string => `/v1/classrooms/${classroom.id}/analytics`;
export const ofSchool = (schoolId: string): string => `/v1/schools/${schoolId}/analytics`;

/** What the suites of retention share: time that passes, and what is kept meanwhile. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { pino } from 'pino';
import { enforceRetention, type RetentionOutcome } from '@heroes/jobs/retention.ts';
import { KEPT_CLASSES, type KeptClass, type Table } from '@heroes/migrations/retention.ts';
import { parseRetentionPolicy, type RetentionPolicy } from '@heroes/runtime/retention-policy.ts';
import type { Enrolled } from './people.ts';
import type { Stack } from './stack.ts';

export const DAY_MS = 86_400_000;

/** Times of the suites' own, so that a district's defaults can change. */
const DAYS: Readonly<Record<KeptClass, number>> = {
  Operational: 7,
  Export: 7,
  CheckIn: 30,
  ActivityResponse: 90,
  HelpSignal: 365,
  IncidentReport: 365,
  StudentSession: 90,
  Classroom: 365,
  Account: 730,
  Audit: 365,
  Evidence: 2190,
};

export const RULES = KEPT_CLASSES.map((each) => ({
  class: each,
  maxAge: `${DAYS[each]}d`,
  purpose: 'To be tested.',
  need: 'As long as a test says.',
}));
export const POLICY = parseRetentionPolicy(JSON.stringify(RULES));

export const policyWithout = (...classes: readonly string[]): RetentionPolicy =>
  parseRetentionPolicy(JSON.stringify(RULES.filter((rule) => !classes.includes(rule.class))));

/** Enforces a policy so many days from now. */
export async function afterDays(
  { db }: Stack,
  days: number,
  policy: RetentionPolicy = POLICY,
): Promise<RetentionOutcome> {
  const log = pino({ level: 'silent' });
  return enforceRetention(db, { policy, log, nowMs: Date.now() + days * DAY_MS });
}

export const rowsOf = ({ classes }: RetentionOutcome, kept: string): number | undefined =>
  classes.find((each) => each.class === kept)?.rows;

export async function count({ db }: Stack, table: Table): Promise<number> {
  const { rows } = await sql<{ count: string }>`select count(*) from ${sql.table(table)}`.execute(db);
  return Number(rows[0]?.count);
}

export async function progress({ db }: Stack, { enrolmentId }: Enrolled): Promise<void> {
  await sql`insert into lesson_progress (session_id, lesson_id, step)
    select ${enrolmentId}::uuid, id, 1 from lessons limit 1`.execute(db);
}

export async function checkIn({ db }: Stack, { enrolmentId, classroomId }: Enrolled, ageDays = 0): Promise<void> {
  const at = new Date(Date.now() - ageDays * DAY_MS);
  await db
    .insertInto('check_ins')
    .values({
      id: randomUUID(),
      enrolment_id: enrolmentId,
      classroom_id: classroomId,
      feeling: 'calm',
      intensity: 3,
      felt_at: at,
      created_at: at,
    })
    .execute();
}

export async function signal({ db }: Stack, { enrolmentId, classroomId }: Enrolled): Promise<void> {
  await db
    .insertInto('help_signals')
    .values({ enrolment_id: enrolmentId, classroom_id: classroomId, escalates_at: new Date() })
    .execute();
}

export async function report({ db }: Stack, { enrolmentId, classroomId }: Enrolled): Promise<void> {
  await db
    .insertInto('incident_reports')
    .values({ classroom_id: classroomId, enrolment_id: enrolmentId, role: 'target', category: 'verbal' })
    .execute();
}

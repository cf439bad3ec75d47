/** Making a class. */
import { randomBytes } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import { Type } from 'typebox';
import type { DB } from '@heroes/migrations/tables.ts';
import { asAccount, type Account } from '../../access/roles.ts';
import { afterCommit } from '../../data/transaction.ts';
import { classCode } from '../../domain/codes.ts';
import { Problem } from '../../http/problems.ts';
import { route } from '../../http/route.ts';
import { closed, GradeLevel, Uuid } from '../../http/schemas.ts';
import { record } from '../audit/record.ts';
import {
  answerOf,
  CLASSROOM,
  CLASSROOM_COLUMNS,
  MANAGED_BY,
  OF_A_CLASSROOM,
  SETTINGS,
  type ClassroomRow,
} from './shapes.ts';
import { requireExpiry } from './expiry.ts';

const DAYS_UNLESS_GIVEN = 180;
const DAY_MS = 86_400_000;
/** Two classes drawing the same of 2^40 codes is rare, not impossible. */
const TRIES = 5;

const { title, ...settings } = SETTINGS;
const { subject, ...declared } = OF_A_CLASSROOM;

export const createClassroom = route(
  {
    ...declared,
    method: 'POST',
    path: '/v1/classrooms',
    summary: 'Make a class, taught by who makes it',
    access: MANAGED_BY,
    schemas: {
      body: closed({
        ...Type.Partial(closed(settings)).properties,
        title,
        gradeLevel: GradeLevel,
        schoolId: Type.Optional({ ...Uuid, description: 'The school; needed by who belongs to several, or to none.' }),
      }),
    },
    answers: {
      201: { ...CLASSROOM, description: `The classroom; Location is where it is.` },
      404: { description: 'No such school that one could make a class for.' },
      422: { description: 'The school must be named, or the class would be over too soon or too late.' },
    },
  },
  async ({ body, actor, tx }, { metrics }) =>
    tx(async (db) => {
      const account = asAccount(actor);
      const now = new Date();
      const expiresAt = new Date(body.expiresAt ?? now.getTime() + DAYS_UNLESS_GIVEN * DAY_MS);
      requireExpiry(expiresAt, now);
      const row = await insert(db, {
        title: body.title,
        grade_level: body.gradeLevel,
        school_id: await schoolFor(db, account, body.schoolId),
        owner_id: account.accountId,
        expires_at: expiresAt,
        ...(body.language === undefined ? {} : { language: body.language }),
        ...(body.capacity === undefined ? {} : { capacity: body.capacity }),
        ...(body.enrolment === undefined ? {} : { enrolment: body.enrolment }),
        ...(body.consentBasis === undefined ? {} : { consent_basis: body.consentBasis }),
      });
      const detail = { grade: row.grade_level, school: row.school_id };
      await record(db, { actor, action: 'classroom.created', object: `classroom:${row.id}`, detail });
      afterCommit(db, async () => {
        metrics.activity.inc({ activity_type: 'created', grade_level: row.grade_level });
        return Promise.resolve();
      });
      const { headers, ...answer } = answerOf(row, 201);
      return { ...answer, headers: { ...headers, location: `/v1/classrooms/${row.id}` } };
    }),
);

interface NewClassroom {
  readonly title: string;
  readonly grade_level: number;
  readonly school_id: string;
  readonly owner_id: string;
  readonly expires_at: Date;
  readonly language?: string;
  readonly capacity?: number;
  readonly enrolment?: string;
  readonly consent_basis?: string;
}

async function insert(db: Transaction<DB>, values: NewClassroom): Promise<ClassroomRow> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const made = await db
      .insertInto('classrooms')
      .values({ ...values, code: classCode(randomBytes(8)) })
      .onConflict((conflict) => conflict.column('code').doNothing())
      .returning(CLASSROOM_COLUMNS)
      .executeTakeFirst();
    if (made !== undefined) return made;
  }
  throw new Error('no free class code was found');
}

/** @returns the school of the class. @throws Problem 404 for one that the account cannot make classes for, 422 when it must be named. */
async function schoolFor(db: Transaction<DB>, { grants }: Account, named: string | undefined): Promise<string> {
  const own = new Set(grants.flatMap(({ schoolId }) => (schoolId === undefined ? [] : [schoolId])));
  const isAnyones = grants.some(({ role }) => role === 'district_admin');
  const [only] = own;
  const schoolId = named ?? (own.size === 1 ? only : undefined);
  if (schoolId === undefined)
    throw new Problem({
      status: 422,
      detail: 'Name the school of the class as schoolId: you do not belong to exactly one.',
    });
  const isThere =
    (isAnyones || own.has(schoolId)) &&
    (await db
      .selectFrom('schools')
      .select(sql<number>`1`.as('one'))
      .where('id', '=', schoolId)
      .where('archived_at', 'is', null)
      .executeTakeFirst()) !== undefined;
  if (!isThere) throw new Problem({ status: 404, detail: 'There is no such school that you could make a class for.' });
  return schoolId;
}

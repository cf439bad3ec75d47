/** Incident reports as they are kept. */
import { sql, type Transaction } from 'kysely';
import { Type, type Static } from 'typebox';
import type { DB } from '@heroes/migrations/tables.ts';
import {
  canHaveHappened,
  INCIDENT_CATEGORIES,
  INCIDENT_STATES,
  REPORTER_ROLES,
  type IncidentCategory,
  type IncidentState,
} from '../../domain/incidents.ts';
import { pageFrom, UUID_PART, type PageRequest } from '../../http/paging.ts';
import { Problem } from '../../http/problems.ts';
import { CalendarDate, closed, Time, Uuid } from '../../http/schemas.ts';
import { enqueue } from '../outbox/enqueue.ts';
import type { Scope } from './queue.ts';

export const REPORTS = 'incidents';
/** What orders them: the rank, the age in milliseconds, the id. */
export const REPORTS_PARTS = [/^[012]$/, /^-?\d{1,15}$/, UUID_PART];

export const Category = Type.Enum([...INCIDENT_CATEGORIES], {
  type: 'string',
  description:
    'physical; verbal; exclusion from a group; threat; property taken or broken; online; identity (for who somebody is); other.',
});
export const Description = Type.String({
  minLength: 1,
  maxLength: 1000,
  pattern: '\\S',
  description: 'What happened, in one’s own words. Only where the district allows free text.',
});
const State = Type.Enum([...INCIDENT_STATES], { type: 'string', description: 'new, reviewed, or closed.' });

export const IncidentReport = closed({
  id: Uuid,
  classroomId: Uuid,
  role: Type.Enum([...REPORTER_ROLES], {
    type: 'string',
    description: 'What the reporter was: target, bystander, or an adult.',
  }),
  category: Category,
  happenedOn: Type.Union([CalendarDate, Type.Null()]),
  description: Type.Union([Description, Type.Null()]),
  reporter: Type.Union([Type.String({ maxLength: 40 }), Type.Null()], {
    description: 'The alias of a student who reports what was done to them; that of a bystander is told to nobody.',
  }),
  reportedBy: Type.Union([Uuid, Type.Null()], { description: 'The account of an adult who reports.' }),
  state: State,
  createdAt: Time,
  reviewedAt: Type.Union([Time, Type.Null()]),
  reviewedBy: Type.Union([Uuid, Type.Null()]),
});
export type IncidentReport = Static<typeof IncidentReport>;

export interface NewReport {
  readonly classroomId: string;
  readonly enrolmentId?: string;
  readonly reportedBy?: string;
  readonly role: (typeof REPORTER_ROLES)[number];
  readonly category: IncidentCategory;
  readonly happenedOn?: string | undefined;
  readonly description?: string | undefined;
}

/** More in a day is no child's report any more; the class's facilitator must not lose the others among them. */
const MOST_A_DAY = 20;

/** Keeps a report, and tells of it. @throws Problem 422 for a day or a text that cannot be, 429 for too many of one student. */
export async function report(db: Transaction<DB>, made: NewReport) {
  await assertAllowed(db, made);
  if (made.enrolmentId !== undefined) await assertNotFlooding(db, made.enrolmentId);
  const { id, created_at: createdAt } = await db
    .insertInto('incident_reports')
    .values({
      classroom_id: made.classroomId,
      enrolment_id: made.enrolmentId ?? null,
      reported_by: made.reportedBy ?? null,
      role: made.role,
      category: made.category,
      happened_at: made.happenedOn ?? null,
      description: made.description ?? null,
    })
    .returning(['id', 'created_at'])
    .executeTakeFirstOrThrow();
  await enqueue(db, 'incident.reported', { incidentId: id, classroomId: made.classroomId });
  return { id, createdAt: createdAt.toISOString() };
}

async function assertAllowed(db: Transaction<DB>, { happenedOn, description }: NewReport): Promise<void> {
  if (happenedOn !== undefined && !canHaveHappened(happenedOn, new Date()))
    throw new Problem({
      status: 422,
      detail: 'happenedOn takes a day of the last year, up to today. Leave it out if it is not known.',
    });
  if (description === undefined) return;
  const { free_text: allowed } = await db.selectFrom('district_settings').select('free_text').executeTakeFirstOrThrow();
  if (!allowed)
    throw new Problem({
      status: 422,
      detail: 'This district takes no free text. Send the report again without a description: the category is enough.',
      errors: [{ pointer: '/body/description', detail: 'is not taken by this district' }],
    });
}

async function assertNotFlooding(db: Transaction<DB>, enrolmentId: string): Promise<void> {
  const { reports } = await db
    .selectFrom('incident_reports')
    .select(({ fn }) => fn.countAll<string>().as('reports'))
    .where('enrolment_id', '=', enrolmentId)
    .where('created_at', '>', sql<Date>`now() - interval '1 day'`)
    .executeTakeFirstOrThrow();
  if (Number(reports) >= MOST_A_DAY)
    throw new Problem({
      status: 429,
      detail: `${MOST_A_DAY} reports were sent today. Tell your teacher, or ask for help with POST /v1/me/help.`,
      retryAfterSeconds: 3600,
    });
}

const RANK = sql<number>`case i.state when 'new' then 0 when 'reviewed' then 1 else 2 end`;
const AGE = sql<number>`(- extract(epoch from i.created_at) * 1000)::float8`;

/** @returns a page of reports: new ones first, and of each state the latest first. */
export async function pageOfReports(db: Transaction<DB>, scope: Scope, { limit, after }: PageRequest) {
  const found = await reported(db, scope)
    .select([RANK.as('rank'), AGE.as('age')])
    .$if(after !== undefined, (query) => {
      const [rank = 0, age = 0, id = ''] = after ?? [];
      return query.where(
        sql<boolean>`(${RANK}, ${AGE}, i.id) > (${Number(rank)}, ${Number(age)}, ${String(id)}::uuid)`,
      );
    })
    .orderBy('rank')
    .orderBy('age')
    .orderBy('i.id')
    .limit(limit + 1)
    .execute();
  const { rows, nextCursor } = pageFrom(REPORTS, found, { limit, position: ({ rank, age, id }) => [rank, age, id] });
  return { items: rows.map(shown), nextCursor };
}

/** @returns a class's report, locked where it is to be changed; undefined when there is none. */
export async function oneReport(
  db: Transaction<DB>,
  { classroomId, incidentId }: { readonly classroomId: string; readonly incidentId: string },
): Promise<IncidentReport | undefined> {
  const row = await reported(db, { kind: 'classroom', classroomId })
    .where('i.id', '=', incidentId)
    .modifyEnd(sql`for update of i`)
    .executeTakeFirst();
  return row && shown(row);
}

function reported(db: Transaction<DB>, scope: Scope) {
  const all = db
    .selectFrom('incident_reports as i')
    .leftJoin('student_sessions as s', (join) => join.onRef('s.id', '=', 'i.enrolment_id').on('i.role', '=', 'target'))
    .selectAll('i')
    .select(['s.alias', sql<string | null>`i.happened_at::text`.as('day')]);
  if (scope.kind === 'classroom') return all.where('i.classroom_id', '=', scope.classroomId);
  if (scope.kind === 'district') return all;
  return all.where((eb) =>
    eb.exists(
      eb
        .selectFrom('classrooms as c')
        .whereRef('c.id', '=', 'i.classroom_id')
        .where('c.school_id', '=', scope.schoolId),
    ),
  );
}

type Row = Awaited<ReturnType<ReturnType<typeof reported>['executeTakeFirstOrThrow']>>;

const shown = (row: Row): IncidentReport => ({
  id: row.id,
  classroomId: row.classroom_id,
  role: row.role as IncidentReport['role'],
  category: row.category as IncidentCategory,
  happenedOn: row.day,
  description: row.description,
  reporter: row.alias,
  reportedBy: row.reported_by,
  state: row.state as IncidentState,
  createdAt: row.created_at.toISOString(),
  reviewedAt: row.reviewed_at?.toISOString() ?? null,
  reviewedBy: row.reviewed_by,
});

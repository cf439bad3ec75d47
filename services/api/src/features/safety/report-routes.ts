/** Incidents are reported by students and adults, and reviewed by adults. */
import { sql } from 'kysely';
import { Type } from 'typebox';
import { asAccount } from '../../access/roles.ts';
import { mayBecome, STUDENT_ROLES } from '../../domain/incidents.ts';
import { pageRequest } from '../../http/paging.ts';
import { Problem } from '../../http/problems.ts';
import { route, type Answer, type Call, type Declaration, type Route } from '../../http/route.ts';
import { CalendarDate, closed, pageOf, PAGING, Time, Uuid } from '../../http/schemas.ts';
import { record } from '../audit/record.ts';
import { resourcesFor } from './crisis.ts';
import { studentOf } from '../students/declared.ts';
import { Resources } from './help-routes.ts';
import type { Scope } from './queue.ts';
import {
  Category,
  Description,
  IncidentReport,
  oneReport,
  pageOfReports,
  report,
  REPORTS,
  REPORTS_PARTS,
} from './reports.ts';

const declared = {
  tag: 'Safety',
  data: 'Safety',
  retention: 'IncidentReport',
  rate: 'subject',
} as const satisfies Partial<Declaration>;

const what = {
  category: Category,
  happenedOn: Type.Optional(CalendarDate),
  description: Type.Optional(Description),
} as const;

const made = { id: Uuid, createdAt: Time } as const;
const refused = { 422: { description: 'The day cannot be, or the district takes no free text.' } };

const byStudent = route(
  {
    ...declared,
    method: 'POST',
    path: '/v1/me/incidents',
    summary: 'Report an incident, as its target or as a bystander',
    access: { student: 'own' },
    priority: 'essential',
    schemas: {
      body: closed({
        role: Type.Enum([...STUDENT_ROLES], { type: 'string', description: 'What one was in it.' }),
        ...what,
      }),
    },
    answers: {
      201: {
        description: 'It has been reported, and whom else to turn to.',
        schema: closed({ ...made, crisis: Resources }),
      },
      ...refused,
      429: { description: 'So many were reported today that the facilitator must be asked instead.' },
    },
  },
  async ({ actor, body, tx }) => {
    const { enrolmentId, classroomId } = studentOf(actor);
    const kept = await tx(async (db) => report(db, { ...body, enrolmentId, classroomId }));
    return { status: 201, body: { ...kept, crisis: resourcesFor() } };
  },
);

const byAdult = route(
  {
    ...declared,
    method: 'POST',
    path: '/v1/classrooms/:classroomId/incidents',
    summary: 'Report an incident in a class, as an adult',
    access: { facilitator: 'own', school_admin: 'own', district_admin: 'any' },
    subject: 'classroom',
    schemas: { params: closed({ classroomId: Uuid }), body: closed(what) },
    answers: { 201: { description: 'It has been reported.', schema: closed(made) }, ...refused },
  },
  async ({ actor, params: { classroomId }, body, tx }) => {
    const { accountId } = asAccount(actor);
    const kept = await tx(async (db) => {
      const { id, createdAt } = await report(db, { ...body, role: 'adult', reportedBy: accountId, classroomId });
      await record(db, { actor, action: 'incident.reported', object: `incident:${id}`, detail: { classroomId } });
      return { id, createdAt };
    });
    return { status: 201, body: kept };
  },
);

const page = { 200: { description: 'A page of reports: new ones first.', schema: pageOf(IncidentReport) } };

const ofClassroom = route(
  {
    ...declared,
    method: 'GET',
    path: '/v1/classrooms/:classroomId/incidents',
    summary: 'List the incidents reported in a class',
    access: { facilitator: 'own', school_admin: 'own', district_admin: 'any' },
    subject: 'classroom',
    schemas: { params: closed({ classroomId: Uuid }), query: closed({ ...PAGING }) },
    answers: page,
  },
  async (call) => list(call, { kind: 'classroom', classroomId: call.params.classroomId }),
);

const ofSchool = route(
  {
    ...declared,
    method: 'GET',
    path: '/v1/schools/:schoolId/incidents',
    summary: 'List the incidents reported in a school',
    access: { school_admin: 'own', district_admin: 'any' },
    subject: 'school',
    schemas: { params: closed({ schoolId: Uuid }), query: closed({ ...PAGING }) },
    answers: page,
  },
  async (call) => list(call, { kind: 'school', schoolId: call.params.schoolId }),
);

const ofDistrict = route(
  {
    ...declared,
    method: 'GET',
    path: '/v1/district/incidents',
    summary: 'List the incidents reported in the district',
    access: { district_admin: 'any' },
    schemas: { query: closed({ ...PAGING }) },
    answers: page,
  },
  async (call) => list(call, { kind: 'district' }),
);

type Paged = Pick<Call, 'tx'> & { readonly query: { readonly limit?: number; readonly cursor?: string } };

async function list({ query, tx }: Paged, scope: Scope): Promise<Answer> {
  const asked = pageRequest(REPORTS, REPORTS_PARTS, query);
  return { status: 200, body: await tx(async (db) => pageOfReports(db, scope, asked)) };
}

const review = route(
  {
    ...declared,
    method: 'PATCH',
    path: '/v1/classrooms/:classroomId/incidents/:incidentId',
    summary: 'Review or close a reported incident, or take its words away, as where they name a child',
    access: { facilitator: 'own', school_admin: 'own', district_admin: 'any' },
    subject: 'classroom',
    schemas: {
      params: closed({ classroomId: Uuid, incidentId: Uuid }),
      body: closed(
        {
          state: Type.Optional(
            Type.Enum(['reviewed', 'closed'], { type: 'string', description: 'What has been done about it.' }),
          ),
          description: Type.Optional(Type.Null({ description: 'Takes the words away, for good.' })),
        },
        { minProperties: 1 },
      ),
    },
    answers: {
      200: { description: 'The report as it is now; done twice, it is the same.', schema: IncidentReport },
      404: { description: 'The class has no such report.' },
      409: { description: 'It has been closed.' },
    },
  },
  async ({ actor, params, body, tx }) =>
    tx(async (db) => {
      const before = await oneReport(db, params);
      if (before === undefined) throw new Problem({ status: 404, detail: 'There is no such incident in this class.' });
      const { state = before.state } = body;
      if (!mayBecome(before.state, state))
        throw new Problem({ status: 409, detail: `The report is ${before.state}: it does not become ${state} again.` });
      const done = [
        ...(state === before.state ? [] : [`incident.${state}`]),
        ...(body.description === null && before.description !== null ? ['incident.redacted'] : []),
      ];
      if (done.length === 0) return { status: 200, body: before };
      await db
        .updateTable('incident_reports')
        .set({
          ...(state === before.state
            ? {}
            : { state, reviewed_at: sql<Date>`now()`, reviewed_by: asAccount(actor).accountId }),
          ...(body.description === null ? { description: null } : {}),
        })
        .where('id', '=', params.incidentId)
        .execute();
      const { classroomId } = params;
      for (const action of done)
        await record(db, { actor, action, object: `incident:${before.id}`, detail: { classroomId } });
      return { status: 200, body: await oneReport(db, params) };
    }),
);

export const REPORT_ROUTES: readonly Route[] = [byStudent, byAdult, ofClassroom, review, ofSchool, ofDistrict];

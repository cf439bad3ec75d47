/** The district's schools. */
import { sql } from 'kysely';
import { Type } from 'typebox';
import { rolesOf, schoolsOf, type Account } from '../../access/roles.ts';
import { pageFrom } from '../../http/paging.ts';
import { Problem } from '../../http/problems.ts';
import { route, type Declaration, type Route } from '../../http/route.ts';
import { closed, pageOf, PAGING, Time, Uuid } from '../../http/schemas.ts';
import { record } from '../audit/record.ts';
import { pageByTime } from './keyset.ts';
import { schoolPage } from './school-rows.ts';

const LIST = 'schools';

const declared = { tag: 'Schools', data: 'Operational', retention: 'None', rate: 'subject' } as const;
const district = { ...declared, access: { district_admin: 'any' } } as const satisfies Partial<Declaration>;

const Name = Type.String({
  minLength: 1,
  maxLength: 120,
  pattern: '^\\S(.*\\S)?$',
  description: 'Name of the school; no two are called the same.',
});
const School = closed({ id: Uuid, name: Name, archivedAt: Type.Union([Time, Type.Null()]) });
const params = closed({ schoolId: Uuid });
const TAKEN = { description: 'Another school is called so.' };

const listSchools = route(
  {
    ...declared,
    access: { facilitator: 'own', school_admin: 'own', district_admin: 'any', platform_operator: 'any' },
    method: 'GET',
    path: '/v1/schools',
    summary: 'List the schools: those that one belongs to, or all of the district',
    schemas: { query: closed({ ...PAGING }) },
    answers: { 200: { description: 'A page of schools.', schema: pageOf(School) } },
  },
  async ({ actor, query, tx }) => {
    const page = pageByTime(LIST, query);
    const seesAll = rolesOf(actor).some((role) => role === 'district_admin' || role === 'platform_operator');
    const found = await tx(async (db) => schoolPage(db, page, seesAll ? undefined : schoolsOf(actor as Account)));
    const { rows, nextCursor } = pageFrom(LIST, found, {
      limit: page.limit,
      position: ({ madeAt, id }) => [madeAt, id],
    });
    return { status: 200, body: { items: rows, nextCursor } };
  },
);

const createSchool = route(
  {
    ...district,
    method: 'POST',
    path: '/v1/schools',
    summary: 'Add a school',
    schemas: { body: closed({ name: Name }) },
    answers: { 201: { description: 'The school.', schema: School }, 409: TAKEN },
  },
  async ({ actor, body: { name }, tx }) =>
    tx(async (db) => {
      const made = await db
        .insertInto('schools')
        .values({ name })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .returning('id')
        .executeTakeFirst();
      if (made === undefined) throw nameTaken();
      const { id } = made;
      await record(db, { actor, action: 'school.created', object: `school:${id}` });
      return { status: 201, body: { id, name, archivedAt: null }, headers: { location: `/v1/schools/${id}` } };
    }),
);

const changeSchool = route(
  {
    ...district,
    method: 'PATCH',
    path: '/v1/schools/:schoolId',
    subject: 'school',
    summary: 'Rename a school, archive it, or take it out of the archive. Nobody is invited to an archived school',
    schemas: {
      params,
      body: closed({ name: Type.Optional(Name), archived: Type.Optional(Type.Boolean()) }, { minProperties: 1 }),
    },
    answers: {
      200: { description: 'The school.', schema: School },
      404: { description: 'There is no such school.' },
      409: TAKEN,
    },
  },
  async ({ actor, body, params: { schoolId }, tx }) =>
    tx(async (db) => {
      const { name, archived } = body;
      if (name !== undefined) {
        const other = db.selectFrom('schools').select('id').where('name', '=', name).where('id', '<>', schoolId);
        if ((await other.executeTakeFirst()) !== undefined) throw nameTaken();
      }
      const school = await db
        .updateTable('schools')
        .set({
          ...(name === undefined ? {} : { name }),
          ...(archived === undefined ? {} : { archived_at: archived ? sql`coalesce(archived_at, now())` : null }),
        })
        .where('id', '=', schoolId)
        .returning(['id', 'name', 'archived_at'])
        .executeTakeFirstOrThrow();
      const detail = { renamed: name !== undefined, ...(archived === undefined ? {} : { archived }) };
      await record(db, { actor, action: 'school.changed', object: `school:${schoolId}`, detail });
      const { archived_at: archivedAt } = school;
      return { status: 200, body: { ...school, archivedAt: archivedAt?.toISOString() ?? null } };
    }),
);

export const SCHOOL_ROUTES: readonly Route[] = [listSchools, createSchool, changeSchool];

const nameTaken = (): Problem =>
  new Problem({ status: 409, detail: 'Another school is called so. Choose another name.' });

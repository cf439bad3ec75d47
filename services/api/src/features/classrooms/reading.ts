/** The classes that one answers for. */
import { sql, type Expression, type ExpressionBuilder, type SqlBool } from 'kysely';
import { Type } from 'typebox';
import type { DB } from '@heroes/migrations/tables.ts';
import { administeredSchools, type Account, type Actor } from '../../access/roles.ts';
import { NUMBER_PART, pageFrom, pageRequest, UUID_PART } from '../../http/paging.ts';
import { route } from '../../http/route.ts';
import { closed, pageOf, PAGING } from '../../http/schemas.ts';
import { anyOf } from '../../data/any-of.ts';
import {
  answerOf,
  Classroom,
  CLASSROOM,
  CLASSROOM_COLUMNS,
  classroomOf,
  createdMicros,
  MANAGED_BY,
  OF_A_CLASSROOM,
  params,
} from './shapes.ts';

const LIST = 'classrooms';
const { subject, ...declared } = OF_A_CLASSROOM;

export const listClassrooms = route(
  {
    ...declared,
    method: 'GET',
    path: '/v1/classrooms',
    summary: 'List the classes that one teaches or administers, the newest first',
    access: MANAGED_BY,
    schemas: {
      query: closed({
        ...PAGING,
        archived: Type.Optional(
          Type.Boolean({ default: false, description: 'Those that are archived instead of those that are not.' }),
        ),
      }),
    },
    answers: { 200: { description: 'A page of classrooms.', schema: pageOf(Classroom) } },
  },
  async ({ query, actor, tx }) => {
    const { limit, after } = pageRequest(LIST, [NUMBER_PART, UUID_PART], query);
    const found = await tx(async (db) => {
      let rows = db
        .selectFrom('classrooms')
        .select(CLASSROOM_COLUMNS)
        .where((row) => isOwn(row, actor))
        .where('archived_at', query.archived === true ? 'is not' : 'is', null)
        .orderBy(createdMicros, 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1);
      if (after !== undefined)
        rows = rows.where(sql<SqlBool>`(${createdMicros}, classrooms.id) < (${after[0]}::bigint, ${after[1]}::uuid)`);
      return rows.execute();
    });
    const { rows, nextCursor } = pageFrom(LIST, found, { limit, position: (row) => [row.created_micros, row.id] });
    return { status: 200, body: { items: rows.map(classroomOf), nextCursor } };
  },
);

export const getClassroom = route(
  {
    ...OF_A_CLASSROOM,
    method: 'GET',
    path: '/v1/classrooms/:classroomId',
    summary: 'Read a class',
    access: MANAGED_BY,
    schemas: { params },
    answers: { 200: CLASSROOM },
  },
  async ({ params: { classroomId }, tx }) =>
    tx(async (db) =>
      answerOf(
        await db
          .selectFrom('classrooms')
          .select(CLASSROOM_COLUMNS)
          .where('id', '=', classroomId)
          .executeTakeFirstOrThrow(),
      ),
    ),
);

/** What {@link ../../access/reach.ts} asks of one class, of all of them. */
function isOwn(row: ExpressionBuilder<DB, 'classrooms'>, actor: Actor): Expression<SqlBool> {
  if (actor.kind !== 'account') return sql<SqlBool>`false`;
  if (actor.grants.some(({ role }) => role === 'district_admin')) return sql<SqlBool>`true`;
  return row.or([
    row.and([row('owner_id', '=', actor.accountId), row('school_id', '=', anyOf(taughtSchools(actor)))]),
    row('school_id', '=', anyOf(administeredSchools(actor))),
  ]);
}

const taughtSchools = ({ grants }: Account): readonly string[] =>
  grants.flatMap(({ role, schoolId }) => (role === 'facilitator' && schoolId !== undefined ? [schoolId] : []));

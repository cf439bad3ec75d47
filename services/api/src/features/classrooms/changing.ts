/** Changing and archiving a class. */
import { sql, type Transaction, type UpdateObject } from 'kysely';
import { Type } from 'typebox';
import type { DB } from '@heroes/migrations/tables.ts';
import { Problem } from '../../http/problems.ts';
import { route } from '../../http/route.ts';
import { closed } from '../../http/schemas.ts';
import { record } from '../audit/record.ts';
import { endLiveSession } from '../live/sessions.ts';
import { requireExpiry } from './expiry.ts';
import { fitSeats } from './seats.ts';
import {
  answerOf,
  ARCHIVED,
  changedMicros,
  CLASSROOM,
  CLASSROOM_COLUMNS,
  MANAGED_BY,
  OF_A_CLASSROOM,
  params,
  SETTINGS,
  type ClassroomRow,
} from './shapes.ts';

export const changeClassroom = route(
  {
    ...OF_A_CLASSROOM,
    method: 'PATCH',
    path: '/v1/classrooms/:classroomId',
    summary: 'Change a class; with If-Match, only as it was when that ETag was given',
    access: MANAGED_BY,
    schemas: { params, body: closed(Type.Partial(closed(SETTINGS)).properties, { minProperties: 1 }) },
    answers: {
      200: CLASSROOM,
      409: ARCHIVED,
      412: { description: 'The class has been changed since. Read it again.' },
      422: { description: 'The class would be over too soon or too late.' },
    },
  },
  async ({ params: { classroomId }, body, headers, actor, tx }) =>
    tx(async (db) => {
      const expiresAt = body.expiresAt === undefined ? undefined : new Date(body.expiresAt);
      if (expiresAt !== undefined) requireExpiry(expiresAt, new Date());
      await requireTag(db, classroomId, headers['if-match']);
      const row = await updateActive(db, classroomId, {
        ...(body.title === undefined ? {} : { title: body.title }),
        ...(body.language === undefined ? {} : { language: body.language }),
        ...(body.capacity === undefined ? {} : { capacity: body.capacity }),
        ...(body.enrolment === undefined ? {} : { enrolment: body.enrolment }),
        ...(body.consentBasis === undefined ? {} : { consent_basis: body.consentBasis }),
        ...(expiresAt === undefined ? {} : { expires_at: expiresAt }),
      });
      if (body.capacity !== undefined) await fitSeats(db, classroomId);
      const detail = { fields: Object.keys(body).sort().join(' ') };
      await record(db, { actor, action: 'classroom.changed', object: `classroom:${classroomId}`, detail });
      return answerOf(row);
    }),
);

export const archiveClassroom = route(
  {
    ...OF_A_CLASSROOM,
    method: 'POST',
    path: '/v1/classrooms/:classroomId/archive',
    summary:
      'Archive a class: nobody comes in any more, those in it are sent out, and what they did stays until its time is over',
    access: MANAGED_BY,
    schemas: { params },
    answers: { 200: CLASSROOM, 409: ARCHIVED },
  },
  async ({ params: { classroomId }, actor, tx }, context) =>
    tx(async (db) => {
      const row = await updateActive(db, classroomId, { archived_at: sql<Date>`now()` });
      await endLiveSession(db, context, { actor, classroomId });
      await record(db, { actor, action: 'classroom.archived', object: `classroom:${classroomId}` });
      return answerOf(row);
    }),
);

/** @returns the class as it is then. @throws Problem 409 when it is archived. */
export async function updateActive(
  db: Transaction<DB>,
  classroomId: string,
  changes: UpdateObject<DB, 'classrooms'>,
): Promise<ClassroomRow> {
  const row = await db
    .updateTable('classrooms')
    .set({ ...changes, updated_at: sql<Date>`now()` })
    .where('id', '=', classroomId)
    .where('archived_at', 'is', null)
    .returning(CLASSROOM_COLUMNS)
    .executeTakeFirst();
  if (row === undefined)
    throw new Problem({ status: 409, detail: 'The class is archived and is not changed any more.' });
  return row;
}

/** Holds the class from here on. @throws Problem 412 when it is not as it was when the tag was given (RFC 9110, 13.1.1). */
async function requireTag(db: Transaction<DB>, classroomId: string, tag: string | string[] | undefined): Promise<void> {
  if (tag === undefined || tag === '*') return;
  const { micros } = await db
    .selectFrom('classrooms')
    .select(changedMicros.as('micros'))
    .where('id', '=', classroomId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const tags = String(tag).split(',');
  if (!tags.some((each) => each.trim() === `"${micros}"`))
    throw new Problem({ status: 412, detail: 'The class has been changed since. Read it again, then change it.' });
}

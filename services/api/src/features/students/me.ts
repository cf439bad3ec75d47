/** Who one is in class, as far as anybody knows. */
import { Type } from 'typebox';
import { route } from '../../http/route.ts';
import { closed, GradeLevel, Time, Uuid } from '../../http/schemas.ts';
import { OF_ME, studentOf } from './declared.ts';

export const getMe = route(
  {
    ...OF_ME,
    method: 'GET',
    path: '/v1/me',
    summary: 'See who one is in class',
    schemas: {},
    answers: {
      200: {
        description: 'The student.',
        schema: closed({
          id: { ...Uuid, description: 'The enrolment; by it a family asks for what is kept.' },
          alias: Type.String(),
          classroomId: Uuid,
          gradeLevel: GradeLevel,
          language: Type.String({ description: 'What the class is taught in (BCP 47).' }),
          joinedAt: Time,
        }),
      },
    },
  },
  async ({ actor, tx }) => {
    const { enrolmentId, classroomId } = studentOf(actor);
    const row = await tx(async (db) =>
      db
        .selectFrom('student_sessions')
        .innerJoin('classrooms', 'classrooms.id', 'student_sessions.classroom_id')
        .select(['alias', 'grade_level', 'language', 'student_sessions.created_at as joined_at'])
        .where('student_sessions.id', '=', enrolmentId)
        .executeTakeFirstOrThrow(),
    );
    const body = {
      id: enrolmentId,
      alias: row.alias,
      classroomId,
      gradeLevel: row.grade_level,
      language: row.language,
      joinedAt: row.joined_at.toISOString(),
    };
    return { status: 200, body };
  },
);

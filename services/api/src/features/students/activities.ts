/** Answers to activities. */
import { Type } from 'typebox';
import { choicesTaken } from '../../domain/answers.ts';
import { ITEM_REFUSALS } from '../../domain/sync.ts';
import { Problem } from '../../http/problems.ts';
import { route } from '../../http/route.ts';
import { closed, LessonId, Time } from '../../http/schemas.ts';
import { writeAnswers } from './answer-writes.ts';
import { activitiesInClass } from './catalogue.ts';
import { OF_ME, studentOf } from './declared.ts';
import { ActivityId, Choices, Version } from './shapes.ts';

export const answerActivity = route(
  {
    ...OF_ME,
    method: 'PUT',
    path: '/v1/me/lessons/:lessonId/activities/:activityId',
    summary: 'Answer an activity of a lesson; another answer takes the place of the former',
    retention: 'ActivityResponse',
    schemas: {
      params: closed({ lessonId: LessonId, activityId: ActivityId }),
      body: closed({ choices: Choices, version: Type.Optional(Version) }),
    },
    answers: {
      200: {
        description: 'It is kept.',
        schema: closed({
          lessonId: LessonId,
          version: Type.Integer(),
          activityId: ActivityId,
          choices: Type.Array(Type.Integer()),
          answeredAt: Time,
        }),
      },
      404: { description: 'No such lesson that students work with, or no such activity in it.' },
      422: { description: 'The activity does not take these choices.' },
    },
  },
  async ({ params: { lessonId, activityId }, body, actor, tx }) =>
    tx(async (db) => {
      const student = studentOf(actor);
      const lesson = await activitiesInClass(db, { classroomId: student.classroomId, lessonId, version: body.version });
      if (lesson === undefined) throw new Problem({ status: 404, detail: ITEM_REFUSALS.lesson });
      const activity = lesson.activities.find(({ id }) => id === activityId);
      if (activity === undefined) throw new Problem({ status: 404, detail: ITEM_REFUSALS.activity });
      const choices = choicesTaken(activity, body.choices);
      if (choices === undefined) throw new Problem({ status: 422, detail: ITEM_REFUSALS.choices });
      const answered = new Date();
      const answer = { lessonId, version: lesson.version, activityId, choices };
      await writeAnswers(db, student, [{ ...answer, answeredAtMs: answered.getTime() }]);
      return { status: 200, body: { ...answer, answeredAt: answered.toISOString() } };
    }),
);

/** Lessons as everybody may read them: published ones, ready in the pod's memory. */
import { Type, type Static } from 'typebox';
import { isFound } from '../../domain/lesson-query.ts';
import { conditional, type Representation } from '../../http/conditional.ts';
import { NUMBER_PART, pageFrom, pageRequest, type PageRequest } from '../../http/paging.ts';
import { Problem } from '../../http/problems.ts';
import { route, type Route } from '../../http/route.ts';
import { closed, GradeLevel, LessonId, pageOf, PAGING } from '../../http/schemas.ts';
import { PUBLIC_FOR_A_MINUTE, READ } from './declared.ts';
import type { CatalogueEntry } from './published.ts';
import { Bundle, Category, Language, Lesson, LessonSummary, Version } from './shapes.ts';

const LIST = 'lessons';

const UNCHANGED = { description: 'The client has it.' };
const NO_LESSON = { description: 'No lesson of that id is published.' };

const Query = closed({
  ...PAGING,
  grade: Type.Optional(GradeLevel),
  category: Type.Optional(Category),
  language: Type.Optional(Language),
});

const listLessons = route(
  {
    ...READ,
    path: '/v1/lessons',
    summary: 'List the published lessons, in the order in which they are taught',
    schemas: { query: Query },
    answers: { 200: { description: 'A page of lessons.', schema: pageOf(LessonSummary) }, 304: UNCHANGED },
  },
  async (call, { library }) => {
    const { limit, grade = '', category = '', language = '' } = call.query;
    const asked = pageRequest(LIST, [NUMBER_PART], call.query);
    const name = [grade, category, language, limit ?? '', asked.after?.[0] ?? ''].join(':');
    return conditional(call, await library.page(name, write(asked, call.query)), PUBLIC_FOR_A_MINUTE);
  },
);

const write =
  ({ limit, after }: PageRequest, query: Static<typeof Query>) =>
  (lessons: readonly CatalogueEntry[]) => {
    const from = Number(after?.[0] ?? 0);
    const found = lessons.filter(({ position, lesson }) => position > from && isFound(lesson, query));
    const { rows, nextCursor } = pageFrom(LIST, found, { limit, position: ({ position }) => [position] });
    return JSON.stringify({ items: rows.map(({ lesson }) => lesson), nextCursor });
  };

const getLesson = route(
  {
    ...READ,
    path: '/v1/lessons/:lessonId',
    summary: 'Read a published lesson',
    schemas: { params: closed({ lessonId: LessonId }) },
    answers: { 200: { description: 'The lesson.', schema: Lesson }, 304: UNCHANGED, 404: NO_LESSON },
  },
  async (call, { library }) => {
    const { lessonId } = call.params;
    return conditional(call, found(await library.lesson(lessonId), lessonId), PUBLIC_FOR_A_MINUTE);
  },
);

const getVersion = route(
  {
    ...READ,
    path: '/v1/lessons/:lessonId/versions/:version',
    summary: 'Read a version of a lesson that is, or was, published',
    schemas: { params: closed({ lessonId: LessonId, version: Version }) },
    answers: {
      200: { description: 'The lesson in that version.', schema: Lesson },
      304: UNCHANGED,
      404: { description: 'No such version was ever published.' },
    },
  },
  async (call, { library }) => {
    const { lessonId, version } = call.params;
    const representation = await library.version(lessonId, version);
    if (representation === undefined)
      throw new Problem({ status: 404, detail: `Version ${version} of ${lessonId} was never published.` });
    return conditional(call, representation, PUBLIC_FOR_A_MINUTE);
  },
);

const getBundle = route(
  {
    ...READ,
    path: '/v1/lessons/:lessonId/bundle',
    summary: 'Read a published lesson with all that a device needs to show it offline; Repr-Digest has its digest',
    schemas: { params: closed({ lessonId: LessonId }) },
    answers: { 200: { description: 'The bundle.', schema: Bundle }, 304: UNCHANGED, 404: NO_LESSON },
  },
  async (call, { library }) => {
    const { lessonId } = call.params;
    return conditional(call, found(await library.bundle(lessonId, Date.now()), lessonId), PUBLIC_FOR_A_MINUTE);
  },
);

export const READER_ROUTES: readonly Route[] = [listLessons, getLesson, getVersion, getBundle];

function found(representation: Representation | undefined, lessonId: string): Representation {
  if (representation !== undefined) return representation;
  throw new Problem({ status: 404, detail: `There is no lesson ${lessonId}. GET /v1/lessons lists them.` });
}

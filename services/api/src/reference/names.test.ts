import { describe, expect, it } from 'vitest';
import { Type } from 'typebox';
import type { Answers, Method } from '../http/route.ts';
import { pageOf } from '../http/schemas.ts';
import { ROUTES } from '../routes.ts';
import { operationName } from './names.ts';

const page = { 200: { description: 'A page.', schema: pageOf(Type.String()) } };
const done = { 200: { description: 'Done.' } };
const made = { 201: { description: 'Made.' } };

describe('operationName', () => {
  it.each<[Method, `/${string}`, Answers, string]>([
    ['GET', '/v1/lessons', page, 'listLessons'],
    ['GET', '/v1/lessons/:lessonId', done, 'getLesson'],
    ['GET', '/v1/lessons/:lessonId/versions', page, 'listLessonVersions'],
    ['GET', '/v1/lessons/:lessonId/versions/:version', done, 'getLessonVersion'],
    ['GET', '/v1/me/progress', done, 'getMeProgress'],
    ['GET', '/v1/classrooms/:classroomId/progress', page, 'listClassroomProgress'],
    ['GET', '/v1/classrooms/:classroomId/progress/:lessonId', page, 'listClassroomProgressOfLesson'],
    ['GET', '/.well-known/jwks.json', done, 'getWellKnownJwksJson'],
    ['POST', '/v1/lessons', made, 'createLesson'],
    ['POST', '/v1/lessons/:lessonId/draft', made, 'createLessonDraft'],
    ['POST', '/v1/lessons/:lessonId/draft/submit', done, 'submitLessonDraft'],
    ['POST', '/v1/join', made, 'join'],
    ['POST', '/v1/join/preview', done, 'previewJoin'],
    ['PUT', '/v1/classrooms/:classroomId/lessons/:lessonId/pin', done, 'putClassroomLessonPin'],
    ['PATCH', '/v1/classrooms/:classroomId', done, 'updateClassroom'],
    ['DELETE', '/v1/lessons/:lessonId/draft', done, 'deleteLessonDraft'],
  ])('%s %s', (method, path, answers, name) => {
    expect(operationName({ method, path, answers })).toBe(name);
  });

  it('is one of its own for each route', () => {
    const names = ROUTES.map(operationName);
    expect(names.filter((name, index) => names.indexOf(name) < index)).toEqual([]);
  });
});

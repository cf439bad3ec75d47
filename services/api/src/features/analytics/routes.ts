/**
 * What classes do, for those who answer for them. Counted by a job every five minutes while school is in session, kept for a
 * quarter of an hour, and told only as domain/suppression.ts lets it. No child has a score.
 */
import { Type } from 'typebox';
import { tellClass, tellScope } from '../../domain/suppression.ts';
import type { Context } from '../../context.ts';
import { route, type Answer, type Call, type Declaration, type Route } from '../../http/route.ts';
import { CalendarDate, closed, GradeLevel, LessonId, Time, Uuid } from '../../http/schemas.ts';
import { readSummaries, type Scope, type Summary } from './summaries.ts';

const CACHE_SECONDS = 900;

const Range = closed(
  { atLeast: Type.Integer({ minimum: 0 }), atMost: Type.Integer({ minimum: 0 }) },
  {
    description:
      'The true number is one of these. They are the same where it and its rest are five or more; else which one it is is told to nobody.',
  },
);
const Students = Type.Integer({ minimum: 0, description: 'Students.' });
const RefreshedAt = Type.Union([Time, Type.Null()], {
  description: 'When it was counted; null when it has not been yet.',
});

const counted = {
  lessonId: LessonId,
  started: { ...Range, description: 'Students who have begun the lesson. Those that are in no list nobody has begun.' },
  completed: { ...Range, description: 'Students who have done it.' },
} as const;

const MOST_LESSONS = 1000;

const ClassAnalytics = closed({
  classroomId: Uuid,
  students: Type.Union([Students, Type.Null()], {
    description: 'Null when they are fewer than five: then nothing is told.',
  }),
  lessons: Type.Array(closed(counted), { maxItems: MOST_LESSONS }),
  checkIns: Type.Union(
    [
      closed({
        weekOf: { ...CalendarDate, description: 'The Monday of the week that it is of: the last whole one, in UTC.' },
        feelings: Type.Array(closed({ feeling: Type.String({ maxLength: 12 }), students: Students }), {
          maxItems: 50,
          description: 'Each student counts once, with what it said last in the week.',
        }),
        others: { ...Students, description: 'Students who felt something else, or did not say.' },
      }),
      Type.Null(),
    ],
    { description: 'How the class felt; null when nothing of it is told.' },
  ),
  refreshedAt: RefreshedAt,
});

const ScopeAnalytics = closed({
  classrooms: closed({
    counted: Type.Integer({ minimum: 0, description: 'Classes that the numbers are of.' }),
    withheld: Type.Integer({ minimum: 0, description: 'Classes of fewer than five, which are in no number.' }),
  }),
  students: Students,
  lessons: Type.Array(
    closed({
      ...counted,
      gradeLevel: GradeLevel,
      classrooms: Type.Integer({
        minimum: 1,
        description: 'Classes of the grade in which somebody has begun the lesson.',
      }),
      students: { ...Students, description: 'Students of these classes.' },
    }),
    { maxItems: MOST_LESSONS, description: 'By lesson and grade.' },
  ),
  refreshedAt: RefreshedAt,
});

const declared = {
  method: 'GET',
  tag: 'Analytics',
  data: 'Aggregate',
  retention: 'None',
  rate: 'subject',
  priority: 'deferrable',
} as const satisfies Partial<Declaration>;

const ofClassroom = route(
  {
    ...declared,
    path: '/v1/classrooms/:classroomId/analytics',
    summary: 'See how far a class is in its lessons, and how it felt last week',
    access: { facilitator: 'own', school_admin: 'own', district_admin: 'any' },
    subject: 'classroom',
    schemas: { params: closed({ classroomId: Uuid }) },
    answers: { 200: { description: 'Counts of groups of five or more.', schema: ClassAnalytics } },
  },
  async ({ params: { classroomId }, tx }, { cache }) =>
    remembered(cache, `analytics:classroom:${classroomId}`, {
      tx,
      scope: { kind: 'classroom', classroomId },
      tell: ([summary]) => ({
        classroomId,
        ...withWeek(summary),
        refreshedAt: summary?.refreshedAt.toISOString() ?? null,
      }),
    }),
);

const ofSchool = route(
  {
    ...declared,
    path: '/v1/schools/:schoolId/analytics',
    summary: 'See how far a school’s classes are, by lesson and grade',
    access: { school_admin: 'own', district_admin: 'any' },
    subject: 'school',
    schemas: { params: closed({ schoolId: Uuid }) },
    answers: { 200: { description: 'Counts of groups of five or more.', schema: ScopeAnalytics } },
  },
  async ({ params: { schoolId }, tx }, { cache }) =>
    remembered(cache, `analytics:school:${schoolId}`, { tx, scope: { kind: 'school', schoolId }, tell: together }),
);

const ofDistrict = route(
  {
    ...declared,
    path: '/v1/district/analytics',
    summary: 'See how far the district’s classes are, by lesson and grade',
    access: { district_admin: 'any' },
    schemas: {},
    answers: { 200: { description: 'Counts of groups of five or more.', schema: ScopeAnalytics } },
  },
  async ({ tx }, { cache }) =>
    remembered(cache, 'analytics:district', { tx, scope: { kind: 'district' }, tell: together }),
);

export const ANALYTICS_ROUTES: readonly Route[] = [ofClassroom, ofSchool, ofDistrict];

interface Asked {
  readonly tx: Call['tx'];
  readonly scope: Scope;
  readonly tell: (summaries: readonly Summary[]) => object;
}

/**
 * Who comes here may see all of the scope, so that one answer is everybody's who may have it: it is kept under the scope's key.
 * Where nothing has been counted yet, that is remembered by nobody.
 */
async function remembered(cache: Context['cache'], key: string, { tx, scope, tell }: Asked): Promise<Answer> {
  const json = await cache.remember(key, CACHE_SECONDS, async () => {
    const summaries = await tx(async (db) => readSummaries(db, scope));
    return summaries.length === 0 ? undefined : JSON.stringify(tell(summaries));
  });
  return { status: 200, json: json ?? JSON.stringify(tell([])) };
}

function withWeek(summary: Summary | undefined) {
  const { checkIns, ...told } = tellClass(summary ?? { students: 0, lessons: {}, feelings: {} });
  return { ...told, checkIns: checkIns === null ? null : { weekOf: summary?.weekOf, ...checkIns } };
}

/** All summaries are of one refresh. */
const together = (summaries: readonly Summary[]): object => ({
  ...tellScope(summaries),
  refreshedAt: summaries[0]?.refreshedAt.toISOString() ?? null,
});

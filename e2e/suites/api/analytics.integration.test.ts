/** Analytics: counted by the job, told as groups of five or more. */
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  feel,
  monday,
  ofClass,
  ofSchool,
  refresh,
  startPatient,
  students,
  teach,
  told,
  type PatientStack,
} from './analytics-scene.ts';
import { makeClassroom, makePerson, type Person } from './people.ts';
import { makeScene, type Scene } from './safety-scene.ts';

const DAY_MS = 86_400_000;

let stack: PatientStack;
let district: Person;
let scene: Scene;

beforeAll(async () => {
  stack = await startPatient();
  district = await makePerson(stack, 'district_admin');
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

beforeEach(async () => {
  await sql`delete from classrooms`.execute(stack.db);
  stack.forget();
  scene = await makeScene(stack);
  await sql`delete from student_sessions`.execute(stack.db);
});

describe('the job', () => {
  it('counts what there is, says how long it took, and may be run at any time', async () => {
    await students(stack, 3, scene.classroom);
    const [first, second] = await Promise.all([refresh(stack), refresh(stack)]);
    expect(first.classrooms).toBe(1);
    expect(first.milliseconds).toBeGreaterThanOrEqual(0);
    expect(Date.parse(second.refreshedAt ?? '')).toBeGreaterThan(Date.now() - 60_000);
  });

  it('is told that nothing is there', async () => {
    await sql`delete from classrooms`.execute(stack.db);
    expect(await refresh(stack)).toMatchObject({ classrooms: 0, refreshedAt: null });
  });
});

describe('a class', () => {
  it('is told of as groups of five or more', async () => {
    const taught = await students(stack, 20, scene.classroom);
    await teach(stack, taught, { started: 15, completed: 8 });
    const lastWeek = monday() - 3 * DAY_MS;
    await feel(stack, taught.slice(0, 9), { feeling: 'calm', at: lastWeek });
    await feel(stack, taught.slice(9, 13), { feeling: 'sad', at: lastWeek });
    // Only the last word counts, and only of the week that is over.
    await feel(stack, taught.slice(0, 2), { feeling: 'angry', at: lastWeek - DAY_MS });
    await feel(stack, taught, { feeling: 'happy', at: monday() - 8 * DAY_MS });
    await feel(stack, taught, { feeling: 'tired', at: Date.now() });
    await refresh(stack);
    const answer = await told(stack, scene.teacher, ofClass(scene.classroom));
    expect(answer).toMatchObject({
      classroomId: scene.classroom.id,
      students: 20,
      lessons: [{ started: { atLeast: 15, atMost: 15 }, completed: { atLeast: 8, atMost: 8 } }],
      checkIns: {
        weekOf: new Date(monday() - 7 * DAY_MS).toISOString().slice(0, 10),
        feelings: [{ feeling: 'calm', students: 9 }],
        others: 11,
      },
    });
    expect(Date.parse(answer.refreshedAt ?? '')).toBeGreaterThan(Date.now() - 60_000);
    expect(await told(stack, district, ofClass(scene.classroom))).toEqual(answer);
    expect(await told(stack, scene.schoolAdmin, ofClass(scene.classroom))).toEqual(answer);
  });

  it('is not told of while it is smaller than five', async () => {
    const taught = await students(stack, 4, scene.classroom);
    await teach(stack, taught, { started: 4, completed: 4 });
    await feel(stack, taught, { feeling: 'sad', at: monday() - DAY_MS });
    await refresh(stack);
    expect(await told(stack, scene.teacher, ofClass(scene.classroom))).toMatchObject({
      students: null,
      lessons: [],
      checkIns: null,
    });
  });

  it('does not count who has left it', async () => {
    const taught = await students(stack, 12, scene.classroom);
    await teach(stack, taught, { started: 12, completed: 6 });
    await stack.db
      .updateTable('student_sessions')
      .set({ removed_at: new Date() })
      .where(
        'id',
        'in',
        taught.slice(0, 2).map(({ enrolmentId }) => enrolmentId),
      )
      .execute();
    await refresh(stack);
    expect(await told(stack, scene.teacher, ofClass(scene.classroom))).toMatchObject({
      students: 10,
      lessons: [{ started: { atLeast: 6, atMost: 10 }, completed: { atLeast: 0, atMost: 4 } }],
    });
  });

  it('that has not been counted yet says so, and is told of as soon as it has', async () => {
    await students(stack, 5, scene.classroom);
    expect(await told(stack, scene.teacher, ofClass(scene.classroom))).toMatchObject({
      students: null,
      refreshedAt: null,
    });
    await refresh(stack);
    expect(await told(stack, scene.teacher, ofClass(scene.classroom))).toMatchObject({ students: 5 });
  });
});

describe('a school and the district', () => {
  it('are told of as the sum of what is told of their classes, by lesson and grade', async () => {
    const other = await makeScene(stack);
    await sql`delete from student_sessions`.execute(stack.db);
    const small = await makeClassroom(stack, scene.teacher.accountId, scene.schoolId);
    await teach(stack, await students(stack, 20, scene.classroom), { started: 15, completed: 8 });
    await teach(stack, await students(stack, 3, small), { started: 3, completed: 3 });
    await teach(stack, await students(stack, 12, other.classroom), { started: 12, completed: 2 });
    await refresh(stack);
    const lesson = { gradeLevel: 5, classrooms: 1, students: 20 };
    expect(await told(stack, scene.schoolAdmin, ofSchool(scene.schoolId))).toMatchObject({
      classrooms: { counted: 1, withheld: 1 },
      students: 20,
      lessons: [{ ...lesson, started: { atLeast: 15, atMost: 15 }, completed: { atLeast: 8, atMost: 8 } }],
    });
    expect(await told(stack, district, '/v1/district/analytics')).toMatchObject({
      classrooms: { counted: 2, withheld: 1 },
      students: 32,
      lessons: [
        {
          gradeLevel: 5,
          classrooms: 2,
          students: 32,
          started: { atLeast: 23, atMost: 27 },
          completed: { atLeast: 8, atMost: 12 },
        },
      ],
    });
    expect(await told(stack, district, ofSchool(other.schoolId))).toMatchObject({ students: 12 });
  });

  it('without a class are told of as such', async () => {
    await sql`delete from classrooms`.execute(stack.db);
    await refresh(stack);
    const nothing = { classrooms: { counted: 0, withheld: 0 }, students: 0, lessons: [], refreshedAt: null };
    expect(await told(stack, district, '/v1/district/analytics')).toEqual(nothing);
    expect(await told(stack, scene.schoolAdmin, ofSchool(scene.schoolId))).toEqual(nothing);
  });
});

/** Analytics: told to those who answer for the classes, once for all of them, and to nobody else. */
import { randomUUID } from 'node:crypto';
import { sql, type KyselyPlugin } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '@heroes/api/access/roles.ts';
import { asActor } from '@heroes/api/data/transaction.ts';
import { ofClass, ofSchool, refresh, startPatient, students, told, type PatientStack } from './analytics-scene.ts';
import { makePerson, type Person } from './people.ts';
import { get, makeScene, type Scene } from './safety-scene.ts';

let stack: PatientStack;
let district: Person;
let scene: Scene;
/** How often the summaries were asked for. */
let asked = 0;

const counting: KyselyPlugin = {
  transformQuery: ({ node }) => {
    if (JSON.stringify(node).includes('classroom_summaries')) asked += 1;
    return node;
  },
  transformResult: async ({ result }) => Promise.resolve(result),
};

beforeAll(async () => {
  stack = await startPatient(counting);
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

describe('the cache', () => {
  it('asks the database once for all who come at once, and not again for a while', async () => {
    await students(stack, 6, scene.classroom);
    await refresh(stack);
    asked = 0;
    const people = await Promise.all(Array.from({ length: 15 }, async () => makePerson(stack, 'district_admin')));
    const answers = await Promise.all(people.map(async (person) => told(stack, person, ofSchool(scene.schoolId))));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(asked).toBe(1);
    await students(stack, 6, scene.classroom);
    await refresh(stack);
    expect(await told(stack, scene.schoolAdmin, ofSchool(scene.schoolId))).toEqual(answers[0]);
    expect(asked).toBe(1);
  });

  it('does not let in whom the scope is not for', async () => {
    const other = await makeScene(stack);
    await sql`delete from student_sessions`.execute(stack.db);
    await students(stack, 6, scene.classroom);
    await refresh(stack);
    await told(stack, scene.teacher, ofClass(scene.classroom));
    await told(stack, scene.schoolAdmin, ofSchool(scene.schoolId));
    await told(stack, district, '/v1/district/analytics');
    for (const stranger of [other.teacher, other.schoolAdmin])
      expect((await get(stack, stranger, ofClass(scene.classroom))).statusCode).toBe(404);
    expect((await get(stack, other.schoolAdmin, ofSchool(scene.schoolId))).statusCode).toBe(404);
    for (const stranger of [scene.teacher, await makePerson(stack, 'content_editor')])
      for (const url of [ofSchool(scene.schoolId), '/v1/district/analytics'])
        expect((await get(stack, stranger, url)).statusCode).toBe(403);
    const [student] = await students(stack, 1, scene.classroom);
    if (student !== undefined) expect((await get(stack, student, ofClass(scene.classroom))).statusCode).toBe(403);
    expect((await stack.app.inject('/v1/district/analytics')).statusCode).toBe(401);
  });
});

describe('the second wall', () => {
  const seenBy = async (actor: Actor): Promise<number> =>
    asActor(stack.context.db, actor, async (db) => {
      const { rows } = await sql`select from classroom_summaries`.execute(db);
      return rows.length;
    });
  const account = (person: Person, grants: Extract<Actor, { kind: 'account' }>['grants']): Actor => ({
    kind: 'account',
    accountId: person.accountId,
    signInId: randomUUID(),
    grants,
  });

  it('shows summaries of one’s own classes alone, as they are now', async () => {
    const other = await makeScene(stack);
    await refresh(stack);
    const { schoolId } = scene;
    expect(await seenBy(account(scene.teacher, [{ role: 'facilitator', schoolId }]))).toBe(1);
    expect(await seenBy(account(scene.schoolAdmin, [{ role: 'school_admin', schoolId }]))).toBe(1);
    expect(await seenBy(account(district, [{ role: 'district_admin' }]))).toBe(2);
    expect(await seenBy({ kind: 'student', enrolmentId: randomUUID(), classroomId: scene.classroom.id })).toBe(0);
    expect(await seenBy({ kind: 'gate' })).toBe(0);
    // Handed over: nothing has to be counted anew for the former teacher to see it no more.
    await stack.db
      .updateTable('classrooms')
      .set({ owner_id: other.teacher.accountId })
      .where('id', '=', scene.classroom.id)
      .execute();
    expect(await seenBy(account(scene.teacher, [{ role: 'facilitator', schoolId }]))).toBe(0);
  });

  it('gives the API no right to what is counted, nor to change what it sees', async () => {
    const as = async (statement: string) =>
      asActor(stack.context.db, { kind: 'worker' }, async (db) => sql.raw(statement).execute(db));
    await expect(as('select * from classroom_summary')).rejects.toMatchObject({ code: '42501' });
    await expect(as('delete from classroom_summaries')).rejects.toMatchObject({
      code: expect.stringMatching(/^(42501|55000)$/) as string,
    });
  });
});

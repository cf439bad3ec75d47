/** Help signals: who may not see them, and what nobody gets by asking for what there is not. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeClassroom, makePerson, makeSchool } from './people.ts';
import { askForHelp, get, makeScene, post, queueOf, toldOf, type Scene, type Signal } from './safety-scene.ts';
import { startStack, type Stack } from './stack.ts';

let stack: Stack;
let scene: Scene;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

beforeEach(async () => {
  scene = await makeScene(stack);
});

/** Raises a signal. @returns it as the teacher sees it. */
async function raised(student = scene.student): Promise<Signal> {
  const answer = await askForHelp(stack, student);
  expect(answer.statusCode).toBe(200);
  const { items } = await queueOf(stack, scene.teacher, scene.classroom, '?limit=50');
  const signal = items.find((each) => each.student.enrolmentId === student.enrolmentId && each.state !== 'resolved');
  if (signal === undefined) throw new Error('the signal is not in the queue');
  return signal;
}

describe('nobody else', () => {
  it('reads a queue or acts on a signal', async () => {
    const signal = await raised();
    const other = await makeScene(stack);
    const queue = `/v1/classrooms/${scene.classroom.id}/help-signals`;
    const acknowledge = `${queue}/${signal.id}/acknowledge`;
    for (const stranger of [other.teacher, other.schoolAdmin]) {
      expect((await get(stack, stranger, queue)).statusCode).toBe(404);
      expect((await post(stack, stranger, acknowledge)).statusCode).toBe(404);
    }
    const editor = await makePerson(stack, 'content_editor');
    for (const stranger of [scene.student, editor]) {
      expect((await get(stack, stranger, queue)).statusCode).toBe(403);
      expect((await post(stack, stranger, acknowledge)).statusCode).toBe(403);
      expect((await get(stack, stranger, '/v1/district/help-signals')).statusCode).toBe(403);
    }
    expect((await get(stack, scene.teacher, '/v1/me/help')).statusCode).toBe(403);
    expect((await post(stack, scene.teacher, '/v1/me/help')).statusCode).toBe(403);
    expect((await stack.app.inject({ method: 'POST', url: '/v1/me/help' })).statusCode).toBe(401);
    expect((await stack.app.inject(queue)).statusCode).toBe(401);
    expect(await toldOf(stack, signal.id)).toEqual(['help.raised']);
  });

  it('reaches a signal by way of another class of theirs', async () => {
    const signal = await raised();
    const other = await makeScene(stack);
    const path = `/v1/classrooms/${other.classroom.id}/help-signals/${signal.id}/resolve`;
    expect((await post(stack, other.teacher, path)).statusCode).toBe(404);
  });

  it('gets further with what is no id, no cursor and no limit', async () => {
    const queue = `/v1/classrooms/${scene.classroom.id}/help-signals`;
    expect((await get(stack, scene.teacher, '/v1/classrooms/x/help-signals')).statusCode).toBe(400);
    expect((await get(stack, scene.teacher, `${queue}?limit=51`)).statusCode).toBe(400);
    expect((await get(stack, scene.teacher, `${queue}?cursor=x`)).statusCode).toBe(400);
    const forged = Buffer.from(JSON.stringify(['help', 0, 1, 'not a uuid'])).toString('base64url');
    expect((await get(stack, scene.teacher, `${queue}?cursor=${forged}`)).statusCode).toBe(400);
    expect((await post(stack, scene.teacher, `${queue}/${randomUUID()}/acknowledge`)).statusCode).toBe(404);
    expect((await post(stack, scene.teacher, `${queue}/${randomUUID()}/forget`)).statusCode).toBe(404);
  });

  it('reads of it in the log', async () => {
    const { student } = await raised();
    expect(stack.logged.filter((line) => line.includes(student.alias))).toEqual([]);
  });
});

describe('a teacher who has left a school', () => {
  it('has left the queues of its classes', async () => {
    const elsewhere = await makeClassroom(stack, scene.teacher.accountId, await makeSchool(stack));
    expect((await get(stack, scene.teacher, `/v1/classrooms/${elsewhere.id}/help-signals`)).statusCode).toBe(404);
  });
});

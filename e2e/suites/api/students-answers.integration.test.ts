/** What students choose: how they feel, and answers to activities. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FEELINGS } from '@heroes/api/domain/feelings.ts';
import {
  caller,
  joined,
  makeTaughtClass,
  recordConsent,
  startUncounted,
  type Joined,
  type TaughtClass,
} from './class-calls.ts';
import type { Stack } from './stack.ts';

const LESSON = 'bullying-or-conflict';
const ACTIVITY = 'three-marks';

let stack: Stack;
let taught: TaughtClass;
let student: Joined;

beforeAll(async () => {
  stack = await startUncounted();
  await recordConsent(stack);
  taught = await makeTaughtClass(stack, { capacity: 200 });
  student = await joined(stack, taught.code);
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

const send = async <Body = Record<string, unknown>>(
  method: 'POST' | 'PUT',
  url: string,
  { as = student, ...payload }: { readonly as?: { readonly token: string } } & Record<string, unknown>,
) => caller(stack)<Body>(url, { method, as, payload });

describe('a check-in', () => {
  const felt = (more: object = {}) => ({ id: randomUUID(), feeling: 'calm', intensity: 2, needsHelp: false, ...more });
  const signalsOf = async ({ token }: { readonly token: string }) => {
    const { body } = await caller(stack)<{ id: string }>('/v1/me', { as: { token } });
    return stack.db.selectFrom('help_signals').select(['id', 'state']).where('enrolment_id', '=', body.id).execute();
  };

  it('is kept once, however often it is sent', async () => {
    const as = await joined(stack, taught.code);
    const body = felt();
    const [first, again] = [
      await send('POST', '/v1/me/check-ins', { as, ...body }),
      await send('POST', '/v1/me/check-ins', { as, ...body }),
    ];
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(first.body).toEqual({ id: body.id, feltAt: expect.any(String) as string });
    const rows = await stack.db.selectFrom('check_ins').select('feeling').where('id', '=', body.id).execute();
    expect(rows).toEqual([{ feeling: 'calm' }]);
    expect(await signalsOf(as)).toEqual([]);
  });

  it('that asks for help calls the teacher in the same transaction, and says whom else to turn to', async () => {
    const as = await joined(stack, taught.code);
    const body = felt({ feeling: 'scared', intensity: 5, needsHelp: true });
    const { status, body: answer } = await send('POST', '/v1/me/check-ins', { as, ...body });
    expect(status).toBe(201);
    expect(answer.crisis).toMatchObject({ resources: expect.arrayContaining([]) as unknown[] });
    expect((answer.crisis as { resources: unknown[] }).resources.length).toBeGreaterThan(0);
    expect(await signalsOf(as)).toMatchObject([{ state: 'open' }]);
    await send('POST', '/v1/me/check-ins', { as, ...body });
    expect(await signalsOf(as)).toHaveLength(1);
  });

  it('leaves nothing when the call for help cannot be made', async () => {
    const as = await joined(stack, taught.code);
    const body = felt({ needsHelp: true });
    await stack.postgres.sql('revoke insert on help_signals from heroes_api');
    expect((await send('POST', '/v1/me/check-ins', { as, ...body })).status).toBe(500);
    await stack.postgres.sql('grant insert on help_signals to heroes_api');
    expect(await stack.db.selectFrom('check_ins').select('id').where('id', '=', body.id).execute()).toEqual([]);
    expect((await send('POST', '/v1/me/check-ins', { as, ...body })).status).toBe(201);
    expect(await signalsOf(as)).toHaveLength(1);
  });

  it('of an id that says something else, or is another’s, is refused', async () => {
    const as = await joined(stack, taught.code);
    const body = felt();
    await send('POST', '/v1/me/check-ins', { as, ...body });
    expect((await send('POST', '/v1/me/check-ins', { as, ...body, intensity: 5 })).status).toBe(409);
    expect((await send('POST', '/v1/me/check-ins', body)).status).toBe(409);
    expect(await signalsOf(as)).toEqual([]);
  });

  it('that is refused is still a call for help', async () => {
    const as = await joined(stack, taught.code);
    const body = felt();
    await send('POST', '/v1/me/check-ins', { as, ...body });
    expect((await send('POST', '/v1/me/check-ins', { as, ...body, needsHelp: true })).status).toBe(409);
    expect(await signalsOf(as)).toMatchObject([{ state: 'open' }]);
  });

  it.each([
    [{ feeling: 'I am Kim and I am sad' }],
    [{ intensity: 0 }],
    [{ intensity: 6 }],
    [{ id: 'x' }],
    [{ note: 'text' }],
    [{ needsHelp: 'yes' }],
  ])('takes no text and nothing that it does not know: %j', async (more) => {
    expect((await send('POST', '/v1/me/check-ins', felt(more))).status).toBe(400);
  });

  it('knows feelings that the table takes', () => {
    expect(FEELINGS.every((feeling) => feeling.length <= 12)).toBe(true);
  });
});

describe('an answer to an activity', () => {
  const url = `/v1/me/lessons/${LESSON}/activities/${ACTIVITY}`;
  const kept = async (as: { readonly token: string }) => {
    const { body } = await caller(stack)<{ id: string }>('/v1/me', { as });
    return stack.db
      .selectFrom('activity_responses')
      .select(['choices', 'version'])
      .where('enrolment_id', '=', body.id)
      .execute();
  };

  it('is kept in rising order, and replaced by a later one', async () => {
    const as = await joined(stack, taught.code);
    const { status, body } = await send('PUT', url, { as, choices: [2, 0] });
    expect(status).toBe(200);
    expect(body).toMatchObject({ lessonId: LESSON, activityId: ACTIVITY, version: 1, choices: [0, 2] });
    await send('PUT', url, { as, choices: [1] });
    expect(await kept(as)).toEqual([{ choices: [1], version: 1 }]);
  });

  it.each([
    [`/v1/me/lessons/no-such-lesson/activities/${ACTIVITY}`, { choices: [0] }, 404],
    [`/v1/me/lessons/${LESSON}/activities/no-such-activity`, { choices: [0] }, 404],
    [url, { choices: [0], version: 99 }, 404],
    [url, { choices: [5] }, 422],
    [url, { choices: [1, 1] }, 422],
    [url, { choices: ['It is done on purpose'] }, 400],
    [url, { choices: [0], text: 'free' }, 400],
  ])('to %s as %j is refused with %i', async (each, body, status) => {
    expect((await send('PUT', each, body)).status).toBe(status);
  });
});

/** Joining a class: who gets in, who does not, and that many at once do. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  caller,
  counted,
  join,
  joined,
  makeTaughtClass,
  patiently,
  recordConsent,
  unhurried,
  type ClassSettings,
} from './class-calls.ts';
import { startStack, type Stack } from './stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ adapt: unhurried });
  await recordConsent(stack);
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

const preview = async (code: string) => caller(stack)('/v1/join/preview', { method: 'POST', payload: { code } });

describe('a class code', () => {
  it('gives an alias, a return code and a token, and is counted', async () => {
    const { id, code } = await makeTaughtClass(stack);
    const before = await counted(stack, 'joined');
    const { status, body, headers } = await join(stack, `${code.slice(0, 4)}-${code.slice(4)}`.toLowerCase());
    expect(status).toBe(201);
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toEqual({
      alias: expect.stringMatching(/^[A-Z][a-z]+ [A-Z][a-z]+ \d{1,2}$/) as string,
      returnCode: expect.stringMatching(/^[0-9A-Z]{3}-[0-9A-Z]{3}$/) as string,
      gradeLevel: 5,
      classroomId: id,
      token: expect.stringMatching(/^ey/) as string,
      expiresInSeconds: expect.any(Number) as number,
    });
    expect(await counted(stack, 'joined')).toBe(before + 1);
    const me = await caller(stack)('/v1/me', { as: body });
    expect(me.body).toMatchObject({ alias: body.alias, classroomId: id, gradeLevel: 5, language: 'en' });
  });

  it('is previewed without a word of anybody', async () => {
    const { code } = await makeTaughtClass(stack);
    await joined(stack, code);
    const { status, body } = await preview(code);
    expect(status).toBe(200);
    expect(body).toEqual({ gradeLevel: 5, language: 'en', openTo: 'everyone' });
  });

  it('that is sent again with its Idempotency-Key enrols nobody else', async () => {
    const { id, code } = await makeTaughtClass(stack);
    const asked = { method: 'POST', payload: { code }, headers: { 'idempotency-key': randomUUID() } } as const;
    const [first, again] = [await caller(stack)('/v1/join', asked), await caller(stack)('/v1/join', asked)];
    expect(again.body).toEqual(first.body);
    const rows = await stack.db.selectFrom('student_sessions').select('id').where('classroom_id', '=', id).execute();
    expect(rows).toHaveLength(1);
  });

  const HOUR_MS = 3_600_000;
  it.each<[string, ClassSettings, number, string]>([
    ['is locked', { locked_at: new Date() }, 403, 'nobody'],
    ['is closed', { enrolment: 'closed' }, 403, 'nobody'],
    ['takes only who was there before', { enrolment: 'returning' }, 403, 'returning'],
    ['has no consent', { consent_basis: 'parent' }, 403, 'nobody'],
    ['is archived', { archived_at: new Date() }, 410, 'nobody'],
    ['is over', { expires_at: new Date(Date.now() - HOUR_MS) }, 410, 'nobody'],
  ])('of a class that %s lets nobody new in', async (_, settings, status, openTo) => {
    const { id, code } = await makeTaughtClass(stack, settings);
    const refused = await join(stack, code);
    expect(refused.status).toBe(status);
    expect(refused.headers['content-type']).toContain('application/problem+json');
    expect((await preview(code)).body).toMatchObject({ openTo });
    const rows = await stack.db.selectFrom('student_sessions').select('id').where('classroom_id', '=', id).execute();
    expect(rows).toEqual([]);
  });

  it('that no class has, or that cannot be one, is told nothing else', async () => {
    const { code } = await makeTaughtClass(stack);
    const unknown = code.startsWith('0') ? `1${code.slice(1)}` : `0${code.slice(1)}`;
    for (const wrong of [unknown, 'UUUU-UUUU', 'ABCDEFGHJK']) {
      const answers = [await join(stack, wrong), await preview(wrong)];
      expect(answers.map(({ status }) => status)).toEqual([404, 404]);
      expect(answers.map(({ body }) => body.detail)).toEqual(
        Array(2).fill(expect.stringContaining('No class has this')),
      );
    }
    expect((await join(stack, 'SHORT')).status).toBe(400);
  });

  it('waits for a consent of the basis of its class, and for none that was revoked', async () => {
    const { code } = await makeTaughtClass(stack, { consent_basis: 'parent' });
    expect((await join(stack, code)).body.detail).toContain('consent');
    await recordConsent(stack, 'parent');
    expect((await join(stack, code)).status).toBe(201);
    await stack.db.updateTable('consents').set({ revoked_at: new Date() }).where('basis', '=', 'parent').execute();
    expect((await join(stack, code)).status).toBe(403);
  });
});

describe('a return code', () => {
  it('gives the same enrolment back, and no other code', async () => {
    const { code } = await makeTaughtClass(stack);
    const first = await joined(stack, code);
    const again = await join(stack, code, { returnCode: first.returnCode.toLowerCase().replace('-', ' ') });
    expect(again.status).toBe(201);
    expect(again.body).toMatchObject({ alias: first.alias, classroomId: first.classroomId });
    expect(again.body).not.toHaveProperty('returnCode');
    const [one, other] = await Promise.all(
      [first, again.body].map(async (as) => (await caller(stack)('/v1/me', { as })).body),
    );
    expect(other).toEqual(one);
  });

  it('is good where nobody new may come in, and where all seats are taken', async () => {
    const { id, code } = await makeTaughtClass(stack, { capacity: 1 });
    const { returnCode, alias } = await joined(stack, code);
    expect((await join(stack, code)).status).toBe(409);
    expect((await preview(code)).body).toMatchObject({ openTo: 'returning' });
    expect((await join(stack, code, { returnCode })).body).toMatchObject({ alias });
    await stack.db.updateTable('classrooms').set({ enrolment: 'returning' }).where('id', '=', id).execute();
    expect((await join(stack, code, { returnCode })).body).toMatchObject({ alias });
  });

  it('is of no use in another class, nor after its student was removed', async () => {
    const [one, other] = [await makeTaughtClass(stack), await makeTaughtClass(stack)];
    const { returnCode, token } = await joined(stack, one.code);
    expect((await join(stack, other.code, { returnCode })).status).toBe(404);
    const me = await caller(stack)<{ id: string }>('/v1/me', { as: { token } });
    const removal = `/v1/classrooms/${one.id}/students/${me.body.id}`;
    expect((await caller(stack)(removal, { method: 'DELETE', as: one.teacher })).status).toBe(204);
    expect((await join(stack, one.code, { returnCode })).status).toBe(404);
    expect((await join(stack, one.code, { returnCode: 'UUU-UUU' })).status).toBe(404);
  });

  it('is kept as a digest that says nothing without the secret', async () => {
    const { id, code } = await makeTaughtClass(stack);
    const { returnCode } = await joined(stack, code);
    const [row] = await stack.db
      .selectFrom('student_sessions')
      .select('return_code_hash')
      .where('classroom_id', '=', id)
      .execute();
    expect(row?.return_code_hash).toHaveLength(32);
    expect(row?.return_code_hash?.toString('latin1')).not.toContain(returnCode.replace('-', ''));
  });
});

describe('many at once', () => {
  it('fill a class to the last seat, each with a seat and an alias of its own, and not beyond', async () => {
    const { id, code } = await makeTaughtClass(stack, { capacity: 30 });
    const answers = await Promise.all(Array.from({ length: 40 }, async () => patiently(async () => join(stack, code))));
    const statuses = answers.map(({ status }) => status).sort((a, b) => a - b);
    expect(statuses).toEqual([...Array<number>(30).fill(201), ...Array<number>(10).fill(409)]);
    const rows = await stack.db
      .selectFrom('student_sessions')
      .select(['seat', 'alias', 'return_code_hash'])
      .where('classroom_id', '=', id)
      .execute();
    expect(rows.map(({ seat }) => seat).sort((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 30 }, (_, index) => index + 1),
    );
    expect(new Set(rows.map(({ alias }) => alias)).size).toBe(30);
  });

  it('of a school behind one address are all let in', async () => {
    const classes = await Promise.all(Array.from({ length: 10 }, async () => makeTaughtClass(stack)));
    const answers = await Promise.all(
      classes.flatMap(({ code }) => Array.from({ length: 30 }, async () => patiently(async () => join(stack, code)))),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  });
});

describe('guessing', () => {
  it('is refused after three hundred wrong codes, where a class that is known there still comes in', async () => {
    const { code } = await makeTaughtClass(stack);
    const { code: unseen } = await makeTaughtClass(stack);
    const from = { remoteAddress: '203.0.113.9' };
    const tryCode = async (each: string) =>
      patiently(async () => caller(stack)('/v1/join', { method: 'POST', payload: { code: each }, ...from }));
    expect((await tryCode(code)).status).toBe(201);
    const wrong = await Promise.all(
      Array.from({ length: 320 }, async (_, index) => tryCode(`0000${String(index).padStart(4, '0')}`)),
    );
    expect(new Set(wrong.map(({ status }) => status))).toEqual(new Set([404]));
    await expect
      .poll(async () => {
        const { status, headers } = await tryCode(unseen);
        return { status, retryAfter: headers['retry-after'] };
      })
      .toEqual({ status: 429, retryAfter: expect.anything() as unknown });
    expect((await tryCode(code)).status).toBe(201);
    expect((await join(stack, unseen)).status).toBe(201);
  });
});

describe('what is written down', () => {
  it('holds no code, alias, token or address', async () => {
    const { code } = await makeTaughtClass(stack);
    const { alias, returnCode, token } = await joined(stack, code);
    await join(stack, code, { returnCode: 'AAA-AAA' });
    const metrics = await stack.context.metrics.registry.metrics();
    const lines = stack.logged.join('\n');
    for (const secret of [code, alias, returnCode, returnCode.replace('-', ''), token, '127.0.0.1'])
      expect(`${lines}${metrics}`.includes(secret)).toBe(false);
  });
});

describe('without the cache', () => {
  it('joins go on while it answers nothing, and while it is gone', async () => {
    const { code } = await makeTaughtClass(stack);
    const cli = ['valkey-cli', '-a', 'cache-secret', '--no-auth-warning'];
    await stack.cache.exec([...cli, 'client', 'pause', '2000', 'all']);
    expect((await join(stack, code)).status).toBe(201);
    await stack.cache.exec([...cli, 'shutdown', 'nosave']);
    const answers = await Promise.all(Array.from({ length: 30 }, async () => patiently(async () => join(stack, code))));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  });
});

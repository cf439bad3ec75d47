/** Statements that come again: prepared through PgBouncer, and still right when a column changes under them. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { asActor } from '@heroes/api/data/transaction.ts';
import { caller, makeTaughtClass, recordConsent, startUncounted } from './class-calls.ts';
import { enrol } from './people.ts';
import type { Stack } from './stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startUncounted();
  await recordConsent(stack);
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

it('are prepared on whichever connection PgBouncer gives, and for whoever acts', async () => {
  const taught = await makeTaughtClass(stack);
  const students = await Promise.all(Array.from({ length: 30 }, async () => enrol(stack, taught)));
  for (let round = 0; round < 4; round += 1) {
    const answers = await Promise.all(students.map(async (as) => caller(stack)<{ id: string }>('/v1/me', { as })));
    expect(answers.map(({ body }) => body.id)).toEqual(students.map(({ enrolmentId }) => enrolmentId));
  }
  const prepared = await asActor(stack.context.db, { kind: 'worker' }, async (db) =>
    sql<{ statement: string }>`select statement from pg_prepared_statements`.execute(db),
  );
  expect(
    prepared.rows.some(({ statement }) => statement.includes('"student_sessions"."created_at" as "joined_at"')),
  ).toBe(true);
});

it('are refused once when a column has changed, and done as they are from then on', async () => {
  const taught = await makeTaughtClass(stack);
  const student = await enrol(stack, taught);
  const read = async () => (await caller(stack)('/v1/me', { as: student })).status;
  for (let round = 0; round < 40; round += 1) expect(await read()).toBe(200);
  await stack.postgres.sql('alter table classrooms alter column language type varchar(20)');
  const statuses = [];
  for (let round = 0; round < 40; round += 1) statuses.push(await read());
  expect(statuses.filter((status) => status !== 200)).toEqual([503]);
});

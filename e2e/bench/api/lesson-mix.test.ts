import { describe, expect, it } from 'vitest';
import { BELL_SHARES, bellCalls, drawn, joinCalls, lessonCalls, SHARES, type Call } from './lesson-mix.ts';

const SCENE = {
  lessons: [{ id: 'lesson-1', steps: 5 }],
  students: [{ enrolmentId: 'e', classroomId: 'c', token: 'student' }],
  classes: [{ id: 'c', token: 'teacher' }],
  codes: ['ONE', 'TWO'],
};

const take = (count: number, next: () => Call): Call[] => Array.from({ length: count }, next);

it('is what a lesson is made of, by its shares', () => {
  const names = Array.from({ length: 100 }, (_, index) => drawn((index + 0.5) / 100));
  const counts = Object.fromEntries(
    Object.keys(SHARES).map((name) => [name, names.filter((each) => each === name).length]),
  );
  expect(counts).toEqual(SHARES);
  expect(take(100, lessonCalls(SCENE)).every(({ name }) => name in SHARES)).toBe(true);
});

it('is what a bell is made of, by its shares, all of it from children with tokens but for those who are yet to join', () => {
  const names = Array.from({ length: 100 }, (_, index) => drawn((index + 0.5) / 100, BELL_SHARES));
  expect(Object.groupBy(names, (name) => name)).toMatchObject({
    join: { length: BELL_SHARES.join },
    lesson: { length: BELL_SHARES.lesson },
    progress: { length: BELL_SHARES.progress },
  });
  const calls = take(500, bellCalls(SCENE));
  expect([...new Set(calls.map(({ name }) => name))].sort()).toEqual(Object.keys(BELL_SHARES).sort());
  expect(calls.every(({ name, asked }) => asked.token === (name === 'join' ? undefined : 'student'))).toBe(true);
});

describe('what is written', () => {
  const calls = take(5_000, lessonCalls(SCENE));
  const of = (name: string): Call[] => calls.filter((call) => call.name === name);

  it('is further on each time', () => {
    const steps = of('progress').map(({ asked }) => (asked.body as { readonly step: number }).step);
    expect(steps.slice(0, 50)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    expect(Math.max(...steps)).toBe(50);
  });

  it('is told apart by ids and keys of its own', () => {
    const ids = of('check-in').map(({ written }) => written?.(''));
    expect(new Set(ids.map((id) => JSON.stringify(id))).size).toBe(ids.length);
    const keys = of('join').map(({ asked }) => asked.key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

it('joins one class after the other, and knows who has joined', () => {
  const calls = take(3, joinCalls(SCENE));
  expect(calls.map(({ asked }) => asked.body)).toEqual([{ code: 'ONE' }, { code: 'TWO' }, { code: 'ONE' }]);
  const claims = Buffer.from(JSON.stringify({ sub: 'me' })).toString('base64url');
  expect(calls[0]?.written?.(JSON.stringify({ token: `a.${claims}.c` }))).toEqual({ what: 'enrolment', id: 'me' });
});

/** Every party on every route, about its own things, others' and none: answered as the route's declaration says, and no otherwise. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Route } from '@heroes/api/http/route.ts';
import { ROUTES } from '@heroes/api/routes.ts';
import { casesOf, nameOf, uncovered, type Case } from './across/cases.ts';
import { answerFaults } from './across/answers.ts';
import { WHOSES } from './across/district/parameters.ts';
import { requestOf } from './across/requests.ts';
import { changes, snapshot, type Snapshot } from './across/snapshot.ts';
import { takeBackAll } from './across/statements.ts';
import type { Reply } from './across/transport.ts';
import { leaksOf, startWorld, type World } from './across/world.ts';

let world: World;
let takingBack: Disposable;
let before: Snapshot;

beforeAll(async () => {
  world = await startWorld();
  before = await snapshot(world.stack.db);
  // Every case finds the same district, whatever the ones before it have done.
  takingBack = takeBackAll('heroes_api');
});

afterAll(async () => {
  takingBack[Symbol.dispose]();
  await world[Symbol.asyncDispose]();
});

/** What is not there by this stack's settings: answered so to everybody. */
const NOT_HERE = new Set(['GET /v1/auth/oidc/start', 'GET /v1/auth/oidc/callback', 'GET /v1/openapi.json']);

/** A lesson is nobody's, and where there is none of it there is nothing to take away, to list, or to withdraw. */
const WITHOUT_LESSON: Readonly<Record<string, number>> = {
  'DELETE /v1/classrooms/:classroomId/lessons/:lessonId/pin': 204,
  'GET /v1/classrooms/:classroomId/progress/:lessonId': 200,
  'POST /v1/lessons/:lessonId/retire': 409,
};

function isExpected({ route, names, expected }: Case, { status }: Reply): boolean {
  if (NOT_HERE.has(nameOf(route))) return status === 404;
  const instead = WITHOUT_LESSON[nameOf(route)];
  const isWithoutLesson = expected === 404 && names.lessonId === 'absent' && names.classroomId !== 'foreign';
  if (isWithoutLesson && instead !== undefined) return status === instead;
  if (expected !== 'let in') return status === expected;
  return status < 500 && ![401, 403, 404].includes(status);
}

const told = ({ party, names, expected }: Case): string =>
  `${party}, ${Object.entries(names)
    .map(([name, whose]) => `${whose} ${name}`)
    .join(', ')}: ${expected}`;

it('knows how to call every route', () => {
  expect(uncovered(ROUTES, WHOSES)).toEqual([]);
});

const CASES = casesOf(ROUTES, WHOSES);
/** What is answered to GET is answered to HEAD, only shorter. */
const methodsOf = ({ method }: Route): readonly string[] => (method === 'GET' ? ['GET', 'HEAD'] : [method]);
const ASKED = CASES.reduce((sum, { route }) => sum + methodsOf(route).length, 0);
console.log(`access matrix: ${ROUTES.length} routes, ${ASKED} cases`);

describe.each(Object.entries(Object.groupBy(CASES, ({ route }) => nameOf(route))))('%s', (_name, cases = []) => {
  it('answers everybody as it is declared', async () => {
    const wrong: string[] = [];
    for (const each of cases)
      for (const method of methodsOf(each.route)) {
        const reply = await world.send({ ...requestOf(world.district, each), method });
        const faults = answerFaults(each.route, reply);
        if (!isExpected(each, reply)) faults.push(`was ${reply.status}: ${reply.text.slice(0, 300)}`);
        wrong.push(...faults.map((fault) => `${method}, ${told(each)}, ${fault}`));
      }
    expect(wrong).toEqual([]);
  });
});

it('found the same district in every case', async () => {
  expect(changes(before, await snapshot(world.stack.db))).toEqual({});
});

it('has logged and counted nothing that is anybody’s', async () => {
  expect(await leaksOf(world)).toEqual([]);
});

/** Every party on every route, about its own things, others' and none: answered as the route's declaration says, and no otherwise. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '@heroes/api/routes.ts';
import { casesOf, nameOf, uncovered, type Case } from './across/cases.ts';
import { answerFaults } from './across/answers.ts';
import { WHOSES } from './across/district/parameters.ts';
import { requestOf } from './across/requests.ts';
import { rolledBack } from './across/rolled-back.ts';
import type { Reply } from './across/transport.ts';
import { startWorld, type World } from './across/world.ts';

let world: World;

beforeAll(async () => {
  // Every case finds the same district, whatever the ones before it have done.
  world = await startWorld((context) => ({ ...context, db: rolledBack(context.db) }));
});

afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

/** What is not there by this stack's settings: answered so to everybody. */
const NOT_HERE = new Set(['GET /v1/auth/oidc/start', 'GET /v1/auth/oidc/callback']);

function isExpected({ route, expected }: Case, { status }: Reply): boolean {
  if (NOT_HERE.has(nameOf(route))) return status === 404;
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
console.log(`access matrix: ${ROUTES.length} routes, ${CASES.length} cases`);

describe.each(Object.entries(Object.groupBy(CASES, ({ route }) => nameOf(route))))('%s', (_name, cases = []) => {
  it('answers everybody as it is declared', async () => {
    const wrong: string[] = [];
    for (const each of cases) {
      const reply = await world.send(requestOf(world.district, each));
      const faults = answerFaults(each.route, reply);
      if (!isExpected(each, reply)) faults.push(`was ${reply.status}: ${reply.text.slice(0, 300)}`);
      wrong.push(...faults.map((fault) => `${told(each)}, ${fault}`));
    }
    expect(wrong).toEqual([]);
  });
});

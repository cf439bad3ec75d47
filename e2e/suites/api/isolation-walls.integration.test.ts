/**
 * The second wall behind open doors: with the first taken away, every route is called about another school's things by those who
 * may have only their own. Whatever it answers, there is nothing of the other school in it, and nothing there has changed.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WALLS, type Walls } from '@heroes/api/access/reach.ts';
import type { Role } from '@heroes/api/access/roles.ts';
import { ROUTES } from '@heroes/api/routes.ts';
import { nameOf, parametersOf, type Party, type Whose } from './across/cases.ts';
import { WHOSES } from './across/district/parameters.ts';
import type { School } from './across/district/school.ts';
import { Personal } from './across/personal.ts';
import { requestOf } from './across/requests.ts';
import { changes, rowsThat, snapshot } from './across/snapshot.ts';
import { startWorld, type World } from './across/world.ts';

let world: World;
let theirs: Personal;
let ids: readonly string[];

const open = async () => Promise.resolve(true);
const OPEN: Walls = { own: { classroom: open, school: open }, any: WALLS.any };

beforeAll(async () => {
  world = await startWorld((context) => ({ ...context, walls: OPEN }));
  const { there } = world.district;
  ids = idsOf(there);
  theirs = await wordsOf(there);
});

afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

const idsOf = ({ schoolId, classroom, student, classmate, facilitator, schoolAdmin }: School): string[] => [
  schoolId,
  classroom.id,
  student.enrolmentId,
  classmate.enrolmentId,
  facilitator.accountId,
  schoolAdmin.accountId,
];

/** What only their rows say: an id is known to whoever has named it. */
async function wordsOf({ classroom, student, classmate, facilitator, schoolAdmin }: School): Promise<Personal> {
  const { db } = world.stack;
  const words = new Personal();
  words.add('class code', classroom.code);
  const aliases = await db
    .selectFrom('student_sessions')
    .select('alias')
    .where('id', 'in', [student.enrolmentId, classmate.enrolmentId])
    .execute();
  words.add('alias', ...aliases.map(({ alias }) => alias));
  const accounts = await db
    .selectFrom('accounts')
    .select('email')
    .where('id', 'in', [facilitator.accountId, schoolAdmin.accountId])
    .execute();
  words.add('address of mail', ...accounts.map(({ email }) => email));
  const reports = await db
    .selectFrom('incident_reports')
    .select('description')
    .where('classroom_id', '=', classroom.id)
    .execute();
  words.add('free text', ...reports.map(({ description }) => description));
  return words;
}

const foreign = (path: string): Record<string, Whose> =>
  Object.fromEntries(
    parametersOf({ path: path as `/${string}` }).map((name) => [
      name,
      WHOSES[name]?.includes('foreign') === true ? 'foreign' : 'own',
    ]),
  );

const BEHIND = ROUTES.flatMap((route) => {
  const { access, subject } = route;
  if (access === 'public' || subject === undefined) return [];
  const roles = (Object.keys(access) as Role[]).filter((role) => access[role] === 'own');
  return roles.map((role) => [`${nameOf(route)} by ${role}`, route, role satisfies Party] as const);
});

describe.each(BEHIND)('%s', (_name, route, party) => {
  it('neither shows nor changes what is another’s', async () => {
    const before = await snapshot(world.stack.db);
    const reply = await world.send(requestOf(world.district, { route, party, names: foreign(route.path) }));
    expect(theirs.foundIn(reply.text)).toEqual([]);
    const after = await snapshot(world.stack.db);
    // That somebody tried is written down, and names what was tried.
    const touched = Object.entries(changes(before, after)).flatMap(([table, { gone, come }]) =>
      table.startsWith('audit_') ? [] : rowsThat([...gone, ...come], ids).map((row) => `${table}: ${row}`),
    );
    expect(touched).toEqual([]);
  });
});

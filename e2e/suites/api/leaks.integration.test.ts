/**
 * A lesson as it is, with all that goes wrong in one, and then a look through everything that was written on the way: the API's
 * log and metrics, and the logs of what is behind it. Nothing that is anybody's may be in them.
 */
import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StartedTestContainer } from 'testcontainers';
import { LESSON } from './across/district/school.ts';
import { addStored, allIn } from './across/personal.ts';
import { hookStatements } from './across/statements.ts';
import type { Reply } from './across/transport.ts';
import { ADDRESS, leaksOf, startWorld, type World } from './across/world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

interface Asked {
  readonly token?: string | undefined;
  readonly body?: unknown;
}

/** What in answers is somebody's, by name. */
const SOMEBODYS = new Set(
  'alias returnCode code token accessToken refreshToken secret email displayName title description uri recoveryCodes'.split(
    ' ',
  ),
);

async function ask(
  method: string,
  url: string,
  { token, body }: Asked = {},
): Promise<Reply & { readonly json: Fields }> {
  const headers = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const reply = await world.send({ method, url, headers, ...sent });
  const json: unknown = reply.type.includes('json') ? JSON.parse(reply.text) : {};
  // An error says what was asked, in our words.
  if (reply.status < 400) collect(json);
  return { ...reply, json: json as Fields };
}

type Fields = Readonly<Record<string, string>>;

function collect(value: unknown, name = ''): void {
  if (typeof value === 'string' && SOMEBODYS.has(name)) world.personal.add(name, value);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) collect(inner, Array.isArray(value) ? name : key);
}

const told = <T extends string>(value: T): T => {
  world.personal.add('what was sent', value);
  return value;
};

async function students(code: string) {
  await ask('POST', '/v1/join/preview', { body: { code } });
  const { json: first } = await ask('POST', '/v1/join', { body: { code } });
  const { json: back } = await ask('POST', '/v1/join', { body: { code, returnCode: first.returnCode } });
  expect(back.alias).toBe(first.alias);
  const { token } = back;
  await ask('GET', '/v1/me', { token });
  await ask('PUT', `/v1/me/progress/${LESSON}`, { token, body: { step: 2 } });
  await ask('POST', '/v1/me/check-ins', {
    token,
    body: { id: randomUUID(), feeling: 'sad', intensity: 4, needsHelp: true },
  });
  const incident = {
    role: 'target',
    category: 'verbal',
    description: told('They called me names by the lockers again'),
  };
  expect((await ask('POST', '/v1/me/incidents', { token, body: incident })).status).toBe(201);
}

async function adults() {
  const { credentials, districtAdmin, here } = world.district;
  const { email, password } = credentials;
  await ask('PATCH', '/v1/district/settings', { token: districtAdmin.token, body: { freeText: true } });
  const { json: signedIn } = await ask('POST', '/v1/auth/sign-in', { body: { email, password } });
  const token = signedIn.accessToken;
  const made = { title: told('Mr Feeny’s homeroom'), gradeLevel: 5, schoolId: here.schoolId };
  const { json: classroom } = await ask('POST', '/v1/classrooms', { token, body: made });
  await students(classroom.code ?? '');
  for (const list of ['students', 'help-signals', 'incidents', 'progress', 'analytics'])
    expect((await ask('GET', `/v1/classrooms/${classroom.id}/${list}`, { token })).status).toBe(200);
  await ask('POST', `/v1/classrooms/${classroom.id}/code/rotate`, { token });
  const invited = { email: told('new.colleague@example.org'), role: 'facilitator', schoolId: here.schoolId };
  await ask('POST', '/v1/invitations', { token: districtAdmin.token, body: invited });
  await ask('GET', '/v1/accounts', { token: districtAdmin.token });
  await ask('POST', '/v1/me/account/second-factor', { token, body: { password } });
  await ask('POST', '/v1/auth/refresh', { body: { refreshToken: signedIn.refreshToken } });
}

async function wrongs() {
  const { credentials, here } = world.district;
  const body = { email: credentials.email, password: told('not the password at all') };
  expect((await ask('POST', '/v1/auth/sign-in', { body })).status).toBe(401);
  expect((await ask('POST', '/v1/join', { body: { code: told('ZZZZ-9999') } })).status).toBe(404);
  expect(
    (await ask('POST', '/v1/join', { body: { code: here.classroom.code, returnCode: told('XYZ-123') } })).status,
  ).toBe(404);
  const path = `/v1/nothing/${told('somebody@example.org')}?code=${told('QQQQ-7777')}`;
  expect((await ask('GET', path, { token: told('abcdefgh.ijklmnop.qrstuvwx') })).status).toBe(404);
  const unknown = { [told('a field named after Jimmy')]: told('Jimmy said so') };
  expect((await ask('POST', '/v1/join', { body: unknown })).status).toBe(400);
}

/** What PostgreSQL says when it fails has in it what it was given: in its message within quotes, and elsewhere as it is. */
async function failures() {
  const { student } = world.district.here;
  const { alias } = await world.stack.db
    .selectFrom('student_sessions')
    .select('alias')
    .where('id', '=', student.enrolmentId)
    .executeTakeFirstOrThrow();
  const row = `${alias}, ${ADDRESS}, ${told('jo@example.org')}`;
  const failing = [
    `select '${alias}'::uuid`,
    `select '${row}'::integer`,
    `do $$ begin raise unique_violation using message = 'there is one', detail = '${row}', hint = '${row}', column = '${alias}'; end $$`,
  ];
  for (const statement of failing) {
    const hooked = hookStatements('heroes_api', async ({ text: asked }, send) =>
      send(asked.includes('check_ins') ? statement : undefined),
    );
    const body = { id: randomUUID(), feeling: 'calm', intensity: 1, needsHelp: false };
    const reply = await ask('POST', '/v1/me/check-ins', { token: student.token, body });
    hooked[Symbol.dispose]();
    expect(reply.status).toBe(500);
    expect(allIn(world.personal, reply.text)).toEqual([]);
  }
}

const logOf = async (container: StartedTestContainer): Promise<string> => {
  const stream = await container.logs();
  setTimeout(() => stream.destroy(), 2_000);
  return text(stream).catch(() => '');
};

describe('a lesson, and all that goes wrong in one', () => {
  it('is in no log and in no metric', async () => {
    await adults();
    await wrongs();
    await failures();
    expect(world.stack.logged.length).toBeGreaterThan(20);
    expect(await leaksOf(world)).toEqual([]);
    expect(world.personal.size).toBeGreaterThan(40);
  });

  it('is in no log of what is behind the API', async () => {
    const { postgres, pooler, cache } = world.stack;
    for (const container of [postgres.container, pooler, cache])
      expect(allIn(world.personal, await logOf(container))).toEqual([]);
  });
});

describe('the scan', () => {
  it('finds each of the values that it looks for, wherever it is', async () => {
    await addStored(world.personal, world.stack);
    const lines = world.personal.values.map((value, index) => `{"message":"line ${index} ${value} of many"}`);
    expect(allIn(world.personal, [...world.stack.logged, ...lines].join('\n')).length).toBeGreaterThanOrEqual(
      lines.length,
    );
  });

  it('finds what the API would log', async () => {
    const { context, db } = world.stack;
    const { alias } = await db.selectFrom('student_sessions').select('alias').limit(1).executeTakeFirstOrThrow();
    context.log.info(`${alias} has joined`);
    expect(await leaksOf(world)).toEqual([`alias: ${alias}`]);
  });

  it('finds what a metric would be labelled with', async () => {
    const { context, db } = world.stack;
    const { code } = await db.selectFrom('classrooms').select('code').limit(1).executeTakeFirstOrThrow();
    context.metrics.lessonMinutes.observe({ lesson_id: code, grade_level: 5 }, 1);
    expect(await leaksOf(world)).toContain(`class code: ${code}`);
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actionsOn, rolesOf, send, startAdults, type TokenSet } from './adults.ts';
import { makePerson, makeSchool } from './people.ts';
import type { Stack } from './stack.ts';

const BOOTSTRAP_TOKEN = 'a token of the settings, long enough to be one';
const NEW_PASSWORD = 'lantern gravel October';

let stack: Stack;
beforeAll(async () => {
  stack = await startAdults({ settings: { BOOTSTRAP_TOKEN } });
});
afterAll(async () => stack[Symbol.asyncDispose]());

const get = async (url: string, token: string) => send(stack, url, { method: 'GET', token });

describe('the first account', () => {
  const body = { token: BOOTSTRAP_TOKEN, email: 'First@example.org', displayName: 'First', password: NEW_PASSWORD };
  const bootstrap = async (over: object = {}) => send(stack, '/v1/auth/bootstrap', { body: { ...body, ...over } });

  it('is made by the token of the settings alone, with a password that will do', async () => {
    expect((await bootstrap({ token: `${BOOTSTRAP_TOKEN}x` })).statusCode).toBe(401);
    expect((await bootstrap({ password: 'password1234' })).statusCode).toBe(400);
    expect((await bootstrap({ email: 'no address' })).statusCode).toBe(400);
    expect(await stack.db.selectFrom('accounts').select('id').execute()).toEqual([]);
  });

  it('is one, however many ask at once, and runs platform and district', async () => {
    const answers = await Promise.all(['a', 'b', 'c'].map(async (name) => bootstrap({ email: `${name}@example.org` })));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 409, 409]);
    const made = answers.find(({ statusCode }) => statusCode === 201)?.json<TokenSet>();
    expect((await rolesOf(stack, made?.accessToken ?? '')).map(({ role }) => role)).toEqual([
      'district_admin',
      'platform_operator',
    ]);
    expect(await stack.db.selectFrom('accounts').select('id').execute()).toHaveLength(1);
    expect((await bootstrap()).statusCode).toBe(409);
  });
});

describe('schools', () => {
  it('are added, renamed and archived by the district’s administrators', async () => {
    const { token } = await makePerson(stack, 'district_admin');
    const name = `Lincoln ${randomUUID()}`;
    const made = await send(stack, '/v1/schools', { body: { name }, token });
    expect(made.statusCode).toBe(201);
    const { id } = made.json<{ id: string }>();
    expect((await send(stack, '/v1/schools', { body: { name }, token })).statusCode).toBe(409);
    const other = await makeSchool(stack);
    const change = async (schoolId: string, body: object) =>
      send(stack, `/v1/schools/${schoolId}`, { method: 'PATCH', body, token });
    expect((await change(other, { name })).statusCode).toBe(409);
    expect((await change(id, {})).statusCode).toBe(400);
    expect((await change(id, { name: ' ' })).statusCode).toBe(400);
    expect((await change(randomUUID(), { archived: true })).statusCode).toBe(404);
    expect((await change(id, { name: `${name} II` })).json()).toEqual({ id, name: `${name} II`, archivedAt: null });
    expect((await change(id, { archived: true })).json()).toMatchObject({
      archivedAt: expect.stringMatching(/Z$/) as string,
    });
    const invited = await send(stack, '/v1/invitations', {
      body: { email: 'x@example.org', role: 'facilitator', schoolId: id },
      token,
    });
    expect(invited.statusCode).toBe(409);
    expect((await change(id, { archived: false })).json()).toMatchObject({ archivedAt: null });
    expect(await actionsOn(stack, `school:${id}`)).toEqual([
      'school.created',
      'school.changed',
      'school.changed',
      'school.changed',
    ]);
  });

  it('are listed page by page, each once; to who belongs to one, that one', async () => {
    const schools = await Promise.all(Array.from({ length: 5 }, async () => makeSchool(stack)));
    const { token } = await makePerson(stack, 'district_admin');
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const answer = await get(`/v1/schools?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`, token);
      const page: { items: { id: string }[]; nextCursor: string | null } = answer.json();
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(schools));
    const [own = ''] = schools;
    const facilitator = await makePerson(stack, 'facilitator', own);
    expect(
      (await get('/v1/schools', facilitator.token)).json<{ items: { id: string }[] }>().items.map(({ id }) => id),
    ).toEqual([own]);
  });

  it.each([
    ['of another list', ['accounts', 1, '00000000-0000-0000-0000-000000000000']],
    ['with words for a time', ['schools', 'yesterday', '00000000-0000-0000-0000-000000000000']],
    ['with words for an id', ['schools', 1, 'an id']],
    ['with too little', ['schools', 1]],
  ])('are not listed from a cursor %s', async (_title, parts) => {
    const { token } = await makePerson(stack, 'district_admin');
    const cursor = Buffer.from(JSON.stringify(parts)).toString('base64url');
    expect((await get(`/v1/schools?cursor=${cursor}`, token)).statusCode).toBe(400);
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  actionsOn,
  addSecondFactor,
  attempt,
  makeAdult,
  refresh,
  rolesOf,
  send,
  signIn,
  startAdults,
  type Adult,
  type TokenSet,
} from './adults.ts';
import { makePerson, makeSchool, type Person } from './people.ts';
import type { Stack } from './stack.ts';

const NEW_PASSWORD = 'lantern gravel October';

let stack: Stack;
beforeAll(async () => {
  stack = await startAdults();
});
afterAll(async () => stack[Symbol.asyncDispose]());

const get = async (url: string, token: string) => send(stack, url, { method: 'GET', token });

describe('accounts', () => {
  let school: string;
  let elsewhere: string;
  let district: Person;
  let schoolAdmin: Person;
  let own: Adult;
  let foreign: Adult;
  beforeAll(async () => {
    [school, elsewhere] = [await makeSchool(stack), await makeSchool(stack)];
    district = await makePerson(stack, 'district_admin');
    schoolAdmin = await makePerson(stack, 'school_admin', school);
    own = await makeAdult(stack, 'facilitator', school);
    foreign = await makeAdult(stack, 'facilitator', elsewhere);
  });
  const path = ({ accountId }: Pick<Adult, 'accountId'>, rest = '') => `/v1/accounts/${accountId}${rest}`;
  const give = async (adult: Pick<Adult, 'accountId'>, body: object, token = district.token) =>
    send(stack, path(adult, '/roles'), { body, token });
  const take = async (adult: Pick<Adult, 'accountId'>, roleId: string, token = district.token) =>
    send(stack, path(adult, `/roles/${roleId}`), { method: 'DELETE', token });
  const roleIdOf = async ({ accountId }: Pick<Adult, 'accountId'>, role: string): Promise<string> =>
    (
      await stack.db
        .selectFrom('account_roles')
        .select('id')
        .where('account_id', '=', accountId)
        .where('role', '=', role)
        .executeTakeFirstOrThrow()
    ).id;
  const idsIn = async (url: string, token: string) =>
    (await get(url, token)).json<{ items: { id: string }[] }>().items.map(({ id }) => id);

  it('are listed: all to the district, those of the own school to the school’s administrator, as what they are there', async () => {
    await give(own, { role: 'facilitator', schoolId: elsewhere });
    const listed = (await get('/v1/accounts', schoolAdmin.token)).json<{ items: { id: string; roles: object[] }[] }>()
      .items;
    expect(listed.map(({ id }) => id).sort()).toEqual([own.accountId, schoolAdmin.accountId].sort());
    expect(listed.find(({ id }) => id === own.accountId)?.roles).toMatchObject([
      { role: 'facilitator', schoolId: school },
    ]);
    expect(await idsIn(`/v1/accounts?schoolId=${elsewhere}`, schoolAdmin.token)).toEqual([]);
    expect((await idsIn(`/v1/accounts?schoolId=${elsewhere}`, district.token)).sort()).toEqual(
      [own.accountId, foreign.accountId].sort(),
    );
    const first = (await get('/v1/accounts?limit=1', schoolAdmin.token)).json<{
      nextCursor: string;
      items: { id: string }[];
    }>();
    const second = await idsIn(`/v1/accounts?limit=1&cursor=${first.nextCursor}`, schoolAdmin.token);
    expect([...first.items.map(({ id }) => id), ...second].sort()).toEqual(
      [own.accountId, schoolAdmin.accountId].sort(),
    );
    await take(
      own,
      (
        await stack.db
          .selectFrom('account_roles')
          .select('id')
          .where('account_id', '=', own.accountId)
          .where('school_id', '=', elsewhere)
          .executeTakeFirstOrThrow()
      ).id,
    );
  });

  it('are shown without anything that opens them; another school’s look as if they were not there', async () => {
    const answer = await get(path(own), schoolAdmin.token);
    expect(Object.keys(answer.json<object>()).sort()).toEqual([
      'createdAt',
      'displayName',
      'email',
      'hasSecondFactor',
      'id',
      'lastActiveAt',
      'roles',
      'suspendedAt',
    ]);
    for (const accountId of [foreign.accountId, randomUUID()])
      expect((await get(path({ accountId }), schoolAdmin.token)).statusCode).toBe(404);
    expect((await get(path(foreign), district.token)).statusCode).toBe(200);
    const { accessToken } = await signIn(stack, own);
    expect((await get(path(own), accessToken)).statusCode).toBe(403);
  });

  it('get and lose roles, and with each change the access tokens that are out', async () => {
    const adult = await makeAdult(stack, 'facilitator', school);
    const tokens = await signIn(stack, adult);
    const given = await give(adult, { role: 'content_editor' });
    expect(given.statusCode).toBe(201);
    expect((await get('/v1/me/account', tokens.accessToken)).statusCode).toBe(401);
    const next = (await refresh(stack, tokens.refreshToken)).json<TokenSet>();
    expect((await rolesOf(stack, next.accessToken)).map(({ role }) => role)).toEqual(['facilitator', 'content_editor']);
    expect((await give(adult, { role: 'content_editor' })).json()).toEqual(given.json());
    const fresh = (await refresh(stack, next.refreshToken)).json<TokenSet>();
    expect((await take(adult, given.json<{ id: string }>().id)).statusCode).toBe(204);
    expect((await take(adult, given.json<{ id: string }>().id)).statusCode).toBe(404);
    const last = (await refresh(stack, fresh.refreshToken)).json<TokenSet>();
    expect((await rolesOf(stack, last.accessToken)).map(({ role }) => role)).toEqual(['facilitator']);
    expect(await actionsOn(stack, `account:${adult.accountId}`)).toEqual([
      'account.signed-in',
      'account.role-given',
      'account.role-taken',
    ]);
  });

  it('lose a role once, however many take it at the same time', async () => {
    const adult = await makeAdult(stack, 'facilitator', school);
    const { id } = (await give(adult, { role: 'content_editor' })).json<{ id: string }>();
    const answers = await Promise.all(Array.from({ length: 4 }, async () => take(adult, id)));
    for (const { statusCode } of answers) expect([204, 404]).toContain(statusCode);
    const actions = await actionsOn(stack, `account:${adult.accountId}`);
    expect(actions.filter((action) => action === 'account.role-taken')).toHaveLength(1);
  });

  it('of the own school are made facilitators and no more by its administrator, and others’ not at all', async () => {
    const give403 = [
      { role: 'school_admin', schoolId: school },
      { role: 'district_admin' },
      { role: 'facilitator', schoolId: elsewhere },
    ];
    for (const body of give403) expect((await give(own, body, schoolAdmin.token)).statusCode).toBe(403);
    expect((await give(foreign, { role: 'facilitator', schoolId: school }, schoolAdmin.token)).statusCode).toBe(404);
    expect((await give(schoolAdmin, { role: 'facilitator', schoolId: school }, schoolAdmin.token)).statusCode).toBe(
      201,
    );
    expect((await take(schoolAdmin, await roleIdOf(schoolAdmin, 'school_admin'), schoolAdmin.token)).statusCode).toBe(
      403,
    );
    expect((await take(foreign, await roleIdOf(foreign, 'facilitator'), schoolAdmin.token)).statusCode).toBe(404);
    const leaver = await makeAdult(stack, 'facilitator', school);
    expect((await take(leaver, await roleIdOf(leaver, 'facilitator'), schoolAdmin.token)).statusCode).toBe(204);
    for (const rest of ['/suspend', '/reinstate', '/reset'])
      expect((await send(stack, path(own, rest), { token: schoolAdmin.token })).statusCode).toBe(403);
  });

  it('hold forty roles at most', async () => {
    const adult = await makeAdult(stack, 'content_editor');
    const schools = await Promise.all(Array.from({ length: 40 }, async () => makeSchool(stack)));
    await stack.db
      .insertInto('account_roles')
      .values(schools.slice(1).map((id) => ({ account_id: adult.accountId, role: 'facilitator', school_id: id })))
      .execute();
    expect((await give(adult, { role: 'facilitator', schoolId: schools[0] })).statusCode).toBe(409);
    const { accessToken } = await signIn(stack, adult);
    expect(accessToken.length).toBeLessThan(6000);
    expect((await get('/v1/me/account', accessToken)).statusCode).toBe(200);
  });

  it('are suspended: signed out everywhere, and not let in until they are reinstated', async () => {
    const adult = await makeAdult(stack, 'facilitator', school);
    const tokens = await signIn(stack, adult);
    expect((await send(stack, path(adult, '/suspend'), { token: district.token })).statusCode).toBe(204);
    expect((await get('/v1/me/account', tokens.accessToken)).statusCode).toBe(401);
    expect((await refresh(stack, tokens.refreshToken)).statusCode).toBe(401);
    expect((await attempt(stack, adult)).statusCode).toBe(401);
    expect((await send(stack, path(adult, '/reset'), { token: district.token })).statusCode).toBe(409);
    expect((await send(stack, path(adult, '/reinstate'), { token: district.token })).statusCode).toBe(204);
    expect((await refresh(stack, tokens.refreshToken)).statusCode).toBe(401);
    await signIn(stack, adult);
    for (const rest of ['/suspend', '/reinstate'])
      expect((await send(stack, path({ accountId: randomUUID() }, rest), { token: district.token })).statusCode).toBe(
        404,
      );
  });

  it('whose password is forgotten, or second factor lost, get a new one by a secret that is good once, for a day', async () => {
    const adult = await makeAdult(stack, 'facilitator', school);
    const before = await signIn(stack, adult);
    await addSecondFactor(stack, adult, before.accessToken);
    const offered = await send(stack, path(adult, '/reset'), { token: district.token });
    expect(offered.statusCode).toBe(201);
    const { secret, expiresAt } = offered.json<{ secret: string; expiresAt: string }>();
    expect(Date.parse(expiresAt)).toBeLessThanOrEqual(Date.now() + 24 * 3_600_000);
    const accept = async (password: string) => send(stack, '/v1/auth/accept', { body: { secret, password } });
    expect((await accept('password1234')).statusCode).toBe(400);
    expect((await accept(NEW_PASSWORD)).statusCode).toBe(200);
    expect((await accept(NEW_PASSWORD)).statusCode).toBe(404);
    expect((await refresh(stack, before.refreshToken)).statusCode).toBe(401);
    expect((await attempt(stack, adult)).statusCode).toBe(401);
    await signIn(stack, { ...adult, password: NEW_PASSWORD });
    expect((await send(stack, path(district, '/reset'), { token: district.token })).statusCode).toBe(409);
  });

  it('of the district’s administrators: the last one stays, even when two go at the same time', async () => {
    await stack.db.deleteFrom('account_roles').where('role', '=', 'district_admin').execute();
    const [one, other] = [await makePerson(stack, 'district_admin'), await makePerson(stack, 'district_admin')];
    const [oneRole, otherRole] = [await roleIdOf(one, 'district_admin'), await roleIdOf(other, 'district_admin')];
    const both = await Promise.all([take(one, oneRole, one.token), take(other, otherRole, other.token)]);
    expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([204, 409]);
    const [stayed, role] = both[0].statusCode === 409 ? [one, oneRole] : [other, otherRole];
    expect((await take(stayed, role, stayed.token)).statusCode).toBe(409);
    expect((await send(stack, path(stayed, '/suspend'), { token: stayed.token })).statusCode).toBe(409);
    expect((await get('/v1/accounts', stayed.token)).statusCode).toBe(200);
  });
});

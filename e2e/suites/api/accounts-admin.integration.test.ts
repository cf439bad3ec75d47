import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  startAdults,
  addSecondFactor,
  attempt,
  makeAdult,
  PASSWORD,
  refresh,
  send,
  signIn,
  type Adult,
  type TokenSet,
} from './adults.ts';
import { makePerson, makeSchool, type Person } from './people.ts';
import type { Stack } from './stack.ts';

const BOOTSTRAP_TOKEN = 'a token of the settings, long enough to be one';
const NEW_PASSWORD = 'lantern gravel October';

let stack: Stack;
beforeAll(async () => {
  stack = await startAdults({ settings: { BOOTSTRAP_TOKEN } });
});
afterAll(async () => stack[Symbol.asyncDispose]());

const actionsOn = async (object: string): Promise<string[]> => {
  const entries = await stack.db
    .selectFrom('audit_entries')
    .select('action')
    .where('object', '=', object)
    .orderBy('sequence')
    .execute();
  return entries.map(({ action }) => action);
};
const get = async (url: string, token: string) => send(stack, url, { method: 'GET', token });
const rolesOf = async (token: string) =>
  (await get('/v1/me/account', token)).json<{ roles: { id: string; role: string; schoolId: string | null }[] }>().roles;

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
    expect((await rolesOf(made?.accessToken ?? '')).map(({ role }) => role)).toEqual([
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
    expect((await change(id, { archived: true })).json()).toMatchObject({ archivedAt: expect.stringMatching(/Z$/) });
    const invited = await send(stack, '/v1/invitations', {
      body: { email: 'x@example.org', role: 'facilitator', schoolId: id },
      token,
    });
    expect(invited.statusCode).toBe(409);
    expect((await change(id, { archived: false })).json()).toMatchObject({ archivedAt: null });
    expect(await actionsOn(`school:${id}`)).toEqual([
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

describe('an invitation', () => {
  let school: string;
  let district: Person;
  let schoolAdmin: Person;
  beforeAll(async () => {
    school = await makeSchool(stack);
    district = await makePerson(stack, 'district_admin');
    schoolAdmin = await makePerson(stack, 'school_admin', school);
  });
  const newEmail = () => `${randomUUID()}@example.org`;
  const invite = async (body: object, token = district.token) => send(stack, '/v1/invitations', { body, token });
  const issued = async (email: string, grant: object = { role: 'facilitator', schoolId: school }) =>
    (await invite({ email, ...grant })).json<{ id: string; secret: string }>();
  const accept = async (body: object) => send(stack, '/v1/auth/accept', { body });
  const accepted = (secret: string) => ({ secret, password: NEW_PASSWORD, displayName: ' Dana ' });

  it('makes an account with its role, once', async () => {
    const email = newEmail();
    const answer = await invite(
      { email: email.toUpperCase(), role: 'facilitator', schoolId: school },
      schoolAdmin.token,
    );
    expect(answer.statusCode).toBe(201);
    const { id, secret } = answer.json<{ id: string; secret: string }>();
    expect(answer.json()).toMatchObject({ email, role: 'facilitator', schoolId: school });
    const listed = await get('/v1/invitations', schoolAdmin.token);
    expect(listed.json<{ items: object[] }>().items).toContainEqual(expect.objectContaining({ id, email }));
    expect(listed.body).not.toContain(secret);
    const tokens = await accept(accepted(secret));
    expect(tokens.statusCode).toBe(200);
    const { accessToken } = tokens.json<TokenSet>();
    expect((await get('/v1/me/account', accessToken)).json()).toMatchObject({
      email,
      displayName: 'Dana',
      roles: [{ role: 'facilitator', schoolId: school }],
    });
    await signIn(stack, { accountId: '', email, password: NEW_PASSWORD });
    expect((await accept(accepted(secret))).statusCode).toBe(404);
    expect(await actionsOn(`invitation:${id}`)).toEqual(['invitation.made', 'invitation.accepted']);
  });

  it('is accepted by one where many try at once', async () => {
    const { secret } = await issued(newEmail());
    const answers = await Promise.all(Array.from({ length: 4 }, async () => accept(accepted(secret))));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 404, 404, 404]);
  });

  it('is good until it is revoked, or a week has passed', async () => {
    const revoked = await issued(newEmail());
    const revoke = async (id: string, token = district.token) =>
      send(stack, `/v1/invitations/${id}`, { method: 'DELETE', token });
    expect((await revoke(revoked.id)).statusCode).toBe(204);
    expect((await revoke(revoked.id)).statusCode).toBe(404);
    expect((await accept(accepted(revoked.secret))).statusCode).toBe(404);
    const late = await issued(newEmail());
    const row = await stack.db
      .selectFrom('invitations')
      .select(['created_at', 'expires_at'])
      .where('id', '=', late.id)
      .executeTakeFirstOrThrow();
    expect(Math.round((row.expires_at.getTime() - row.created_at.getTime()) / 60_000)).toBe(7 * 24 * 60);
    await stack.db
      .updateTable('invitations')
      .set({ expires_at: new Date(Date.now() - 1) })
      .where('id', '=', late.id)
      .execute();
    expect((await accept(accepted(late.secret))).statusCode).toBe(404);
    const [foreign, higher] = [
      await issued(newEmail(), { role: 'facilitator', schoolId: await makeSchool(stack) }),
      await issued(newEmail(), { role: 'school_admin', schoolId: school }),
    ];
    for (const { id } of [foreign, higher]) expect((await revoke(id, schoolAdmin.token)).statusCode).toBe(404);
    const shown = (await get('/v1/invitations', schoolAdmin.token))
      .json<{ items: { id: string }[] }>()
      .items.map(({ id }) => id);
    for (const { id } of [foreign, higher, late, revoked]) expect(shown).not.toContain(id);
  });

  it.each([
    ['a facilitator of another school', 403, () => ({ role: 'facilitator', schoolId: randomUUID() })],
    ['another administrator of the school', 403, () => ({ role: 'school_admin', schoolId: school })],
    ['an administrator of the district', 403, () => ({ role: 'district_admin' })],
    ['a facilitator of no school', 400, () => ({ role: 'facilitator' })],
    ['a student', 400, () => ({ role: 'student', schoolId: school })],
  ])('of a school’s administrator does not make %s', async (_title, status, grant) => {
    expect((await invite({ email: newEmail(), ...grant() }, schoolAdmin.token)).statusCode).toBe(status);
  });

  it.each([
    ['a school that there is not', 404, { role: 'facilitator', schoolId: '00000000-0000-0000-0000-000000000000' }],
    [
      'a role of the district at a school',
      400,
      { role: 'district_admin', schoolId: '00000000-0000-0000-0000-000000000000' },
    ],
  ])('is not to %s', async (_title, status, grant) => {
    expect((await invite({ email: newEmail(), ...grant })).statusCode).toBe(status);
  });

  it('asks for a password that will do, and a name', async () => {
    const { secret } = await issued(newEmail());
    expect((await accept({ secret, password: NEW_PASSWORD })).statusCode).toBe(400);
    expect((await accept({ ...accepted(secret), password: 'password1234' })).statusCode).toBe(400);
    expect((await accept(accepted(secret))).statusCode).toBe(200);
    expect((await accept(accepted('A'.repeat(43)))).statusCode).toBe(404);
  });

  it('gives an account that there is one more role, and is no way into it: its own password and code are asked for', async () => {
    const adult = await makeAdult(stack, 'content_editor');
    const before = await signIn(stack, adult);
    const { nextCode } = await addSecondFactor(stack, adult, before.accessToken);
    const { secret } = await issued(adult.email);
    expect((await accept(accepted(secret))).statusCode).toBe(401);
    expect((await accept({ secret, password: PASSWORD })).statusCode).toBe(401);
    const answer = await accept({ secret, password: PASSWORD, code: nextCode });
    expect(answer.statusCode).toBe(200);
    expect((await rolesOf(answer.json<TokenSet>().accessToken)).map(({ role }) => role)).toEqual([
      'content_editor',
      'facilitator',
    ]);
    const { accessToken } = (await refresh(stack, before.refreshToken)).json<TokenSet>();
    expect(await rolesOf(accessToken)).toHaveLength(2);
  });
});

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
    expect((await rolesOf(next.accessToken)).map(({ role }) => role)).toEqual(['facilitator', 'content_editor']);
    expect((await give(adult, { role: 'content_editor' })).json()).toEqual(given.json());
    const fresh = (await refresh(stack, next.refreshToken)).json<TokenSet>();
    expect((await take(adult, given.json<{ id: string }>().id)).statusCode).toBe(204);
    expect((await take(adult, given.json<{ id: string }>().id)).statusCode).toBe(404);
    const last = (await refresh(stack, fresh.refreshToken)).json<TokenSet>();
    expect((await rolesOf(last.accessToken)).map(({ role }) => role)).toEqual(['facilitator']);
    expect(await actionsOn(`account:${adult.accountId}`)).toEqual([
      'account.signed-in',
      'account.role-given',
      'account.role-taken',
    ]);
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

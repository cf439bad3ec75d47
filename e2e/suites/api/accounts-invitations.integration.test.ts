import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  actionsOn,
  addSecondFactor,
  makeAdult,
  PASSWORD,
  refresh,
  rolesOf,
  send,
  signIn,
  startAdults,
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
    expect(await actionsOn(stack, `invitation:${id}`)).toEqual(['invitation.made', 'invitation.accepted']);
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
    expect((await rolesOf(stack, answer.json<TokenSet>().accessToken)).map(({ role }) => role)).toEqual([
      'content_editor',
      'facilitator',
    ]);
    const { accessToken } = (await refresh(stack, before.refreshToken)).json<TokenSet>();
    expect(await rolesOf(stack, accessToken)).toHaveLength(2);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addSecondFactor,
  attempt,
  codeAt,
  makeAdult,
  PASSWORD,
  refresh,
  send,
  signIn,
  startAdults,
  type Adult,
} from './adults.ts';
import { makeSchool } from './people.ts';
import type { Stack } from './stack.ts';

let stack: Stack;
let school: string;
beforeAll(async () => {
  stack = await startAdults();
  school = await makeSchool(stack);
});
afterAll(async () => stack[Symbol.asyncDispose]());

const facilitator = async (): Promise<Adult> => makeAdult(stack, 'facilitator', school);
const meOf = async (token: string) => send(stack, '/v1/me/account', { method: 'GET', token });

describe('the second factor', () => {
  it('is asked for from its confirmation on, and takes each code once', async () => {
    const adult = await facilitator();
    const { accessToken } = await signIn(stack, adult);
    const { usedCode, nextCode: code } = await addSecondFactor(stack, adult, accessToken);
    expect((await meOf(accessToken)).json()).toMatchObject({ hasSecondFactor: true, recoveryCodesLeft: 10 });
    expect((await attempt(stack, adult)).statusCode).toBe(401);
    expect((await attempt(stack, adult, { code: usedCode })).statusCode).toBe(401);
    await signIn(stack, adult, code);
    expect((await attempt(stack, adult, { code })).statusCode).toBe(401);
  });

  it('lets one in where two send the same code at once', async () => {
    const adult = await facilitator();
    const { accessToken } = await signIn(stack, adult);
    const { nextCode: code } = await addSecondFactor(stack, adult, accessToken);
    const answers = await Promise.all([attempt(stack, adult, { code }), attempt(stack, adult, { code })]);
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 401]);
  });

  it('takes each recovery code once', async () => {
    const adult = await facilitator();
    const { accessToken } = await signIn(stack, adult);
    const { recoveryCodes } = await addSecondFactor(stack, adult, accessToken);
    const [code = ''] = recoveryCodes;
    await signIn(stack, adult, code.toLowerCase());
    expect((await attempt(stack, adult, { code })).statusCode).toBe(401);
    expect((await meOf(accessToken)).json()).toMatchObject({ recoveryCodesLeft: 9 });
  });

  it('is set up with the password alone, and does not count until a first code confirms it', async () => {
    const adult = await facilitator();
    const { accessToken: token } = await signIn(stack, adult);
    const path = '/v1/me/account/second-factor';
    expect((await send(stack, `${path}/confirm`, { body: { code: '123456' }, token })).statusCode).toBe(409);
    expect((await send(stack, path, { body: { password: 'not the right password' }, token })).statusCode).toBe(401);
    const setUp = await send(stack, path, { body: { password: PASSWORD }, token });
    expect(setUp.statusCode).toBe(201);
    const { secret, uri } = setUp.json<{ secret: string; uri: string }>();
    expect(new URL(uri).searchParams.get('secret')).toBe(secret);
    expect(
      (await send(stack, `${path}/confirm`, { body: { code: codeAt(secret, Date.now() - 300_000) }, token }))
        .statusCode,
    ).toBe(400);
    await signIn(stack, adult);
  });

  it('is taken away with password and code, and ends who else is signed in', async () => {
    const adult = await facilitator();
    const { accessToken: token } = await signIn(stack, adult);
    const other = await signIn(stack, adult);
    const { nextCode } = await addSecondFactor(stack, adult, token);
    expect((await refresh(stack, other.refreshToken)).statusCode).toBe(401);
    const path = '/v1/me/account/second-factor';
    expect((await send(stack, path, { body: { password: PASSWORD }, token })).statusCode).toBe(409);
    const remove = async (code: string) => send(stack, `${path}/remove`, { body: { password: PASSWORD, code }, token });
    expect((await remove('000000')).statusCode).toBe(401);
    expect((await remove(nextCode)).statusCode).toBe(204);
    await signIn(stack, adult);
    expect((await meOf(token)).json()).toMatchObject({ hasSecondFactor: false, recoveryCodesLeft: 0 });
  });
});

describe('the own password', () => {
  it('is changed with the one before, and ends who else is signed in', async () => {
    const adult = await facilitator();
    const { accessToken: token } = await signIn(stack, adult);
    const other = await signIn(stack, adult);
    const change = async (body: object) => send(stack, '/v1/me/account/password', { method: 'PUT', body, token });
    const password = 'lantern gravel October';
    expect((await change({ password })).statusCode).toBe(401);
    expect((await change({ current: 'not the right password', password })).statusCode).toBe(401);
    const weak = await change({ current: PASSWORD, password: 'password1234' });
    expect(weak.statusCode).toBe(400);
    expect(weak.json<{ errors: object[] }>().errors).toMatchObject([{ pointer: '/body/password' }]);
    expect((await change({ current: PASSWORD, password })).statusCode).toBe(204);
    expect((await refresh(stack, other.refreshToken)).statusCode).toBe(401);
    expect((await meOf(token)).statusCode).toBe(200);
    expect((await attempt(stack, adult)).statusCode).toBe(401);
    await signIn(stack, { ...adult, password });
  });

  it('cannot be set by a token alone where there is none', async () => {
    const adult = await facilitator();
    const { accessToken: token } = await signIn(stack, adult);
    await stack.db.updateTable('accounts').set({ password_hash: null }).where('id', '=', adult.accountId).execute();
    const body = { password: 'lantern gravel October' };
    expect((await send(stack, '/v1/me/account/password', { method: 'PUT', body, token })).statusCode).toBe(403);
    expect((await send(stack, '/v1/me/account/second-factor', { body, token })).statusCode).toBe(409);
  });
});

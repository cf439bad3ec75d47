import { createHmac, generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEpochs } from '@heroes/api/access/epochs.ts';
import { KeyRing } from '@heroes/api/access/keys.ts';
import type { Role } from '@heroes/api/access/roles.ts';
import { sealer } from '@heroes/api/access/sealing.ts';
import { createTokens } from '@heroes/api/access/tokens.ts';
import { buildApp } from '@heroes/api/app.ts';
import { addSecondFactor, attempt, makeAdult, send, signIn, startAdults, waitOutHolds } from './adults.ts';
import { enrol, makeClassroom, makePerson, makeSchool } from './people.ts';
import type { Stack } from './stack.ts';

let stack: Stack;
let school: string;
let keys: Keys;

interface Keys {
  readonly kid: string;
  /** Signs as the API does. */
  readonly ours: (text: string) => Promise<Buffer>;
  readonly published: Readonly<Record<string, string>>;
}

beforeAll(async () => {
  stack = await startAdults();
  school = await makeSchool(stack);
  const { kid, privateKey } = await stack.context.keys.signing();
  const { keys: published } = (await stack.app.inject('/.well-known/jwks.json')).json<{ keys: Keys['published'][] }>();
  keys = {
    kid,
    ours: async (text) => Buffer.from(await crypto.subtle.sign('Ed25519', privateKey, Buffer.from(text))),
    published: published.find((each) => each.kid === kid) ?? {},
  };
});
afterAll(async () => stack[Symbol.asyncDispose]());

type Fields = Readonly<Record<string, unknown>>;
interface Forged {
  readonly header?: Fields;
  readonly claims?: Fields;
  readonly sign?: (text: string) => Promise<Buffer> | Buffer;
}

const encoded = (fields: Fields): string => Buffer.from(JSON.stringify(fields)).toString('base64url');
const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/** What a good token says, of an account that has signed in. */
async function good(): Promise<{ readonly header: Fields; readonly claims: Fields }> {
  const { accountId } = await makePerson(stack, 'facilitator', school);
  const { id: signInId } = await stack.db
    .selectFrom('sign_ins')
    .select('id')
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow();
  return {
    header: { alg: 'EdDSA', kid: keys.kid, typ: 'at+jwt' },
    claims: {
      iss: 'heroes-in-waiting',
      aud: 'heroes-accounts',
      sub: accountId,
      sid: signInId,
      epoch: 0,
      grants: [{ role: 'facilitator', schoolId: school }],
      iat: nowSeconds(),
      exp: nowSeconds() + 600,
    },
  };
}

async function forge({ header = {}, claims = {}, sign: signs = keys.ours }: Forged): Promise<string> {
  const real = await good();
  const text = `${encoded({ ...real.header, ...header })}.${encoded({ ...real.claims, ...claims })}`;
  return `${text}.${(await signs(text)).toString('base64url')}`;
}

const statusOf = async (token: string): Promise<number> => {
  const answer = await send(stack, '/v1/me/account', { method: 'GET', token });
  if (answer.statusCode >= 400) expect(answer.headers['content-type']).toContain('application/problem+json');
  return answer.statusCode;
};

const hmacWith = (secret: string | Buffer) => (text: string) => createHmac('sha256', secret).update(text).digest();
const signedBy = (key: KeyObject) => (text: string) => sign(null, Buffer.from(text), key);
const theirs = generateKeyPairSync('ed25519');

describe('a token', () => {
  it('as the API makes it is taken', async () => {
    expect(await statusOf(await forge({}))).toBe(200);
  });

  it.each<[string, () => Forged]>([
    ['that says it needs no signature', () => ({ header: { alg: 'none' }, sign: () => Buffer.alloc(0) })],
    ['that says it needs no signature, signed', () => ({ header: { alg: 'none' } })],
    [
      'signed with the public key as a secret',
      () => ({ header: { alg: 'HS256' }, sign: hmacWith(Buffer.from(keys.published.x ?? '', 'base64url')) }),
    ],
    [
      'signed with the public key’s JSON as a secret',
      () => ({ header: { alg: 'HS256' }, sign: hmacWith(JSON.stringify(keys.published)) }),
    ],
    ['signed with the key id as a secret', () => ({ header: { alg: 'HS256' }, sign: hmacWith(keys.kid) })],
    ['that says it is of another kind of key', () => ({ header: { alg: 'ES256' } })],
    ['that says it is of another kind of key, RSA', () => ({ header: { alg: 'RS256' } })],
    ['signed by somebody else under our key’s id', () => ({ sign: signedBy(theirs.privateKey) })],
    [
      'that brings its own key',
      () => ({ header: { jwk: theirs.publicKey.export({ format: 'jwk' }) }, sign: signedBy(theirs.privateKey) }),
    ],
    [
      'that says where its key is',
      () => ({ header: { jku: 'https://evil.example.org/jwks', kid: 'theirs' }, sign: signedBy(theirs.privateKey) }),
    ],
    ['of a key that is not known', () => ({ header: { kid: 'unknown' } })],
    ['of a key whose id is a path', () => ({ header: { kid: '../../dev/null' } })],
    ['of no key', () => ({ header: { kid: undefined } })],
    ['of another issuer', () => ({ claims: { iss: 'heroes-elsewhere' } })],
    ['of no issuer', () => ({ claims: { iss: undefined } })],
    ['for another audience', () => ({ claims: { aud: 'heroes-elsewhere' } })],
    ['for no audience', () => ({ claims: { aud: undefined } })],
    ['of another type', () => ({ header: { typ: 'JWT' } })],
    ['of no type', () => ({ header: { typ: undefined } })],
    ['that has expired', () => ({ claims: { iat: nowSeconds() - 1000, exp: nowSeconds() - 10 } })],
    ['that never expires', () => ({ claims: { exp: undefined } })],
    ['that expires at a word', () => ({ claims: { exp: 'never' } })],
    ['that is not good yet', () => ({ claims: { nbf: nowSeconds() + 600 } })],
    ['of nobody', () => ({ claims: { sub: undefined } })],
    ['of no epoch', () => ({ claims: { epoch: undefined } })],
    ['of an epoch that is over', () => ({ claims: { epoch: -1 } })],
    ['of an epoch that is to come', () => ({ claims: { epoch: 1 } })],
    ['of a sign-in that there is not', () => ({ claims: { sid: randomUUID() } })],
    ['with a demand that is not understood', () => ({ header: { crit: ['b64'], b64: false } })],
  ])('%s is refused', async (_title, forged) => {
    expect(await statusOf(await forge(forged()))).toBe(401);
  });

  it.each<[string, string | undefined, () => Forged]>([
    ['that is good', 'verified', () => ({})],
    ['that has expired', 'ended', () => ({ claims: { iat: nowSeconds() - 1000, exp: nowSeconds() - 10 } })],
    ['of an epoch that is over', 'ended', () => ({ claims: { epoch: -1 } })],
    ['of a sign-in that there is not', 'ended', () => ({ claims: { sid: randomUUID() } })],
    [
      'that has expired, by somebody else',
      undefined,
      () => ({ claims: { exp: nowSeconds() - 10 }, sign: signedBy(theirs.privateKey) }),
    ],
    [
      'that has expired, for another audience',
      undefined,
      () => ({ claims: { exp: nowSeconds() - 10, aud: 'others' } }),
    ],
    ['of a key that is not known', undefined, () => ({ header: { kid: 'unknown' } })],
  ])('%s is told to the edge: %s', async (_title, told, forged) => {
    const token = await forge(forged());
    // Also when it comes again, and its signature is not looked at any more.
    for (let turn = 0; turn < 2; turn += 1) {
      const { headers } = await send(stack, '/v1/me/account', { method: 'GET', token });
      expect(headers['x-heroes-token']).toBe(told);
    }
  });

  it('in which anything was changed is refused', async () => {
    const token = await forge({});
    const [header = '', , signature = ''] = token.split('.');
    const { claims } = await good();
    const promoted = encoded({ ...claims, grants: [{ role: 'district_admin' }] });
    expect(await statusOf(`${header}.${promoted}.${signature}`)).toBe(401);
    for (let at = 0; at < token.length; at += 7) {
      const other = token[at] === 'A' ? 'B' : 'A';
      if (token[at] !== '.') expect(await statusOf(token.slice(0, at) + other + token.slice(at + 1))).toBe(401);
    }
  });

  it.each(['', 'x', 'a.b', 'a.b.c', '..', 'eyJhbGciOiJub25lIn0.e30.', 'a'.repeat(4000)])(
    'that is none is refused: %s',
    async (token) => {
      expect(await statusOf(token)).toBe(401);
    },
  );

  it.each(['Basic dXNlcjpwYXNz', 'Bearer', 'bearer', 'Token x'])(
    'is sent as a bearer’s, not as %s',
    async (authorization) => {
      const headers = { authorization };
      expect((await send(stack, '/v1/me/account', { method: 'GET', headers })).statusCode).toBe(401);
    },
  );

  it('is not sent in the address', async () => {
    const token = await forge({});
    expect((await send(stack, `/v1/me/account?access_token=${token}`, { method: 'GET' })).statusCode).toBe(401);
  });

  it('is no log’s business', async () => {
    const token = await forge({});
    await statusOf(token);
    await statusOf(`${token}x`);
    expect(stack.logged.join('\n')).not.toContain(token.slice(0, 80));
  });
});

describe('a token of one kind', () => {
  it('of a student opens no account’s route, whatever it says of itself', async () => {
    const owner = await makePerson(stack, 'facilitator', school);
    const classroom = await makeClassroom(stack, owner.accountId, school);
    const student = await enrol(stack, classroom);
    expect(await statusOf(student.token)).toBe(403);
    const [, claims = ''] = student.token.split('.');
    const said = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Fields;
    const grants = [{ role: 'district_admin' satisfies Role }];
    expect(await statusOf(await forge({ claims: { ...said, grants, sid: undefined } }))).toBe(403);
    expect(await statusOf(await forge({ claims: { ...said, grants, aud: 'heroes-accounts' } }))).toBe(401);
  });

  it('that is good for nobody’s role opens nothing', async () => {
    expect(await statusOf(await forge({ claims: { grants: [] } }))).toBe(403);
  });

  it('says no more than an adult is at the time', async () => {
    const { accessToken } = await signIn(stack, await makeAdult(stack, 'content_editor'));
    expect((await send(stack, '/v1/accounts', { method: 'GET', token: accessToken })).statusCode).toBe(403);
    expect((await send(stack, '/v1/accounts', { method: 'GET', token: await forge({}) })).statusCode).toBe(403);
  });
});

describe('the keys', () => {
  it('are published without what is private', async () => {
    const answer = await stack.app.inject('/.well-known/jwks.json');
    const { keys: published } = answer.json<{ keys: Fields[] }>();
    expect(published.length).toBeGreaterThan(0);
    for (const key of published) expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
    const rows = await stack.db.selectFrom('signing_keys').select('sealed_private_key').execute();
    const { privateKey } = await stack.context.keys.signing();
    expect(privateKey.type).toBe('private');
    for (const { sealed_private_key: sealed } of rows) expect(sealed.toString('latin1')).not.toContain('"d"');
  });
});

describe('a secret that was lost and made anew', () => {
  it('opens nothing of before, and nobody is shut out for it', async () => {
    const adult = await makeAdult(stack, 'content_editor');
    const before = await signIn(stack, adult);
    const { recoveryCodes, nextCode } = await addSecondFactor(stack, adult, before.accessToken);
    const sealerFor = (purpose: string) => sealer('a secret that was made when the former was lost', purpose);
    const ring = new KeyRing(stack.context.db, sealerFor('signing keys'));
    const context = {
      ...stack.context,
      sealerFor,
      keys: ring,
      tokens: createTokens(ring, createEpochs(stack.context.db)),
    };
    const successor = { ...stack, context, app: buildApp(context, context.log) };
    const me = async (token: string) => (await send(successor, '/v1/me/account', { method: 'GET', token })).statusCode;
    expect(await me(before.accessToken)).toBe(401);
    expect((await attempt(successor, adult, { code: nextCode })).statusCode).toBe(401);
    await waitOutHolds(stack);
    const { accessToken } = await signIn(successor, adult, recoveryCodes[0]);
    expect(await me(accessToken)).toBe(200);
    await successor.app.close();
  });
});

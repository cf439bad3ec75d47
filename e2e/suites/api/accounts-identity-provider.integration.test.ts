import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CALLBACK_PATH, createIdentityProvider } from '@heroes/api/access/identity-provider.ts';
import { Circuits } from '@heroes/api/resilience/outgoing.ts';
import { createLogger } from '@heroes/runtime/logger.ts';
import { Browser, CLIENT, startIssuer, type Issuer, type IssuerOptions } from './issuer.ts';

const PUBLIC_URL = 'https://heroes.example.org';
const REDIRECT = { redirectUri: `${PUBLIC_URL}${CALLBACK_PATH}` };

let issuer: Issuer;
beforeAll(async () => {
  issuer = await startIssuer(REDIRECT);
});
afterAll(async () => issuer[Symbol.asyncDispose]());

describe('the identity provider', () => {
  const providerFor = (
    options: { readonly url: string; readonly secret?: string },
    log = createLogger({ service: 't', version: 't', level: 'silent' }),
  ) => {
    const settings = {
      PUBLIC_URL,
      OIDC_ISSUER: options.url,
      OIDC_CLIENT_ID: CLIENT.id,
      OIDC_CLIENT_SECRET: options.secret ?? CLIENT.secret,
    };
    const provider = createIdentityProvider(settings, {
      outgoing: new Circuits({ firstWaitMs: 1, longestWaitMs: 1 }).call,
      log,
    });
    if (provider === undefined) throw new Error('no provider');
    return provider;
  };
  const PERSON = { email: 'dana@example.org', email_verified: true, name: 'Dana' };

  it.each<[string, Partial<IssuerOptions>, string]>([
    ['a secret in the body', { method: 'client_secret_post' }, CLIENT.secret],
    ['no secret', { method: 'none' }, ''],
    ['all that it knows in the token', { saysAllInToken: true }, CLIENT.secret],
  ])('may be one that takes, or gives, %s', async (_title, options, secret) => {
    await using other = await startIssuer({ ...REDIRECT, ...options });
    other.people.set('dana', PERSON);
    const provider = providerFor({ url: other.url, secret });
    const checks = provider.newChecks();
    const back = await new Browser().signIn((await provider.start(checks)).href, 'dana');
    expect(await provider.finish(back.searchParams, checks)).toEqual({
      issuer: other.url,
      subject: 'dana',
      email: PERSON.email,
      name: PERSON.name,
    });
  });

  it.each(['state', 'nonce', 'codeVerifier'] as const)(
    'is not believed when the %s is not the one that was sent',
    async (name) => {
      issuer.people.set('dana', PERSON);
      const provider = providerFor(issuer);
      const checks = provider.newChecks();
      const back = await new Browser().signIn((await provider.start(checks)).href, 'dana');
      const others = { ...checks, [name]: provider.newChecks()[name] };
      await expect(provider.finish(back.searchParams, others)).rejects.toMatchObject({ parts: { status: 401 } });
    },
  );

  it('is not believed when it is not who it says', async () => {
    const { port } = new URL(issuer.url);
    const provider = providerFor({ url: `https://localhost:${port}` });
    await expect(provider.start(provider.newChecks())).rejects.toMatchObject({ parts: { status: 503 } });
  });

  it('that is down is answered 503, on the way there and on the way back', async () => {
    const other = await startIssuer(REDIRECT);
    other.people.set('dana', PERSON);
    const provider = providerFor(other);
    const checks = provider.newChecks();
    const back = await new Browser().signIn((await provider.start(checks)).href, 'dana');
    await other.stop();
    await expect(provider.finish(back.searchParams, checks)).rejects.toMatchObject({ parts: { status: 503 } });
    const late = providerFor(other);
    await expect(late.start(late.newChecks())).rejects.toMatchObject({ parts: { status: 503 } });
  });

  it('is set up wholly or not at all', () => {
    const settings = { PUBLIC_URL: '', OIDC_ISSUER: '', OIDC_CLIENT_ID: '', OIDC_CLIENT_SECRET: '' };
    const parts = { outgoing: new Circuits().call, log: createLogger({ service: 't', version: 't', level: 'silent' }) };
    expect(createIdentityProvider(settings, parts)).toBeUndefined();
    expect(() => createIdentityProvider({ ...settings, OIDC_ISSUER: issuer.url }, parts)).toThrow(
      'needs OIDC_CLIENT_ID',
    );
  });
});

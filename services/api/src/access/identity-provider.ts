/**
 * The district's identity provider, by OpenID Connect: authorization code with PKCE (S256), state and nonce. Who signs what,
 * for whom, until when, and which issuer answers (RFC 9207) is checked by the library.
 */
import * as oidc from 'openid-client';
import type { Logger } from '@heroes/runtime/logger.ts';
import type { ApiConfig } from '../config.ts';
import { Problem } from '../http/problems.ts';
import { TIMES_MS } from '../limits/times.ts';
import { Unavailable, type Outgoing } from '../resilience/outgoing.ts';

/** What is known only to us and the browser between its way to the provider and back. */
export interface Checks {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** Whom the provider vouches for. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
  /** The address of mail, where the provider has verified that it is the person's. */
  readonly email: string | undefined;
  readonly name: string | undefined;
}

export interface IdentityProvider {
  readonly newChecks: () => Checks;
  /** @returns where the browser goes. @throws Unavailable when the provider does not answer. */
  readonly start: (checks: Checks) => Promise<URL>;
  /**
   * @param query - that the browser came back with
   * @throws Problem 401 when the provider did not let the person in, or its answer does not hold
   * @throws Unavailable when it does not answer
   */
  readonly finish: (query: URLSearchParams, checks: Checks) => Promise<Identity>;
}

export const CALLBACK_PATH = '/v1/auth/oidc/callback';
const SCOPE = 'openid email profile';
/** How long what the provider says of itself is believed; its keys are looked up again whenever one is not known. */
const DISCOVERED_MS = 3_600_000;

type Settings = Pick<ApiConfig, 'OIDC_ISSUER' | 'OIDC_CLIENT_ID' | 'OIDC_CLIENT_SECRET' | 'PUBLIC_URL'>;

/** @returns the provider of the settings, or undefined without one. @throws Error when they are not all there. */
export function createIdentityProvider(
  settings: Settings,
  { outgoing, log }: { readonly outgoing: Outgoing; readonly log: Logger },
): IdentityProvider | undefined {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, PUBLIC_URL: publicUrl } = settings;
  if (issuer === '') return undefined;
  if (clientId === '' || publicUrl === '') throw new Error('OIDC_ISSUER needs OIDC_CLIENT_ID and PUBLIC_URL as well.');
  const callback = new URL(CALLBACK_PATH, publicUrl);
  const discover = hourly(async () => discovered(settings, outgoing));
  const orProblem = async <T>(work: () => Promise<T>, problem: (error: unknown) => Problem): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw problemOf(error) ?? told(log, error, problem(error));
    }
  };
  return {
    newChecks: () => ({
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      codeVerifier: oidc.randomPKCECodeVerifier(),
    }),
    start: async ({ state, nonce, codeVerifier }) =>
      orProblem(
        async () =>
          oidc.buildAuthorizationUrl(await discover(), {
            redirect_uri: callback.href,
            scope: SCOPE,
            state,
            nonce,
            code_challenge: await oidc.calculatePKCECodeChallenge(codeVerifier),
            code_challenge_method: 'S256',
          }),
        (error) => new Unavailable(30, error),
      ),
    finish: async (query, checks) =>
      orProblem(async () => identityOf(await discover(), new URL(`?${query.toString()}`, callback), checks), notLetIn),
  };
}

async function discovered(settings: Settings, outgoing: Outgoing): Promise<oidc.Configuration> {
  const secret = settings.OIDC_CLIENT_SECRET;
  return oidc.discovery(
    new URL(settings.OIDC_ISSUER),
    settings.OIDC_CLIENT_ID,
    {},
    secret === '' ? oidc.None() : byItsTaste(secret),
    { timeout: TIMES_MS.outgoing / 1000, [oidc.customFetch]: through(outgoing) },
  );
}

/** The secret in a header, unless the provider says that it takes it in the body only. */
function byItsTaste(secret: string): oidc.ClientAuth {
  return (...request) => {
    const [{ token_endpoint_auth_methods_supported: methods = ['client_secret_basic'] }] = request;
    const by = methods.includes('client_secret_basic') ? oidc.ClientSecretBasic : oidc.ClientSecretPost;
    by(secret)(...request);
  };
}

/** A server's fault counts against the destination; what it refuses is ours to understand. */
const through =
  (outgoing: Outgoing): oidc.CustomFetch =>
  async (url, options) =>
    outgoing(
      'identity_provider',
      async (signal) => {
        const signals = [signal, ...(options.signal === undefined ? [] : [options.signal])];
        const response = await fetch(url, { ...options, signal: AbortSignal.any(signals) } as RequestInit);
        if (response.status >= 500) throw new Error(`the identity provider answers ${response.status}`);
        return response;
      },
      { repeatable: options.method === 'GET' },
    );

async function identityOf(configuration: oidc.Configuration, url: URL, checks: Checks): Promise<Identity> {
  const tokens = await oidc.authorizationCodeGrant(configuration, url, {
    expectedState: checks.state,
    expectedNonce: checks.nonce,
    pkceCodeVerifier: checks.codeVerifier,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  if (claims === undefined) throw notLetIn();
  // Some providers put the address into the token, others only where they are asked for it.
  const isTold = claims.email !== undefined || configuration.serverMetadata().userinfo_endpoint === undefined;
  const told = isTold ? claims : await oidc.fetchUserInfo(configuration, tokens.access_token, claims.sub);
  return {
    issuer: claims.iss,
    subject: claims.sub,
    email: told.email_verified === true && typeof told.email === 'string' ? told.email : undefined,
    name: typeof told.name === 'string' ? told.name : undefined,
  };
}

const notLetIn = (): Problem =>
  new Problem({ status: 401, detail: 'The identity provider did not vouch for you. Begin to sign in anew.' });

/** @returns the problem that an error is, or was made of by the library, as when the provider does not answer. */
function problemOf(error: unknown): Problem | undefined {
  const { cause } = error as Error;
  return [error, cause].find((each) => each instanceof Problem);
}

/** What the provider answers is shown to nobody and is in no log, since it may hold anything; a word of the library's is. */
function told(log: Logger, error: unknown, problem: Problem): Problem {
  const { name, code } = error as Error & { readonly code?: string };
  log.warn({ reason: code ?? name }, 'the identity provider was not believed');
  return problem;
}

/** @returns what was made within the last hour; made once however many ask, and again when it failed. */
function hourly<T>(make: () => Promise<T>): () => Promise<T> {
  let made: { readonly value: Promise<T>; readonly atMs: number } | undefined;
  return async () => {
    if (made !== undefined && performance.now() - made.atMs < DISCOVERED_MS) return made.value;
    const mine = { value: make(), atMs: performance.now() };
    made = mine;
    return mine.value.catch((error: unknown) => {
      if (made === mine) made = undefined;
      throw error;
    });
  };
}

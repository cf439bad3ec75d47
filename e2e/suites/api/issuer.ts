/** A real OpenID Connect provider on this machine, over TLS, and a browser that signs in at it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import Provider from 'oidc-provider';
import { ensurePki } from '../../cluster/pki.ts';

export interface Claims {
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly name?: string;
}

export interface Issuer extends AsyncDisposable {
  readonly url: string;
  /** By login: what it says of whom. */
  readonly people: Map<string, Claims>;
  /** Goes away, as a provider that is down. */
  readonly stop: () => Promise<void>;
}

export const CLIENT = { id: 'heroes', secret: 'a client secret of forty characters, more' };

export interface IssuerOptions {
  readonly redirectUri: string;
  /** How the client shows its secret; none for a public client. */
  readonly method?: 'client_secret_basic' | 'client_secret_post' | 'none';
  /** Whether it says all in the token that it gives, or where it is asked for it. */
  readonly saysAllInToken?: boolean;
}

/** Starts a provider; this process trusts its certificate from now on. Dispose of it afterwards. */
export async function startIssuer(options: IssuerOptions): Promise<Issuer> {
  const { key, cert } = await certificate();
  const server = createServer({ key, cert });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const people = new Map<string, Claims>();
  const provider = providerOf(url, people, options);
  const answer = provider.callback();
  server.on('request', (request, response) => void answer(request, response));
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    if (server.listening) await closed(server);
  };
  return { url, people, stop, [Symbol.asyncDispose]: stop };
}

const closed = async (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });

async function certificate(): Promise<{ readonly key: Buffer; readonly cert: Buffer }> {
  const folder = mkdtempSync(join(tmpdir(), 'heroes-issuer-'));
  const file = (name: string): string => join(folder, name);
  const names = 'IP:127.0.0.1,DNS:localhost';
  await ensurePki(file, [{ name: 'issuer', subject: '/CN=issuer', usage: 'serverAuth', names }]);
  const read = { key: readFileSync(file('issuer.key')), cert: readFileSync(file('issuer.crt')) };
  setDefaultCACertificates([...getCACertificates(), readFileSync(file('ca.crt'), 'utf8')]);
  rmSync(folder, { recursive: true });
  return read;
}

function providerOf(
  url: string,
  people: ReadonlyMap<string, Claims>,
  { redirectUri, method = 'client_secret_basic', saysAllInToken = false }: IssuerOptions,
): Provider {
  return new Provider(url, {
    clients: [
      {
        client_id: CLIENT.id,
        ...(method === 'none' ? {} : { client_secret: CLIENT.secret }),
        redirect_uris: [redirectUri],
        response_types: ['code'],
        grant_types: ['authorization_code'],
        token_endpoint_auth_method: method,
      },
    ],
    clientAuthMethods: [method],
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: !saysAllInToken,
    cookies: { keys: ['a key of the cookies of tests'] },
    findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId, ...people.get(accountId) }) }),
  });
}

/** A browser: keeps cookies, follows redirects of the provider, and fills in its forms. */
export class Browser {
  readonly #cookies = new Map<string, string>();

  /** Signs in, or turns back. @returns where the provider sends the browser in the end. */
  async signIn(start: string, login: string, { turnsBack = false } = {}): Promise<URL> {
    const { origin } = new URL(start);
    let url = new URL(start);
    let form: URLSearchParams | undefined;
    while (url.origin === origin) {
      const answer = await this.#visit(url, form);
      form = undefined;
      const location = answer.headers.get('location');
      if (location !== null) {
        url = new URL(location, url);
        continue;
      }
      const page = await answer.text();
      const [, prompt] = /name="prompt" value="(\w+)"/.exec(page) ?? [];
      const [, action = ''] = (turnsBack ? /href="([^"]+\/abort)"/ : /action="([^"]+)"/).exec(page) ?? [];
      if (prompt === undefined || action === '')
        throw new Error(`${answer.status} ${url.pathname}: ${page.slice(0, 2000)}`);
      url = new URL(action, url);
      if (!turnsBack) form = new URLSearchParams({ prompt, login, password: 'any' });
    }
    return url;
  }

  async #visit(url: URL, form: URLSearchParams | undefined): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const posted = form === undefined ? {} : { method: 'POST', body: form };
    const answer = await fetch(url, { ...posted, headers: { cookie }, redirect: 'manual' });
    for (const set of answer.headers.getSetCookie()) {
      const [pair = ''] = set.split(';');
      const at = pair.indexOf('=');
      this.#cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return answer;
  }
}

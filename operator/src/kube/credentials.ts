/** Who we are to the API server, and whom we trust: from a kubeconfig or the pod's service account. */
import { createHash } from 'node:crypto';
import type { RequestOptions } from 'node:https';
import { KubeConfig } from './kubeconfig.ts';
import { Agent, ProxyAgent, type Dispatcher } from 'undici';

/** How long files and tokens are trusted before they are read again: well below the hour for which a token is good. */
const TTL_MS = 30_000;
/** After a reading that failed: not with every request, which a slow plugin would hold up. */
const FAILED_AGAIN_MS = 5_000;
/** Of requests. Watches, which each hold a connection for minutes, have others: else many of them would leave none. */
const CONNECTIONS = 128;
const KEEP_ALIVE_MS = 30_000;

export interface Credentials {
  readonly dispatcher: Dispatcher;
  /** For what stays open. */
  readonly streams: Dispatcher;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Keeps one pooled dispatcher for a cluster. The client library makes one for each request, which costs a TLS handshake
 * each time (shared/reference/operators.md 3.3-B), and reads its files as often (3.3-C).
 */
export class CredentialSource {
  #kubeConfig: KubeConfig;
  #current: (Credentials & { readonly trust: string }) | undefined;
  #readAtMs = -Infinity;
  #reading: Promise<Credentials> | undefined;

  constructor(kubeConfig: KubeConfig) {
    this.#kubeConfig = kubeConfig;
  }

  /** @returns URL of the API server. @throws Error when the kubeconfig names no cluster. */
  get server(): string {
    const server = this.#kubeConfig.getCurrentCluster()?.server;
    if (server === undefined)
      throw new Error('the kubeconfig names no cluster: set KUBECONFIG, or run inside a cluster');
    return server.replace(/\/$/, '');
  }

  /** Host and port of the API server. */
  get host(): string {
    return new URL(this.server).host;
  }

  /** @returns credentials, read anew when they are older than {@link TTL_MS}. */
  async get(): Promise<Credentials> {
    if (this.#current !== undefined && performance.now() - this.#readAtMs < TTL_MS) return this.#current;
    this.#reading ??= this.#read()
      .catch((error: unknown) => {
        // A file that is being replaced, a plugin that stumbles: what was read before may well be good still.
        if (this.#current === undefined) throw error;
        this.#readAtMs = performance.now() - TTL_MS + FAILED_AGAIN_MS;
        return this.#current;
      })
      .finally(() => {
        this.#reading = undefined;
      });
    return this.#reading;
  }

  /** Forgets what was read, unless that has happened already: the server did not accept it. */
  invalidate(refused: Credentials): void {
    if (refused !== this.#current) return;
    this.#readAtMs = -Infinity;
    // The library keeps tokens of its own, by file and by plugin; a new instance has none.
    this.#kubeConfig = copyOf(this.#kubeConfig);
  }

  async close(): Promise<void> {
    await Promise.all([this.#current?.dispatcher.destroy(), this.#current?.streams.destroy()]);
  }

  async #read(): Promise<Credentials> {
    const options: RequestOptions = {};
    await this.#kubeConfig.applyToHTTPSOptions(options);
    const { ca, cert, key, rejectUnauthorized, servername } = options;
    const trust = digest([ca, cert, key, rejectUnauthorized, servername]);
    const given = Object.entries((options.headers ?? {}) as Readonly<Record<string, string>>);
    // A token's file may end with a newline, which no header may.
    const headers = Object.fromEntries(given.map(([name, value]) => [name.toLowerCase(), value.trim()]));
    if (typeof options.auth === 'string')
      headers.authorization = `Basic ${Buffer.from(options.auth).toString('base64')}`;
    const before = this.#current;
    const kept = before?.trust === trust ? before : undefined;
    const tls = defined({ ca, cert, key, rejectUnauthorized, servername });
    const { dispatcher = this.#dispatcher(tls, CONNECTIONS), streams = this.#dispatcher(tls, null) } = kept ?? {};
    this.#current = { trust, headers, dispatcher, streams };
    this.#readAtMs = performance.now();
    // Requests under way finish on the old connections.
    if (kept === undefined) void Promise.all([before?.dispatcher.close(), before?.streams.close()]);
    return this.#current;
  }

  /** @param connections - at most; null for as many as are asked for */
  #dispatcher(tls: object, connections: number | null): Dispatcher {
    const proxy = this.#kubeConfig.getCurrentCluster()?.proxyUrl;
    // HTTP/2 of undici has leaked and stalled (operators.md 3.3-S, T): HTTP/1.1, the same in production and in tests.
    const pool = { allowH2: false, connections, keepAliveTimeout: KEEP_ALIVE_MS };
    if (proxy !== undefined) return new ProxyAgent({ ...pool, uri: proxy, requestTls: tls });
    return new Agent({ ...pool, connect: { ...tls, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS } });
  }
}

function copyOf(config: KubeConfig): KubeConfig {
  const { clusters, users, contexts, currentContext } = config;
  const copy = new KubeConfig();
  copy.loadFromOptions({ clusters, users, contexts, currentContext });
  return copy;
}

const defined = (fields: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

function digest(parts: readonly unknown[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${String(part)}\0`);
  return hash.digest('hex');
}

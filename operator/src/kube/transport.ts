/** Requests to one API server, over pooled connections, with deadlines, retries and metrics. */
import { errors, request, type Dispatcher } from 'undici';
import type { CredentialSource } from './credentials.ts';
import { ApiError } from './errors.ts';
import type { KubeMetrics } from './metrics.ts';
import { deadlineWithin, exponential, jittered, pause } from './wait.ts';
import { currentWork } from './work.ts';

/** The API server ends a request after 60 s (--request-timeout). */
const DEADLINE_MS = 65_000;
/** Bookmarks come about each minute, later from a server that is busy; a watch that has missed two is dead. */
const SILENCE_MS = 130_000;
const TRIES = 4;
const BACKOFF = { baseMs: 200, maxMs: 5_000 };
const LONGEST_RETRY_AFTER_MS = 30_000;

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Call {
  readonly method: Method;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  readonly contentType?: string;
  /** Beside our own. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export class Transport {
  readonly #credentials: CredentialSource;
  readonly #metrics: KubeMetrics;
  readonly #userAgent: string;

  constructor(credentials: CredentialSource, metrics: KubeMetrics, userAgent: string) {
    this.#credentials = credentials;
    this.#metrics = metrics;
    this.#userAgent = userAgent;
  }

  /**
   * @returns the body of the answer. Tried again, with the server's `Retry-After` or a growing delay, where a second request
   * cannot do harm. Broken off when its signal is given or, without one, when the work that it belongs to is over.
   * @throws ApiError for an answer that is not 2xx; the signal's reason; the connection's error when no answer came.
   */
  async send(call: Call): Promise<unknown> {
    const work = currentWork();
    const signal = call.signal ?? work?.signal ?? AbortSignal.timeout(TRIES * DEADLINE_MS);
    for (let attempt = 0; ; attempt += 1) {
      signal.throwIfAborted();
      if (work !== undefined) work.requests += 1;
      try {
        return await this.#once(call, signal);
      } catch (error) {
        signal.throwIfAborted();
        await pause(this.#retryIn(call.method, error, attempt), signal);
      }
    }
  }

  /** @returns how long to wait before the next try, milliseconds. @throws the error when there is to be none. */
  #retryIn(verb: Method, error: unknown, attempt: number): number {
    const delayMs = attempt + 1 < TRIES ? retryDelayMs(verb, error, attempt) : undefined;
    if (delayMs === undefined) throw error;
    this.#metrics.requestRetries.inc({ code: codeOf(error), verb, host: this.#credentials.host });
    return delayMs;
  }

  /** Opens a stream. @returns its chunks. @throws ApiError as {@link send}; the stream's error when it falls silent. */
  async open(call: Call): Promise<AsyncIterable<Uint8Array>> {
    const response = await this.#exchange(call, { bodyTimeout: SILENCE_MS, pool: 'streams' });
    return response.body;
  }

  async close(): Promise<void> {
    await this.#credentials.close();
  }

  /** One try, whole and within its time: a server that trickles would keep us for ever. */
  async #once(call: Call, signal: AbortSignal): Promise<unknown> {
    const started = performance.now();
    const deadline = deadlineWithin(signal, DEADLINE_MS);
    try {
      const response = await this.#exchange(
        { ...call, signal: deadline.signal },
        { bodyTimeout: DEADLINE_MS, pool: 'dispatcher' },
      );
      return documentOf(await response.body.text());
    } finally {
      deadline.clear();
      const seconds = (performance.now() - started) / 1000;
      this.#metrics.requestSeconds.observe({ verb: call.method, host: this.#credentials.host }, seconds);
    }
  }

  async #exchange(
    call: Call,
    { bodyTimeout, pool }: { bodyTimeout: number; pool: 'dispatcher' | 'streams' },
  ): Promise<Dispatcher.ResponseData> {
    const credentials = await this.#credentials.get();
    const { headers, [pool]: dispatcher } = credentials;
    const count = (code: string): void => {
      this.#metrics.requests.inc({ code, method: call.method, host: this.#credentials.host });
    };
    const response = await request(urlOf(this.#credentials.server, call), {
      dispatcher,
      method: call.method,
      headers: {
        ...call.headers,
        ...headers,
        accept: 'application/json',
        'user-agent': this.#userAgent,
        ...(call.body === undefined ? {} : { 'content-type': call.contentType ?? 'application/json' }),
      },
      body: call.body === undefined ? null : JSON.stringify(call.body),
      headersTimeout: DEADLINE_MS,
      bodyTimeout,
      signal: call.signal ?? null,
    }).catch((error: unknown) => {
      count('<error>');
      throw error;
    });
    count(String(response.statusCode));
    if (response.statusCode >= 200 && response.statusCode < 300) return response;
    if (response.statusCode === 401) this.#credentials.invalidate(credentials);
    // A body that is not JSON is a proxy's page: the status code says enough.
    throw new ApiError(response.statusCode, parsed(await response.body.text()), retryAfterMs(response.headers));
  }
}

function urlOf(server: string, { path, query = {} }: Call): string {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  const search = new URLSearchParams(given).toString();
  return `${server}${path}${search === '' ? '' : `?${search}`}`;
}

/** @throws Error for an answer that is not the API server's, as a proxy's page under the status 200. */
function documentOf(text: string): unknown {
  const document = parsed(text);
  if (document === undefined) throw new Error('the answer is not JSON: is it the API server that answers?');
  return document;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @returns `Retry-After` in milliseconds; only its form in seconds is used by the API server. */
function retryAfterMs(headers: Dispatcher.ResponseData['headers']): number | undefined {
  const seconds = Number(headers['retry-after']);
  return Number.isFinite(seconds) && seconds >= 0 && headers['retry-after'] !== undefined ? seconds * 1000 : undefined;
}

const codeOf = (error: unknown): string => (error instanceof ApiError ? String(error.status) : '<error>');

/**
 * @returns how long to wait before the same request is sent again, or undefined when it must not be. A refusal with 429 was
 * not executed; all else might have been, so only verbs that can be repeated are (a server-side apply can).
 */
export function retryDelayMs(method: Method, error: unknown, attempt: number): number | undefined {
  const growing = jittered(exponential(attempt, BACKOFF), 0.5);
  if (!(error instanceof ApiError)) return method === 'POST' || isAbort(error) ? undefined : growing;
  if (error.status === 429) return Math.min(error.retryAfterMs ?? growing, LONGEST_RETRY_AFTER_MS);
  // The token may have been rotated under us: once more, with what the file now holds.
  if (error.status === 401) return attempt === 0 ? 0 : undefined;
  if (error.status < 500 || method === 'POST') return undefined;
  return Math.min(error.retryAfterMs ?? growing, LONGEST_RETRY_AFTER_MS);
}

const isAbort = (error: unknown): boolean =>
  error instanceof errors.RequestAbortedError || (error instanceof Error && error.name === 'AbortError');

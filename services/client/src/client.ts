/**
 * A client of the API: what it can ask for and what it is answered are generated from the API's routes; this sends it. It needs
 * nothing but `fetch`.
 */
import { OPERATIONS, type OperationName, type Operations, type Problem } from './generated.ts';

export interface ClientOptions {
  /** Where the API is, as `https://heroes.grandbend.example`. */
  readonly baseUrl: string;
  /** @returns the token of who calls, or undefined when there is none (yet). */
  readonly token?: () => string | undefined | Promise<string | undefined>;
  readonly fetch?: typeof globalThis.fetch;
}

/** What every call takes besides its own. */
interface Sending {
  /** The ETag of what is there already: then it is not sent again, and the status is 304. */
  readonly ifNoneMatch?: string;
  /** The ETag of what is changed: then nothing else is. */
  readonly ifMatch?: string;
  /** With the same key a write is done once, however often it is sent; drawn anew for each call unless given. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

export type Input<Name extends OperationName> = Operations[Name]['input'] & Sending;

type Answers<Name extends OperationName> = Operations[Name]['answers'];

/** By status what came: the body as the API declares it, or undefined where it is none, or no JSON. */
export type Reply<Name extends OperationName> = {
  readonly [Status in keyof Answers<Name>]: {
    readonly status: Status;
    readonly body: Answers<Name>[Status];
    readonly headers: Headers;
    /** For what is no JSON: its body has not been read. */
    readonly response: Response;
  };
}[keyof Answers<Name>];

/** A method for each operation; what takes nothing needs no argument. */
export type Client = {
  readonly [Name in OperationName]: object extends Operations[Name]['input']
    ? (input?: Input<Name>) => Promise<Reply<Name>>
    : (input: Input<Name>) => Promise<Reply<Name>>;
};

/** An answer that is not what was asked for. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** Undefined when something on the way has answered instead of the API. */
  readonly problem: Problem | undefined;
  /** When it may be tried again, if that was said. */
  readonly retryAfterSeconds: number | undefined;

  constructor({ status, headers }: Response, problem: Problem | undefined) {
    super(problem?.detail ?? `The API answered ${status}.`);
    this.status = status;
    this.problem = problem;
    const seconds = Number(headers.get('retry-after') ?? Number.NaN);
    this.retryAfterSeconds = Number.isFinite(seconds) ? seconds : undefined;
  }
}

/** @returns a client. Its methods throw ApiError for what is refused, and what `fetch` throws when nothing answers. */
export function createClient(options: ClientOptions): Client {
  const methods = Object.entries(OPERATIONS).map(([name, [method, path]]) => [
    name,
    async (input: AnyInput = {}) => call(options, { method, path }, input),
  ]);
  // Each operation's method by its name: what the type says, which is made of the same list.
  return Object.fromEntries(methods) as Client;
}

interface AnyInput extends Sending {
  readonly params?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
}

interface Place {
  readonly method: string;
  readonly path: string;
}

async function call(options: ClientOptions, { method, path }: Place, input: AnyInput) {
  const send = options.fetch ?? globalThis.fetch;
  const { body, signal } = input;
  const response = await send(addressOf(options, path, input), {
    method,
    headers: headersOf(method, input, await options.token?.()),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  });
  const { status, headers } = response;
  if (status >= 400) throw new ApiError(response, await jsonOf<Problem>(response, 'application/problem+json'));
  return { status, headers, response, body: await jsonOf(response, 'application/json') };
}

function addressOf({ baseUrl }: ClientOptions, path: string, { params = {}, query = {} }: AnyInput): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_match, name: string) => encodeURIComponent(params[name] ?? ''));
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  const search = new URLSearchParams(given).toString();
  return `${baseUrl.replace(/\/+$/, '')}${filled}${search === '' ? '' : `?${search}`}`;
}

function headersOf(method: string, input: AnyInput, token: string | undefined): Record<string, string> {
  const { body, ifMatch, ifNoneMatch, idempotencyKey = crypto.randomUUID() } = input;
  return {
    accept: 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch }),
    ...(method === 'GET' ? {} : { 'idempotency-key': idempotencyKey }),
  };
}

async function jsonOf<T>(response: Response, type: string): Promise<T | undefined> {
  if (response.headers.get('content-type')?.startsWith(type) !== true) return undefined;
  return (await response.json()) as T;
}

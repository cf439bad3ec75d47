/** Bare requests to the fake server, for the tests of the server itself. */
import type { FakeApiServer } from './fake-api-server.ts';

export interface Told {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed JSON, or the text when it is not JSON. */
  readonly body: unknown;
}

/** Sends a request; a body is sent as JSON unless it is text. */
export async function ask(
  server: FakeApiServer,
  [method, path]: readonly [string, string],
  { body, type = 'application/json' }: { readonly body?: unknown; readonly type?: string } = {},
): Promise<Told> {
  const sent = typeof body === 'string' ? body : JSON.stringify(body);
  const given = body === undefined ? {} : { body: sent, headers: { 'content-type': type } };
  const response = await fetch(`${server.url}${path}`, { method, ...given });
  const text = await response.text();
  const isJson = response.headers.get('content-type') === 'application/json';
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/** Server-side apply. */
export async function apply(
  server: FakeApiServer,
  path: string,
  { body, manager, force }: { readonly body: object; readonly manager: string; readonly force?: boolean },
): Promise<Told> {
  const query = new URLSearchParams({
    fieldManager: manager,
    ...(force === undefined ? {} : { force: String(force) }),
  });
  return ask(server, ['PATCH', `${path}?${query.toString()}`], { body, type: 'application/apply-patch+yaml' });
}

/** An open watch, read line by line. */
export class Listener implements AsyncDisposable {
  readonly status: number;
  readonly #response: Response;
  readonly #stop: AbortController;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #pending = '';

  static async open(server: FakeApiServer, path: string): Promise<Listener> {
    const stop = new AbortController();
    return new Listener(await fetch(`${server.url}${path}`, { signal: stop.signal }), stop);
  }

  private constructor(response: Response, stop: AbortController) {
    this.status = response.status;
    this.#response = response;
    this.#stop = stop;
    const text = (response.body as ReadableStream<Uint8Array<ArrayBuffer>>).pipeThrough(new TextDecoderStream());
    this.#reader = text.getReader();
  }

  get headers(): Headers {
    return this.#response.headers;
  }

  /** @returns the next event as `TYPE name version`, or undefined when the stream has ended. @throws when it was cut. */
  async next(): Promise<string | undefined> {
    for (;;) {
      const end = this.#pending.indexOf('\n');
      if (end >= 0) {
        const line = this.#pending.slice(0, end);
        this.#pending = this.#pending.slice(end + 1);
        return summary(JSON.parse(line) as Line);
      }
      const { done, value } = await this.#reader.read();
      if (done) return undefined;
      this.#pending += value;
    }
  }

  /** What has come of a line that is not complete. */
  get pending(): string {
    return this.#pending;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#reader.cancel().catch(() => undefined);
  }
}

interface Line {
  readonly type: string;
  readonly object: {
    readonly code?: number;
    readonly reason?: string;
    readonly metadata?: { readonly name?: string; readonly resourceVersion?: string };
  };
}

function summary({ type, object: { code, reason, metadata } }: Line): string {
  if (code !== undefined) return `${type} ${code} ${reason ?? ''}`;
  return [type, metadata?.name, metadata?.resourceVersion].filter((part) => part !== undefined).join(' ');
}

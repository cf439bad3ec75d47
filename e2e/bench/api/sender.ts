/** Sends calls and remembers what was said to be kept. Each that is under way has a connection of its own, as children have. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import type { Outcome } from './arrivals.ts';
import type { Call, Written } from './lesson-mix.ts';

/** A request takes 15 s at most: whoever waits longer has lost it. */
const TIMEOUT_MS = 20_000;
/** More than are ever under way where it is not far beyond what the pod can do. */
const MOST_CONNECTIONS = 4_000;
const AGAIN_MS = 500;
const MOST_TRIES = 60;

export class Sender implements AsyncDisposable {
  readonly #pool: Pool;
  readonly #written: Written[] = [];
  #unsure: Call[] = [];
  #writes = 0;

  constructor(origin: string) {
    this.#pool = new Pool(origin, {
      connections: MOST_CONNECTIONS,
      pipelining: 1,
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
      connectTimeout: TIMEOUT_MS,
      // As long as the server keeps them.
      keepAliveTimeout: 60_000,
    });
  }

  /** What was acknowledged. */
  get written(): readonly Written[] {
    return this.#written;
  }

  /** How many writes there were to acknowledge. */
  get writes(): number {
    return this.#writes;
  }

  async send(call: Call): Promise<Outcome> {
    if (call.written !== undefined) this.#writes += 1;
    const status = await this.#try(call);
    return { name: call.name, status };
  }

  /** Sends those writes again of which it is not known whether they were done, as clients do, until it is. @throws Error when it never is. */
  async settle(): Promise<void> {
    for (let turn = 0; this.#unsure.length > 0; turn += 1) {
      if (turn === MOST_TRIES) throw new Error(`${this.#unsure.length} writes are not answered`);
      const again = this.#unsure;
      this.#unsure = [];
      for (const call of again) await this.#try(call);
      if (this.#unsure.length > 0) await sleep(AGAIN_MS);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.destroy();
  }

  async #try(call: Call): Promise<number> {
    const { status, answer } = await this.#ask(call).catch(() => ({ status: 0, answer: '' }));
    if (call.written === undefined) return status;
    if (status >= 200 && status < 300) this.#written.push(call.written(answer));
    else if (status === 0 || status >= 500) this.#unsure.push(call);
    return status;
  }

  async #ask({ asked: { method, path, token, key, body }, written }: Call) {
    const answer = await this.#pool.request({
      method,
      path,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (written !== undefined) return { status: answer.statusCode, answer: await answer.body.text() };
    // Read to its end, and nothing made of it.
    await answer.body.dump({ limit: Infinity });
    return { status: answer.statusCode, answer: '' };
  }
}

/**
 * As many requests as can be answered: each connection sends its next one as soon as the last was answered. It does next to
 * nothing with an answer, so that it is the server that is measured, even on the same machine.
 */
import { connect, type Socket } from 'node:net';
import { cpuMs } from '../../control-plane/process-facts.ts';

export interface Hammer {
  readonly host: string;
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  /** Requests as bytes; each connection begins somewhere else and goes around. */
  readonly requests: readonly Buffer[];
  /** The process that answers. */
  readonly serverPid: number;
}

export interface Struck {
  readonly perSecond: number;
  /** Answers that were not 2xx. */
  readonly refused: number;
  /** Of how many cores the server used all that there is. */
  readonly serverCores: number;
  readonly ownCores: number;
}

/** Not counted: connections open, code is compiled. */
const WARM_UP_SECONDS = 3;

export interface Asked {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  readonly path: string;
  readonly token?: string;
  /** Idempotency-Key. */
  readonly key?: string;
  readonly body?: unknown;
}

/** @returns a request as bytes. */
export function requestBytes({ method, path, token, key, body }: Asked): Buffer {
  const json = body === undefined ? '' : JSON.stringify(body);
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'host: bench',
    ...(token === undefined ? [] : [`authorization: Bearer ${token}`]),
    ...(key === undefined ? [] : [`idempotency-key: ${key}`]),
    ...(body === undefined ? [] : ['content-type: application/json', `content-length: ${Buffer.byteLength(json)}`]),
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${json}`);
}

/** @returns how many were answered well each second. @throws Error when a connection breaks. */
export async function hammer({ host, port, connections, requests, ...timing }: Hammer): Promise<Struck> {
  const tally = { answered: 0, refused: 0 };
  const stop = new AbortController();
  const runs = Array.from({ length: connections }, async (_, index) => {
    const begin = Math.floor((index * requests.length) / connections);
    const around = [...requests.slice(begin), ...requests.slice(0, begin)];
    return strike(connect({ host, port, noDelay: true }), { requests: around, tally, signal: stop.signal });
  });
  const timed = measure(tally, timing).finally(() => {
    stop.abort();
  });
  await Promise.all(runs);
  return timed;
}

interface Tally {
  answered: number;
  refused: number;
}

async function measure(tally: Tally, { seconds, serverPid }: Pick<Hammer, 'seconds' | 'serverPid'>): Promise<Struck> {
  await delay(WARM_UP_SECONDS);
  const before = reading(tally, serverPid);
  await delay(seconds);
  const after = reading(tally, serverPid);
  const elapsed = after.atSeconds - before.atSeconds;
  const each = (what: 'answered' | 'serverSeconds' | 'ownSeconds'): number => (after[what] - before[what]) / elapsed;
  return {
    perSecond: each('answered'),
    refused: tally.refused,
    serverCores: each('serverSeconds'),
    ownCores: each('ownSeconds'),
  };
}

const reading = ({ answered }: Tally, serverPid: number) => ({
  answered,
  atSeconds: performance.now() / 1000,
  serverSeconds: cpuMs(serverPid) / 1000,
  ownSeconds: cpuMs(process.pid) / 1000,
});

const delay = async (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

interface Strike {
  readonly requests: readonly Buffer[];
  readonly tally: Tally;
  readonly signal: AbortSignal;
}

async function strike(socket: Socket, { requests, tally, signal }: Strike): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  let turn = 0;
  const send = (): void => {
    if (signal.aborted) socket.destroy();
    else socket.write(requests[turn++ % requests.length] ?? '');
  };
  const answers = new Answers((status) => {
    if (status >= 200 && status < 300) tally.answered += 1;
    else tally.refused += 1;
    send();
  });
  socket.on('connect', send);
  socket.on('data', (chunk) => {
    answers.take(chunk as Buffer);
  });
  socket.on('error', reject);
  socket.on('close', () => {
    if (signal.aborted) resolve(undefined);
    else reject(new Error('the server closed a connection'));
  });
  return promise;
}

const HEAD_END = '\r\n\r\n';

/** Tells answers of HTTP/1.1 apart by their content-length. */
export class Answers {
  readonly #each: (status: number) => void;
  #held: Buffer = Buffer.alloc(0);

  constructor(each: (status: number) => void) {
    this.#each = each;
  }

  take(chunk: Buffer): void {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    for (;;) {
      const end = this.#held.indexOf(HEAD_END);
      if (end === -1) return;
      const head = this.#held.toString('latin1', 0, end);
      const [, length = '0'] = /content-length: (\d+)/i.exec(head) ?? [];
      const whole = end + HEAD_END.length + Number(length);
      if (this.#held.length < whole) return;
      this.#held = this.#held.subarray(whole);
      this.#each(Number(head.slice(9, 12)));
    }
  }
}

/** A client of the edge, from whichever address of loopback. */
import { once } from 'node:events';
import { request, type Agent, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: string;
  readonly body?: string;
  /** Of 127.0.0.0/8: whom the edge takes the client for. */
  readonly from?: string;
  /** Keeps connections; a new one each time unless given. */
  readonly agent?: Agent;
}

export interface Answered {
  /** 0 where no answer came. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly tookMs: number;
}

/** Asks, and reads the whole answer. A connection that breaks is status 0, with its code as text. */
export async function ask(port: number, path: string, sent: Sent = {}): Promise<Answered> {
  const { method = sent.body === undefined ? 'GET' : 'POST', headers = {}, token, body, from, agent } = sent;
  const fromMs = performance.now();
  const { promise, resolve } = Promise.withResolvers<Answered>();
  const done = (status: number, text: string, given: IncomingHttpHeaders = {}): void => {
    resolve({ status, text, headers: given, tookMs: performance.now() - fromMs });
  };
  const asked = request(
    {
      host: '127.0.0.1',
      port,
      path,
      method,
      headers: {
        ...headers,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
      },
      agent: agent ?? false,
      ...(from === undefined ? {} : { localAddress: from }),
    },
    (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        done(answer.statusCode ?? 0, Buffer.concat(chunks).toString(), answer.headers);
      });
      answer.on('error', (error: NodeJS.ErrnoException) => {
        done(0, error.code ?? error.message);
      });
    },
  );
  asked.on('error', (error: NodeJS.ErrnoException) => {
    done(0, error.code ?? error.message);
  });
  asked.end(body);
  return promise;
}

/** Sends bytes as they are. @returns what comes back until the other side closes, or the time is over. */
export async function say(port: number, bytes: string, waitMs = 2_000): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connect(port, '127.0.0.1');
  let heard = '';
  const timer = setTimeout(() => socket.destroy(), waitMs);
  socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
  socket.on('error', () => undefined);
  socket.on('close', () => {
    clearTimeout(timer);
    resolve(heard);
  });
  socket.write(bytes);
  return promise;
}

/** @returns how often each value is there. */
export function countBy<T>(items: readonly T[], of: (item: T) => string | number): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[of(item)] = (counts[of(item)] ?? 0) + 1;
  return counts;
}

/** Does it so many times, so many at once. */
export async function times<T>(count: number, atOnce: number, work: (index: number) => Promise<T>): Promise<T[]> {
  const done: T[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const index = next++;
      done[index] = await work(index);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return done;
}

const PROBES = 20;
const PATIENCE_MS = 60_000;
/** Connections of a flood, and requests that each sends at a time. */
const [LANES, BATCH] = [4, 50] as const;

export interface Flood {
  readonly port: number;
  readonly from: string;
  /** @returns a request as it is sent; each may be another. */
  readonly request: (index: number) => string;
}

export interface Flooding {
  /** How many were answered so far, and how many of them with 429. */
  readonly answered: number;
  readonly refused: number;
}

/**
 * Does something while somebody asks as fast as can be, and has been refused for it: a bucket is full again in a while, and how
 * fast this machine is must not matter. @throws Error when nobody is refused.
 */
export async function flooded(flood: Flood, work: (flooding: Flooding) => Promise<void>): Promise<void> {
  const flooding = { answered: 0, refused: 0, isOver: false };
  const lanes = Promise.all(Array.from({ length: LANES }, async (_, number) => pour(flood, number, flooding)));
  try {
    const endMs = performance.now() + PATIENCE_MS;
    while (flooding.refused === 0) {
      if (performance.now() > endMs) throw new Error('nobody is refused, however much is asked');
      await sleep(5);
    }
    await work(flooding);
  } finally {
    flooding.isOver = true;
    await lanes;
  }
}

/** Sends requests one behind the other on a connection (pipelining), a batch at a time. */
async function pour(
  { port, from, request: next }: Flood,
  lane: number,
  flooding: { answered: number; refused: number; isOver: boolean },
): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port, localAddress: from });
  socket.setEncoding('latin1');
  for (let index = lane * 1_000_000; !flooding.isOver; index += BATCH) {
    socket.write(Array.from({ length: BATCH }, (_, more) => next(index + more)).join(''));
    let heard = '';
    while (statusesIn(heard).length < BATCH) {
      const [chunk] = (await once(socket, 'data')) as [string];
      heard += chunk;
    }
    const statuses = statusesIn(heard);
    flooding.answered += statuses.length;
    flooding.refused += statuses.filter((status) => status === '429').length;
  }
  socket.destroy();
}

const statusesIn = (text: string): string[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status = '']) => status);

/** @returns a request as bytes, which asks that the connection be kept. */
export const rawRequest = (line: string, headers: Readonly<Record<string, string>> = {}): string =>
  [`${line} HTTP/1.1`, 'host: edge', ...Object.entries(headers).map((each) => each.join(': ')), '', ''].join('\r\n');

/** Asks a few times at once. @returns how many were refused. */
export const refusals = async (probe: () => Promise<Answered>): Promise<number> =>
  (await times(PROBES, PROBES, probe)).filter(({ status }) => status === 429).length;

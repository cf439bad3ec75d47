/**
 * Answers that everybody gets alike, kept as they were sent: at the bell most requests are for these, and are answered before
 * they go through all that the others have to go through. A route gives one by having been asked before, through all of it; it
 * holds for as long as the route would give the same again. They are counted, logged and given their headers as all others are;
 * nobody is counted who asks for them, since only routes that may be called as often as anybody likes give one.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { LRUCache } from 'lru-cache';
import type { AnswerSeries } from '../observability/answer-times.ts';
import { isOneOf } from './conditional.ts';

/** By address; more than there are lessons. */
const MOST = 2_000;

export interface ReadyAnswer {
  readonly bytes: Buffer;
  readonly etag: string;
  /** All headers that it was sent with, but the id of the request. */
  readonly headers: Headers;
  /** @returns whether the route would give the same again. */
  readonly holds: () => boolean;
  /** What counts it, by status. */
  readonly counted: Readonly<Record<200 | 304, AnswerSeries>>;
}

/** A request that was answered so. */
export interface Answered extends Pick<AnswerSeries, 'labels'> {
  readonly request: IncomingMessage;
  readonly requestId: string;
  readonly tookMs: number;
}

type Headers = Readonly<Record<string, string | number | readonly string[] | undefined>>;
type Head = readonly string[];

interface Kept extends ReadyAnswer {
  readonly heads: Readonly<Record<200 | 304, Head>>;
}

export class ReadyAnswers {
  readonly #kept = new LRUCache<string, Kept>({ max: MOST });

  /** @param url - the address as it was asked for; one with a query may be written in any number of ways, and is not kept */
  keep(url: string, answer: ReadyAnswer): void {
    if (url.includes('?')) return;
    // Whoever keeps it may do so before the framework has counted its bytes.
    const all = headOf({ ...answer.headers, 'content-length': answer.bytes.length });
    this.#kept.set(url, { ...answer, heads: { 200: all, 304: withoutBody(all) } });
  }

  /** Answers a request, if there is an answer. @returns what was answered. */
  answer(request: IncomingMessage, response: ServerResponse): Answered | undefined {
    if (request.method !== 'GET') return undefined;
    const kept = this.#kept.get(request.url ?? '');
    if (kept === undefined || !kept.holds() || hasBody(request)) return undefined;
    const fromMs = performance.now();
    const status = isOneOf(request.headers['if-none-match'], kept.etag) ? 304 : 200;
    const requestId = randomUUID();
    response.writeHead(status, [...kept.heads[status], 'x-request-id', requestId]);
    response.end(status === 200 ? kept.bytes : undefined);
    const tookMs = performance.now() - fromMs;
    const counted = kept.counted[status];
    counted.count(tookMs / 1000);
    return { request, requestId, tookMs, labels: counted.labels };
  }
}

export interface Answering {
  /** Whether it may; it need not while it stops. */
  readonly isOpen: () => boolean;
  /** Told of each that was answered. */
  readonly answered: (answered: Answered) => void;
}

/** Lets a server answer by these what it can. */
export function answerReady(server: Server, answers: ReadyAnswers, { isOpen, answered }: Answering): void {
  const others = server.listeners('request') as ((request: IncomingMessage, response: ServerResponse) => void)[];
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const answer = isOpen() ? answers.answer(request, response) : undefined;
    if (answer !== undefined) answered(answer);
    else for (const other of others) other(request, response);
  });
}

/** A request that brings one has not been read: that is left to those who do. */
const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;

/** As Node takes them without making an object of them: names and values in turn. */
const headOf = (headers: Headers): Head =>
  Object.entries(headers).flatMap(([name, value]) =>
    value === undefined || name === 'x-request-id' ? [] : [name, String(value)],
  );

/** An answer that has none says nothing of its kind or length (RFC 9110, 15.4.5). */
const withoutBody = (head: Head): Head =>
  head.filter((_each, index) => !/^content-(type|length)$/.test(head[index - (index % 2)] ?? ''));

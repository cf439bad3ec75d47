/**
 * Answers that everybody gets alike, kept as they were sent: at the bell most requests are for these, and are answered before
 * they go through all that the others have to go through. A route gives one by having been asked before, through all of it; it
 * holds for as long as the route would give the same again. They are counted as all others are, and not logged one by one: a
 * line could say no more than the count does.
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
    const all = headOf(answer.headers);
    this.#kept.set(url, { ...answer, heads: { 200: all, 304: withoutBody(all) } });
  }

  /** Answers a request, if there is an answer. @returns whether there was. */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    if (request.method !== 'GET') return false;
    const kept = this.#kept.get(request.url ?? '');
    if (kept === undefined || !kept.holds() || hasBody(request)) return false;
    const fromMs = performance.now();
    const status = isOneOf(request.headers['if-none-match'], kept.etag) ? 304 : 200;
    response.writeHead(status, [...kept.heads[status], 'x-request-id', randomUUID()]);
    response.end(status === 200 ? kept.bytes : undefined);
    kept.counted[status].count((performance.now() - fromMs) / 1000);
    return true;
  }
}

/** Lets a server answer by these what it can. @param isOpen - whether it may; it need not while it stops */
export function answerReady(server: Server, answers: ReadyAnswers, isOpen: () => boolean): void {
  const others = server.listeners('request') as ((request: IncomingMessage, response: ServerResponse) => void)[];
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (isOpen() && answers.answer(request, response)) return;
    for (const other of others) other(request, response);
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

/** One answer over HTTP, well or ill. */
import type { ServerResponse } from 'node:http';
import { pause } from '../wait.ts';
import type { BrokenWatch, Fault } from './faults.ts';
import { PageNotFound } from './routes.ts';
import { Refusal, type Status } from './statuses.ts';

export interface Reply {
  readonly code: number;
  readonly body: string;
  readonly contentType: string;
  readonly retryAfterSeconds?: number;
}

export interface Exchange {
  readonly response: ServerResponse;
  /** Does what the request asks for. @returns the answer, or undefined when it has become a watch. */
  readonly process: (broken?: BrokenWatch) => Reply | undefined;
  /** Given when the server closes. */
  readonly closing: AbortSignal;
}

const PLAIN = 'text/plain; charset=utf-8';
const HTML = '<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>\n';
const REASONS: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  410: 'Expired',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

export const jsonReply = (code: number, body: object): Reply => ({
  code,
  body: `${JSON.stringify(body)}\n`,
  contentType: 'application/json',
});

/** @returns the answer to a request that is refused for what it is, or that we fail at. */
export function refusalReply(error: unknown): Reply {
  if (error instanceof PageNotFound) return { code: 404, body: `${error.message}\n`, contentType: PLAIN };
  if (!(error instanceof Refusal))
    return statusReply({ status: 500, message: `Internal error occurred: ${String(error)}` });
  const { status } = error;
  const { retryAfterSeconds } = status.details ?? {};
  return { ...jsonReply(status.code, status), ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
}

/** Answers, with or without a fault. */
export async function answer(exchange: Exchange, fault: Fault | undefined): Promise<void> {
  const { response, process, closing } = exchange;
  switch (fault?.is) {
    case undefined:
      send(response, process());
      return;
    case 'answer':
    case 'html':
      send(response, faultReply(fault));
      return;
    case 'drop':
      drop(exchange, fault);
      return;
    case 'delay':
      await pause(fault.ms, closing);
      if (!closing.aborted) send(response, process());
      return;
    case 'hang':
      return;
    case 'trickle':
      return trickle(exchange, fault);
    case 'truncate':
      truncate(exchange);
      return;
    case 'watch':
      send(response, process(fault));
  }
}

function faultReply(fault: Extract<Fault, { is: 'answer' | 'html' }>): Reply {
  if (fault.is === 'html') return { code: fault.status, body: HTML, contentType: 'text/html' };
  const { status, retryAfterSeconds } = fault;
  const retry = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  if (status !== 429) return { ...statusReply({ status, message: REASONS[status] ?? 'a fault' }), ...retry };
  return { code: 429, body: 'Too many requests, please try again later.\n', contentType: PLAIN, ...retry };
}

function statusReply({ status: code, message }: { status: number; message: string }): Reply {
  const reason = REASONS[code] ?? '';
  const status: Status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code };
  return jsonReply(code, status);
}

function send(response: ServerResponse, reply: Reply | undefined): void {
  if (reply === undefined || response.destroyed) return;
  writeHead(response, reply);
  response.end(reply.body);
}

function writeHead(response: ServerResponse, { code, body, contentType, retryAfterSeconds }: Reply): void {
  response.writeHead(code, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
  });
}

function drop({ response, process }: Exchange, { when }: Extract<Fault, { is: 'drop' }>): void {
  if (when === 'after') process();
  response.socket?.resetAndDestroy();
}

async function trickle(
  { response, process, closing }: Exchange,
  { chunkBytes, everyMs }: Extract<Fault, { is: 'trickle' }>,
): Promise<void> {
  const reply = process();
  if (reply === undefined) return;
  writeHead(response, reply);
  const bytes = Buffer.from(reply.body);
  for (let at = 0; at < bytes.length && !closing.aborted; at += chunkBytes) {
    response.write(bytes.subarray(at, at + chunkBytes));
    await pause(everyMs, closing);
  }
  if (!closing.aborted) response.end();
}

function truncate({ response, process }: Exchange): void {
  const reply = process();
  if (reply === undefined) return;
  writeHead(response, reply);
  response.write(reply.body.slice(0, reply.body.length / 2));
  response.socket?.destroySoon();
}

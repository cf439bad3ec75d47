/** What Node refuses before there is a request: answered as all other errors are, though there is nothing to answer with yet. */
import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { SECURITY_HEADERS } from './security-headers.ts';

const DETAILS = {
  400: 'This is not HTTP as we understand it. Nothing was done.',
  408: 'The request did not come to its end in time. Send it again.',
  417: 'We have nothing to say before a request is complete. Send it without "Expect".',
  431: 'The headers of the request are too large.',
} as const;
type Status = keyof typeof DETAILS;

/** Fastify's `clientErrorHandler`. */
export function refuseBroken({ code }: { readonly code?: string }, socket: Duplex): void {
  if (code === 'ECONNRESET' || socket.destroyed) return;
  const status = statusOf(code);
  const body = bodyOf(status);
  const headers = Object.entries(headersOf(body)).map(([name, value]) => `${name}: ${value}\r\n`);
  // Whatever else came on this connection is lost: where one request ends cannot be told any more.
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${headers.join('')}connection: close\r\n\r\n${body}`);
}

function statusOf(code: string | undefined): Status {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 408;
  return code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
}

/** Answers what asks to be told first whether to go on, other than by `100-continue`. */
export function refuseExpectations(server: Server): void {
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const body = bodyOf(417);
    response.writeHead(417, { ...headersOf(body), connection: 'close' }).end(body);
  });
}

const bodyOf = (status: Status): string =>
  JSON.stringify({
    type: 'about:blank',
    title: STATUS_CODES[status],
    status,
    detail: DETAILS[status],
    requestId: randomUUID(),
  });

const headersOf = (body: string) => ({
  ...SECURITY_HEADERS,
  'content-type': 'application/problem+json',
  'content-length': String(Buffer.byteLength(body)),
  'cache-control': 'no-store',
});

/** Errors as RFC 9457 has them: `application/problem+json`. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { STATUS_CODES } from 'node:http';
import type { Answer } from './route.ts';

export interface ProblemParts {
  readonly status: number;
  /** What was wrong with this request, and what to do. */
  readonly detail: string;
  /** Where in the request, as JSON Pointers. */
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  readonly retryAfterSeconds?: number;
}

/** An answer that is not what was asked for; thrown by routes. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly parts: ProblemParts;

  constructor(parts: ProblemParts) {
    super(parts.detail);
    this.parts = parts;
  }
}

/** @returns a refusal as an answer: what the write has done stays, while thrown it would be taken back. */
export const refusal = (parts: ProblemParts): Answer => ({ status: parts.status, problem: parts });

/** Answers an error with a problem document; also for what the router refuses before there is a route. */
export function sendProblem(error: FastifyError | Problem, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const parts = error instanceof Problem ? error.parts : problemOf(error);
  // Only what is our fault is logged with its cause; a client's fault is counted by status, and what is shed by its metric.
  const isMeant = error instanceof Problem && error.cause === undefined;
  if (parts.status >= 500 && !isMeant) request.log.error({ err: error }, 'the request failed');
  return send(reply, request, parts);
}

/** Makes every error of an instance, the framework's too, a problem document. */
export function useProblems(app: FastifyInstance): void {
  app.setErrorHandler(sendProblem);
  app.setNotFoundHandler((request, reply) =>
    send(reply, request, { status: 404, detail: 'There is nothing at this address. Look at the method and the path.' }),
  );
}

function send(reply: FastifyReply, request: FastifyRequest, parts: ProblemParts): FastifyReply {
  const { status, detail, errors, retryAfterSeconds } = parts;
  if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
  // RFC 9110, 11.6.1 asks for it. And an answer to one is nothing that anybody on the way should keep for others.
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  reply.header('cache-control', 'no-store');
  const title = STATUS_CODES[status] ?? 'Error';
  return reply
    .code(status)
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send({ type: 'about:blank', title, status, detail, ...(errors ? { errors } : {}), requestId: request.id });
}

const BUSY: ProblemParts = {
  status: 503,
  detail: 'The database cannot be reached or is busy. Try again in a moment.',
  retryAfterSeconds: 1,
};

function problemOf(error: FastifyError): ProblemParts {
  if (error.validation !== undefined) return invalid(error);
  if (isDatabaseBusy(error)) return BUSY;
  const status = error.statusCode ?? 500;
  if (status >= 400 && status < 500) return { status, detail: `${error.message.replace(/\.$/, '')}.` };
  return { status: 500, detail: 'Something went wrong on our side. It has been noted under this request id.' };
}

function invalid(error: FastifyError): ProblemParts {
  const part = error.validationContext ?? 'request';
  const errors = (error.validation ?? []).map(({ instancePath, message = 'is not valid', params }) => {
    const extra = 'additionalProperty' in params ? `: ${JSON.stringify(params.additionalProperty)}` : '';
    return { pointer: `/${part}${instancePath}`, detail: `${message}${extra}` };
  });
  return { status: 400, detail: `The ${part} is not as this address takes it.`, errors };
}

/** SQLSTATE classes and codes that mean "not now": connection failures, too many, shutting down, cancelled by time. */
const BUSY_STATES = /^(08|53|57P0[123]|57014|55P03|40001|40P01)/;
const BUSY_SYSTEM = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN']);
/** What node-postgres says without a code. */
const BUSY_WORDS =
  /timeout exceeded when trying to connect|Connection terminated|is not queryable|query_wait_timeout|pool is draining|cached plan must not change/i;

function isDatabaseBusy({ code, message }: Error & { readonly code?: string }): boolean {
  return BUSY_STATES.test(code ?? '') || BUSY_SYSTEM.has(code ?? '') || BUSY_WORDS.test(message);
}
